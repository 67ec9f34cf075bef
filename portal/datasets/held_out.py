"""What frozen test sets hold: nothing of it may be trained on, under whatever name it comes."""

from collections.abc import Hashable
from typing import Any

from django.db.models import QuerySet

from portal.datasets.describing import Candidate
from portal.datasets.errors import HeldOut
from portal.datasets.leakage import instance_uids, pixel_hashes
from portal.datasets.models import DatasetItem, DatasetVersion, TestSetItem
from portal.imaging.models import Stack
from portal.projects.models import Project


def patients_held_out(project: Project) -> QuerySet[TestSetItem, Any]:
    """Hashes of the patients in the project's test sets. Phantoms made for a set are no patient's
    case."""
    return TestSetItem.objects.filter(
        test_set__project=project, stack__study__case__isnull=False
    ).values("stack__study__case__visit__subject__patient_hash")


def held_out_marks(project: Project) -> set[Hashable]:
    """Instances and frames of the project's test sets."""
    items = TestSetItem.objects.filter(test_set__project=project)
    return _marks_of(Stack.objects.filter(pk__in=items.values("stack")))


def learnt_marks(project: Project) -> set[Hashable]:
    """Instances and frames of the project's datasets, those that nobody may use any more among
    them: a model may have learnt from them."""
    items = DatasetItem.objects.filter(dataset__project=project)
    ids = set(items.values_list("reference__content__stack__id", flat=True)) - {None}
    return _marks_of(Stack.objects.filter(pk__in=ids))


def _marks_of(stacks: QuerySet[Stack]) -> set[Hashable]:
    found: set[Hashable] = set()
    for stack in stacks:
        found.update(("uid", uid) for uid in instance_uids(stack))
        found.update(("pixels", text) for text in pixel_hashes(stack) or ())
    return found


def shares_images(candidate: Candidate, marks: set[Hashable]) -> bool:
    """Whether one of the case's images is among ``marks``."""
    if not marks:
        return False
    return any(("uid", uid) in marks for uid in candidate.uids) or any(
        ("pixels", text) in marks for text in candidate.pixels or ()
    )


def refuse_held_out(dataset: DatasetVersion) -> None:
    """Before a training: raises HeldOut where a frozen test set has a patient of the dataset, or
    an image, under whatever name."""
    items = dataset.items.select_related("reference")
    patients = patients_held_out(dataset.project)
    if items.filter(reference__case__visit__subject__patient_hash__in=patients).exists():
        raise HeldOut()
    marks = held_out_marks(dataset.project)
    if any(shares_images(Candidate(item.reference), marks) for item in items):
        raise HeldOut()
