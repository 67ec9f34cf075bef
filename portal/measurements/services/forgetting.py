"""Numbers of a withdrawn subject go."""

from portal.cases.withdrawing import Leaving
from portal.measurements.models import Measurement


def forget(leaving: Leaving) -> None:
    rows = Measurement.objects.filter(read__case_id__in=leaving.case_ids)
    leaving.removed["measurements"] += rows.delete()[0]
