from django.conf import settings
from django.db import models

from portal.adjudication.models import ReferenceStandard
from portal.core.models import Entity
from portal.imaging.models import Stack
from portal.projects.models import Project


class TestSet(Entity):
    """Frozen by quality; never trained on. Phantom sets are marked so.

    ``withdrawn_at``: when a subject of it was withdrawn; its items are gone.
    """

    __test__ = False  # not a test class, whatever its name looks like

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="test_sets")
    name = models.CharField(max_length=80)
    is_phantom = models.BooleanField()
    content_hash = models.CharField(max_length=64)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="test_sets_frozen"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="test_set_name_once"),
        ]


class TestSetItem(Entity):
    """One stack with its true labels (``cmrkit.contracts.StackLabels`` as JSON).

    ``reference``: what they were taken from; None for phantoms made for the set. Slices from
    ``first_slice`` to ``last_slice`` count, as in the reference; None where all do.
    """

    __test__ = False

    test_set = models.ForeignKey(TestSet, on_delete=models.PROTECT, related_name="items")
    stack = models.ForeignKey(Stack, on_delete=models.PROTECT, related_name="test_set_items")
    reference = models.ForeignKey(
        ReferenceStandard, on_delete=models.PROTECT, null=True, related_name="test_set_items"
    )
    label = models.CharField(max_length=40)
    labels = models.JSONField()
    ed_phase = models.PositiveIntegerField()
    es_phase = models.PositiveIntegerField()
    first_slice = models.PositiveIntegerField(null=True)
    last_slice = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["test_set", "label"], name="test_set_item_once"),
            models.CheckConstraint(
                condition=models.Q(first_slice__isnull=True, last_slice__isnull=True)
                | models.Q(
                    first_slice__isnull=False,
                    last_slice__isnull=False,
                    first_slice__lte=models.F("last_slice"),
                ),
                name="test_set_item_slices_paired",
            ),
        ]
