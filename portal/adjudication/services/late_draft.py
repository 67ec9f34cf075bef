"""A draft that comes in after the reads of its case were compared."""

from portal.accounts.services.notifications import notify
from portal.adjudication.models import Adjudication, AdjudicationKind, codes_of
from portal.adjudication.services.grounds import grounds_of
from portal.adjudication.services.opening import model_reading, record_comparison
from portal.agreement.services.comparing import compare_readings
from portal.cases.models import Case, CaseState
from portal.core.events import publish_changed
from portal.reads.blinding import possible_adjudicators, progress_watchers
from portal.reads.convening import heard
from portal.reads.selectors import readings


def lock_for_comparing(case: Case) -> None:
    """Before the draft is stored: locks are taken in one order everywhere, the audit chain's last.
    Whoever begins, signs or withdraws locks the case first too."""
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    open_rows = Adjudication.objects.filter(
        case=case, signed_at__isnull=True, voided_at__isnull=True
    )
    list(open_rows.select_for_update(of=("self",), no_key=True))


def compare_with_draft(case: Case) -> Adjudication | None:
    """Compare the case again, with the AI's newest draft, where its protocol compares the AI and
    nobody has begun to settle or discuss it. The colours are drawn anew. Else nothing changes, and
    the comparison says that it lacks the AI (``portal.agreement.selectors.lacks_model``).

    ``lock_for_comparing`` comes before, in the same transaction."""
    row = (
        Adjudication.objects.filter(case=case, signed_at__isnull=True, voided_at__isnull=True)
        .filter(read__isnull=True, reopens__isnull=True)
        .first()
    )
    if row is None or heard([case.pk]):
        return None
    reads = list(
        readings(case)
        .select_related("protocol_version__protocol", "stack", "reader", "case")
        .order_by("created_at", "pk")
    )
    draft = model_reading(reads)
    if not draft:
        return None
    comparison = compare_readings([*reads, *draft])
    if comparison.pk == row.comparison_id:
        return None
    version, stack = reads[0].protocol_version, reads[0].stack
    row.comparison = comparison
    row.reasons = [*comparison.values["reasons"], *grounds_of(case, version, stack)]
    row.reason_codes = codes_of(row.reasons)
    row.kind = AdjudicationKind.DISAGREEMENT if row.reasons else AdjudicationKind.CONFIRMATION
    row.save(update_fields=["comparison", "reasons", "reason_codes", "kind"])
    case.state = CaseState.ADJUDICATING if row.reasons else CaseState.AGREED
    case.save(update_fields=["state", "updated_at"])
    _record(case, row)
    return row


def _record(case: Case, row: Adjudication) -> None:
    record_comparison(case, row, again=True)
    slug = case.project.slug
    adjudicators = possible_adjudicators(case)
    notify(
        user_ids=adjudicators,
        kind="case_to_settle",
        text=f"{case.label} was compared again, in new colours. It can be settled.",
        href=f"/adjudicate/{row.pk}",
        project=slug,
    )
    publish_changed(user_ids=adjudicators, model="adjudication", object_id=row.pk, project=slug)
    publish_changed(user_ids=progress_watchers(case), model="case", object_id=case.pk, project=slug)
