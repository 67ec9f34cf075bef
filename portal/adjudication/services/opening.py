"""When all reads of a case are in: compare, and open it for settling. Nothing locks itself."""

from django.utils import timezone

from portal.accounts.services.notifications import notify
from portal.adjudication.models import Adjudication, AdjudicationKind
from portal.agreement.services.comparing import compare_two
from portal.audit.services import record_in_project
from portal.cases.models import Case, CaseState
from portal.core.events import publish_changed
from portal.projects.services.epoch import bump_permission_epoch
from portal.reads.blinding import possible_adjudicators, progress_watchers
from portal.reads.models import Read, ReadState
from portal.reads.selectors import readings

COMPARED = 2


def open_if_all_in(case: Case) -> Adjudication | None:
    """Called with the case locked, in the transaction that submits a read."""
    reads = list(
        readings(case)
        .select_related("protocol_version", "stack", "reader")
        .order_by("created_at", "pk")
    )
    needed = reads[0].protocol_version.reads_per_case
    if len(reads) < max(needed, COMPARED) or any(
        read.state != ReadState.SUBMITTED for read in reads
    ):
        return None
    comparison = compare_two(reads[0], reads[1])
    agrees = comparison.agrees
    case.state = CaseState.AGREED if agrees else CaseState.ADJUDICATING
    case.save(update_fields=["state", "updated_at"])
    adjudication = Adjudication.objects.create(
        case=case,
        kind=AdjudicationKind.CONFIRMATION if agrees else AdjudicationKind.DISAGREEMENT,
        comparison=comparison,
    )
    bump_permission_epoch(case.project_id)  # adjudicators may look at the images from now on
    return adjudication


def record_opening(case: Case, adjudication: Adjudication) -> None:
    """The audit row and the news; after the row that tells of the submit."""
    record_in_project(
        project_id=case.project_id,
        by=None,
        action="case.compared",
        target_type="case",
        target_id=case.pk,
        details={"outcome": case.state, "adjudication": str(adjudication.pk)},
    )
    _tell(case, adjudication)


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


def _tell(case: Case, adjudication: Adjudication) -> None:
    """The same words whether the reads agree or not."""
    slug = case.project.slug
    adjudicators = possible_adjudicators(case)
    coordinators = progress_watchers(case) - adjudicators
    notify(
        user_ids=adjudicators,
        kind="case_to_settle",
        text=f"All reads of {case.label} are in. It can be settled.",
        href=f"/adjudicate/{adjudication.pk}",
        project=slug,
    )
    notify(
        user_ids=coordinators,
        kind="case_reads_in",
        text=f"All reads of {case.label} are in.",
        href=f"/p/{slug}/cases/{case.pk}",
        project=slug,
    )
    publish_changed(
        user_ids=adjudicators, model="adjudication", object_id=adjudication.pk, project=slug
    )
