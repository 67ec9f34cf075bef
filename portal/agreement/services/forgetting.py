"""Comparisons of reads of a withdrawn subject: the row stays, its numbers go."""

from portal.agreement.models import Comparison
from portal.cases.withdrawing import Leaving


def forget(leaving: Leaving) -> None:
    rows = Comparison.objects.filter(read_a__case_id__in=leaving.case_ids)
    leaving.removed["comparisons"] += rows.update(values={})
