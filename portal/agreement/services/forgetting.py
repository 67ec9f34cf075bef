"""Comparisons of reads of a withdrawn subject: the row stays, its numbers go."""

from portal.agreement.models import Comparison, PairResult, ReadFacts
from portal.cases.withdrawing import Leaving


def forget(leaving: Leaving) -> None:
    rows = Comparison.objects.filter(case_id__in=leaving.case_ids)
    leaving.removed["comparisons"] += rows.update(values={})
    PairResult.objects.filter(read_a__case_id__in=leaving.case_ids).delete()
    ReadFacts.objects.filter(read__case_id__in=leaving.case_ids).delete()
