from django.conf import settings
from django.db import models

from portal.adjudication.models.adjudication import Adjudication
from portal.core.models import Entity


class DecisionReason(models.TextChoices):
    AGREED = "agreed", "The readings agree"
    BASAL_SLICE = "basal_slice", "Choice of the basal slice"
    APICAL_SLICE = "apical_slice", "Choice of the apical slice"
    PHASE_CHOICE = "phase_choice", "Choice of ED or ES"
    PAPILLARY = "papillary", "Papillary muscles"
    CONTOUR_OFFSET = "contour_offset", "Contour too far in or out"
    ARTEFACT = "artefact", "Artefact"
    OTHER = "other", "Other"  # says which in ``note``


MAJORITY, STAPLE, MINE = "majority", "staple", "mine"
MERGES = (MAJORITY, STAPLE)


class Decision(Entity):
    """What was decided of one cell: structure × frame.

    ``source``: a reading's key, a merge, or ``mine`` (the adjudicator's own contour stands).
    ``before`` and ``after`` are versions of the adjudicator's own contour, 0 where there was none.
    ``replaces`` is the decision that this one took the place of and that undoing brings back
    (with the version that undoing wrote as its ``after``).
    """

    adjudication = models.ForeignKey(
        Adjudication, on_delete=models.PROTECT, related_name="decisions"
    )
    structure = models.CharField(max_length=32)
    sop_instance_uid = models.CharField(max_length=64)
    frame_number = models.PositiveIntegerField()
    source = models.CharField(max_length=10)
    reason = models.CharField(max_length=20, choices=DecisionReason.choices)
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions"
    )
    op_id = models.CharField(max_length=64)
    before = models.PositiveIntegerField()
    after = models.PositiveIntegerField()
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    stands = models.BooleanField(default=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["adjudication", "structure", "sop_instance_uid", "frame_number"],
                condition=models.Q(stands=True),
                name="decision_one_stands_per_cell",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | models.Q(stands=False),
                name="decision_undone_does_not_stand",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="other") | ~models.Q(note=""),
                name="decision_other_says_which",
            ),
        ]
        indexes = [models.Index(fields=["adjudication", "op_id"], name="decision_of_operation")]
