"""When all reads of a case are in: compare, and open it for settling. Nothing locks itself."""

from django.utils import timezone

from portal.accounts.services.notifications import notify
from portal.adjudication.models import (
    Adjudication,
    AdjudicationKind,
    ReferenceStandard,
    codes_of,
)
from portal.adjudication.services.grounds import grounds_of
from portal.agreement.models import Comparison
from portal.agreement.reasons import Reason
from portal.agreement.services.comparing import compare_readings
from portal.annotations.services.drafts import newest_draft
from portal.audit.services import record_in_project
from portal.cases.models import Case, CaseState
from portal.core.events import publish_changed
from portal.projects.services.epoch import bump_permission_epoch
from portal.protocols.selectors import rules_of
from portal.reads.blinding import possible_adjudicators, progress_watchers
from portal.reads.models import Read, ReadState
from portal.reads.selectors import readings


def open_if_all_in(case: Case) -> Adjudication | None:
    """Called with the case locked, in the transaction that submits a read."""
    reads = list(
        readings(case)
        .select_related("protocol_version__protocol", "stack", "reader", "case")
        .order_by("created_at", "pk")
    )
    version = reads[0].protocol_version
    if len(reads) < version.reads_per_case or any(
        read.state != ReadState.SUBMITTED for read in reads
    ):
        return None
    comparison = compare_readings([*reads, *model_reading(reads)])
    reasons = [*comparison.values["reasons"], *grounds_of(case, version, reads[0].stack)]
    case.state = CaseState.ADJUDICATING if reasons else CaseState.AGREED
    case.save(update_fields=["state", "updated_at"])
    return open_adjudication(case, comparison, reasons)


def open_adjudication(
    case: Case,
    comparison: Comparison,
    reasons: list[Reason],
    *,
    reopens: ReferenceStandard | None = None,
) -> Adjudication:
    adjudication = Adjudication.objects.create(
        case=case,
        kind=AdjudicationKind.DISAGREEMENT if reasons else AdjudicationKind.CONFIRMATION,
        reasons=reasons,
        reason_codes=codes_of(reasons),
        comparison=comparison,
        reopens=reopens,
    )
    bump_permission_epoch(case.project_id)  # adjudicators may look at the images from now on
    return adjudication


def model_reading(reads: list[Read]) -> list[Read]:
    """The AI's own read of the same stack, where the protocol compares it."""
    first = reads[0]
    if not rules_of(first.protocol_version).adjudication["compare_model"]:
        return []
    draft = newest_draft(first.case, first.stack)
    return [] if draft is None else [draft]


def record_opening(case: Case, adjudication: Adjudication) -> None:
    """The audit row and the news; after the row that tells of the submit."""
    record_comparison(case, adjudication)
    tell_of_opening(case, adjudication)


def record_comparison(case: Case, adjudication: Adjudication, *, again: bool = False) -> None:
    """The words don't say which reading is new: the adjudicator may not be allowed to know."""
    record_in_project(
        project_id=case.project_id,
        by=None,
        action="case.compared",
        target_type="case",
        target_id=case.pk,
        details={
            "outcome": case.state,
            "adjudication": str(adjudication.pk),
            "reasons": adjudication.reason_codes.split(),
            **({"again": True} if again else {}),
        },
    )


def void_open_adjudication(read: Read) -> None:
    """Hook: a withdrawn reading takes the ground from under an adjudication not yet signed."""
    now = timezone.now()
    row = (
        Adjudication.objects.select_for_update(of=("self",), no_key=True)
        .filter(case=read.case_id, signed_at__isnull=True, voided_at__isnull=True)
        .first()
    )
    if row is None:
        return
    Adjudication.objects.filter(pk=row.pk).update(voided_at=now)
    if row.read_id is not None:
        Read.objects.filter(pk=row.read_id).update(
            state=ReadState.WITHDRAWN,
            withdrawn_at=now,
            withdrawal_reason="A reading of the case was withdrawn.",
        )
    record_in_project(
        project_id=read.case.project_id,
        by=None,
        action="adjudication.voided",
        target_type="adjudication",
        target_id=row.pk,
        details={"case": str(read.case_id)},
    )


def tell_of_opening(case: Case, adjudication: Adjudication, *, reopened: bool = False) -> None:
    """The same words whether the reads agree or not."""
    slug = case.project.slug
    adjudicators = possible_adjudicators(case)
    coordinators = progress_watchers(case) - adjudicators
    news = f"{case.label} was reopened." if reopened else f"All reads of {case.label} are in."
    notify(
        user_ids=adjudicators,
        kind="case_to_settle",
        text=f"{news} It can be settled.",
        href=f"/adjudicate/{adjudication.pk}",
        project=slug,
    )
    notify(
        user_ids=coordinators,
        kind="case_reopened" if reopened else "case_reads_in",
        text=news,
        href=f"/p/{slug}/cases/{case.pk}",
        project=slug,
    )
    publish_changed(
        user_ids=adjudicators, model="adjudication", object_id=adjudication.pk, project=slug
    )
