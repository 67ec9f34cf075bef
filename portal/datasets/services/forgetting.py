"""Datasets, exports and test sets that hold a withdrawn subject."""

from django.db.models import QuerySet

from portal.cases.withdrawing import Leaving
from portal.datasets.models import (
    DatasetExport,
    DatasetItem,
    DatasetVersion,
    PixelHashes,
    TestSet,
    TestSetItem,
)
from portal.jobs.models import Job
from portal.jobs.services.forgetting import forget_artifacts, stop


def forget(leaving: Leaving) -> None:
    items = DatasetItem.objects.filter(reference__case_id__in=leaving.case_ids)
    datasets = DatasetVersion.objects.filter(pk__in=items.values("dataset"))
    for row in datasets.order_by("name", "version"):
        leaving.affects("datasets", id=str(row.pk), name=row.name, version=row.version)
    datasets.filter(withdrawn_at=None).update(withdrawn_at=leaving.at)
    leaving.removed["dataset items"] += items.update(withdrawn_at=leaving.at)
    _forget_exports(DatasetExport.objects.filter(dataset__in=datasets.values("pk")), leaving)
    _forget_test_items(leaving)
    PixelHashes.objects.filter(stack__study__case_id__in=leaving.case_ids).delete()


def _forget_exports(exports: QuerySet[DatasetExport], leaving: Leaving) -> None:
    """An archive can't be opened to take one subject out: the whole of it goes."""
    jobs = Job.objects.filter(dataset_export__in=exports)
    stop(jobs, leaving)
    forget_artifacts(jobs, leaving)
    made = exports.filter(blob__isnull=False)
    leaving.blobs.update(made.values_list("blob_id", flat=True))
    leaving.removed["exports"] += made.update(blob=None)


def _forget_test_items(leaving: Leaving) -> None:
    items = TestSetItem.objects.filter(stack__study__case_id__in=leaving.case_ids)
    sets = TestSet.objects.filter(pk__in=list(items.values_list("test_set", flat=True)))
    for row in sets.order_by("name"):
        leaving.affects("test_sets", id=str(row.pk), name=row.name)
    sets.filter(withdrawn_at=None).update(withdrawn_at=leaving.at)
    leaving.removed["test items"] += items.delete()[0]
