"""What frozen test sets hold: nothing of it may be trained on, under whatever name it comes."""

from collections.abc import Hashable
from typing import Any

from django.db.models import QuerySet

from portal.datasets.describing import Candidate
from portal.datasets.errors import HeldOut
from portal.datasets.leakage import instance_uids, pixel_hashes
from portal.datasets.models import DatasetVersion, TestSetItem
from portal.projects.models import Project


def patients_held_out(project: Project) -> QuerySet[TestSetItem, Any]:
    """Hashes of the patients in the project's test sets. Phantoms made for a set are no patient's
    case."""
    return TestSetItem.objects.filter(
        test_set__project=project, stack__study__case__isnull=False
    ).values("stack__study__case__visit__subject__patient_hash")


def held_out_marks(project: Project) -> set[Hashable]:
    """Instances and frames of the project's test sets."""
    found: set[Hashable] = set()
    for item in TestSetItem.objects.filter(test_set__project=project).select_related("stack"):
        found.update(("uid", uid) for uid in instance_uids(item.stack))
        found.update(("pixels", text) for text in pixel_hashes(item.stack) or ())
    return found


def is_held_out(candidate: Candidate, marks: set[Hashable]) -> bool:
    """Whether a test set has an image of the case."""
    if not marks:
        return False
    return any(("uid", uid) in marks for uid in candidate.uids) or any(
        ("pixels", text) in marks for text in candidate.pixels or ()
    )


def refuse_held_out(dataset: DatasetVersion) -> None:
    """Before a training: raises HeldOut where a patient of the dataset is in a frozen test set."""
    items = dataset.items.filter(
        reference__case__visit__subject__patient_hash__in=patients_held_out(dataset.project)
    )
    if items.exists():
        raise HeldOut()
