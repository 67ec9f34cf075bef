"""Reopening a locked case: needs a role and a reason. What was signed stays as it was signed; the
next signature makes the next version."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.adjudication.dependants import dependants_of
from portal.adjudication.errors import NotLocked
from portal.adjudication.models import Adjudication, ReferenceStandard
from portal.adjudication.services.opening import open_adjudication, tell_of_opening
from portal.agreement.reasons import reason as reason_row
from portal.audit.services import record_in_project
from portal.cases.models import Case, CaseState
from portal.core.errors import InvalidInput
from portal.core.events import publish_changed
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.blinding import progress_watchers

MAX_REASON = 500


@transaction.atomic
def reopen_case(*, by: User, reference: ReferenceStandard, reason: str) -> Adjudication:
    """Open the case of this reference, its newest, for settling once more. The same call again
    answers the adjudication that it opened."""
    require(by, Permission.REOPEN_REFERENCE, reference.case.project_id)
    said = reason.strip()
    if not said or len(said) > MAX_REASON:
        raise InvalidInput(reason=[f"Say why the case is reopened, in {MAX_REASON} letters."])
    case = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("project")
        .get(pk=reference.case_id)
    )
    row = ReferenceStandard.objects.select_for_update(of=("self",), no_key=True).get(
        pk=reference.pk
    )
    opened = Adjudication.objects.filter(reopens=row).first()
    if opened is not None and row.reopened_by_id == by.pk and row.reopen_reason == said:
        return opened
    if case.state != CaseState.LOCKED or row.reopened_at is not None:
        raise NotLocked()
    ReferenceStandard.objects.filter(pk=row.pk).update(
        reopened_at=timezone.now(), reopened_by=by, reopen_reason=said
    )
    case.state = CaseState.REOPENED
    case.save(update_fields=["state", "updated_at"])
    before = row.adjudication
    adjudication = open_adjudication(
        case,
        before.comparison,
        [reason_row("reopened", f"Reopened: {said}", version=row.version)],
        reopens=row,
    )
    record_in_project(
        project_id=case.project_id,
        by=by,
        action="reference.reopened",
        target_type="reference",
        target_id=row.pk,
        details={
            "case": str(case.pk),
            "version": row.version,
            "digest": row.digest,
            "adjudication": str(adjudication.pk),
            "depending": _depending(row),
        },
    )
    tell_of_opening(case, adjudication, reopened=True)
    publish_changed(
        user_ids=progress_watchers(case),
        model="case",
        object_id=case.pk,
        project=case.project.slug,
    )
    return adjudication


def _depending(reference: ReferenceStandard) -> dict[str, list[str]]:
    """Ids by kind: what the audit keeps of what depended on it at that moment."""
    found: dict[str, list[str]] = {}
    for row in dependants_of(reference):
        found.setdefault(row.kind, []).append(str(row.id))
    return found
