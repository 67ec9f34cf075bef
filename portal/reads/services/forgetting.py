"""Reads of a withdrawn subject are taken back; who read, and when, stays."""

from portal.cases.withdrawing import Leaving
from portal.reads.models import CaseStratum, FirstOpinion, Read, ReadState, TrainingResult

REASON = "The subject was withdrawn."


def forget(leaving: Leaving) -> None:
    of_case = {"read__case_id__in": leaving.case_ids}
    leaving.removed["first opinions"] += FirstOpinion.objects.filter(**of_case).delete()[0]
    leaving.removed["training results"] += TrainingResult.objects.filter(**of_case).delete()[0]
    CaseStratum.objects.filter(case_id__in=leaving.case_ids).delete()
    rows = Read.objects.filter(case_id__in=leaving.case_ids)
    leaving.removed["reads"] += rows.update(
        state=ReadState.WITHDRAWN, withdrawn_at=leaving.at, withdrawal_reason=REASON
    )
