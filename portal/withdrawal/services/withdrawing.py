"""One subject leaves a project: everything held of it goes, in one transaction."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.services.signing import check_password
from portal.audit.services import record_in_project
from portal.cases.errors import AlreadyWithdrawn
from portal.cases.models import Case, CaseState, Subject, WithdrawnSubject
from portal.cases.withdrawing import Leaving, forget_everywhere
from portal.core.errors import InvalidInput
from portal.core.events import publish_changed
from portal.jobs.models import Job
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with
from portal.projects.services.epoch import bump_permission_epoch
from portal.reads.models import Read
from portal.storage.services import release
from portal.withdrawal import record


@dataclass(frozen=True)
class Withdrawal:
    """What a withdrawal removed, or would remove; without identity."""

    subject: str
    project: str
    dry_run: bool
    removed: dict[str, int]
    affected: dict[str, list[dict[str, Any]]]

    def as_json(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "project": self.project,
            "dry_run": self.dry_run,
            "removed": self.removed,
            "affected": self.affected,
        }


class _Undo(Exception):
    """Ends a dry run: the transaction is rolled back, and nothing was done."""


def withdraw_subject(*, by: User, subject: Subject, reason: str, password: str) -> Withdrawal:
    """Withdraw for good; the data steward states why and re-authenticates."""
    require(by, Permission.OPEN_VAULT, subject.project_id)
    if not reason.strip():
        raise InvalidInput(None, reason=["Say why, without a name."])
    check_password(by=by, password=password)
    return withdraw(by=by, subject_id=subject.pk, reason=reason)


def preview(*, by: User, subject: Subject) -> Withdrawal:
    """What :func:`withdraw` would do: it is done and rolled back."""
    require(by, Permission.OPEN_VAULT, subject.project_id)
    return dry_run(subject_id=subject.pk, by=by)


def dry_run(*, subject_id: UUID, by: User | None) -> Withdrawal:
    found: list[Withdrawal] = []
    try:
        with transaction.atomic():
            found.append(_withdraw(by, subject_id, reason="-", dry=True))
            raise _Undo
    except _Undo:
        return found[0]


@transaction.atomic
def withdraw(*, by: User | None, subject_id: UUID, reason: str) -> Withdrawal:
    """For commands, which checked who asks, and for restores (``by`` is None)."""
    return _withdraw(by, subject_id, reason=reason, dry=False)


def _withdraw(by: User | None, subject_id: UUID, *, reason: str, dry: bool) -> Withdrawal:
    subject = _locked(subject_id)
    project = subject.project
    leaving = Leaving(
        subject=subject,
        at=timezone.now(),
        case_ids=list(Case.objects.filter(visit__subject=subject).values_list("pk", flat=True)),
    )
    forget_everywhere(leaving)
    _stay_as_a_tombstone(subject, leaving)
    leaving.removed["files"] = release(leaving.blobs)
    removed = {name: n for name, n in sorted(leaving.removed.items()) if n}
    tombstone = _write_tombstone(by, leaving, removed, reason)
    bump_permission_epoch(project.pk)
    record_in_project(
        project_id=project.pk,
        by=by,
        action="subject.withdrawn",
        target_type="subject",
        target_id=subject.pk,
        details={"removed": removed, "affected": _ids(leaving.affected)},
    )
    publish_changed(
        user_ids=users_with(Permission.VIEW_STUDIES, project.pk),
        model="subject",
        object_id=subject.pk,
        project=project.slug,
    )
    transaction.on_commit(record.complete, robust=True)
    return Withdrawal(tombstone.label, project.slug, dry, removed, leaving.affected)


def _locked(subject_id: UUID) -> Subject:
    """The subject, with everything locked that could add to it: work under way, its cases and
    reads, and imports into the project; in the order that everybody keeps. A worker that hands in
    a result holds its job first."""
    jobs = Job.objects.filter(case__visit__subject_id=subject_id).order_by("pk")
    list(jobs.select_for_update(of=("self",)).values_list("pk"))
    cases = Case.objects.filter(visit__subject_id=subject_id).order_by("pk")
    case_ids = [case.pk for case in cases.select_for_update(of=("self",), no_key=True)]
    reads = Read.objects.filter(case_id__in=case_ids).order_by("pk")
    list(reads.select_for_update(no_key=True).values_list("pk"))
    project_id = Subject.objects.values_list("project_id", flat=True).get(pk=subject_id)
    Project.objects.select_for_update().get(pk=project_id)
    subject = Subject.objects.select_related("project").get(pk=subject_id)
    if WithdrawnSubject.objects.filter(subject=subject).exists():
        raise AlreadyWithdrawn()
    return subject


def _stay_as_a_tombstone(subject: Subject, leaving: Leaving) -> None:
    Case.objects.filter(pk__in=leaving.case_ids).update(
        state=CaseState.WITHDRAWN, updated_at=leaving.at
    )
    Subject.objects.filter(pk=subject.pk).update(
        patient_key=f"withdrawn-{subject.pk.hex}", patient_hash=""
    )
    leaving.removed["cases"] = len(leaving.case_ids)


def _write_tombstone(
    by: User | None, leaving: Leaving, removed: dict[str, int], reason: str
) -> WithdrawnSubject:
    return WithdrawnSubject.objects.create(
        project=leaving.subject.project,
        subject=leaving.subject,
        label=leaving.subject.label,
        patient_key=leaving.subject.patient_key,
        by_id=str(by.pk) if by else "system",
        reason=reason.strip()[:200],
        removed=removed,
        affected=leaving.affected,
        created_at=leaving.at,
    )


def _ids(affected: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    return {what: [row["id"] for row in rows] for what, rows in affected.items()}
