"""Reports on a withdrawn subject go."""

from portal.cases.withdrawing import Leaving
from portal.reporting.models import Report


def forget(leaving: Leaving) -> None:
    rows = Report.objects.filter(reference__case_id__in=leaving.case_ids)
    leaving.blobs.update(rows.values_list("pdf_id", flat=True))
    leaving.removed["reports"] += rows.delete()[0]
