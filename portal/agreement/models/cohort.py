from django.db import models

from portal.core.documents import DocumentField
from portal.core.models import Entity
from portal.reads.models import Read


class ReadFacts(Entity):
    """What cohort statistics take from one read: numbers, answers, ED and ES. It is a cache: any
    row may be deleted; it stands while ``inputs_hash`` is that of the read."""

    read = models.OneToOneField(Read, on_delete=models.PROTECT, related_name="facts")
    inputs_hash = models.CharField(max_length=64)
    values = DocumentField()


class PairResult(Entity):
    """How the contours of two reads compare, kept under the hash of both reads' inputs. A cache.

    ``summary``: per structure × level × phase, and where volume differences come from.
    ``frames``: every frame, for whoever looks behind a point.
    """

    read_a = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="pairs_as_a")
    read_b = models.ForeignKey(Read, on_delete=models.PROTECT, related_name="pairs_as_b")
    inputs_hash = models.CharField(max_length=64)
    summary = DocumentField()
    frames = DocumentField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["read_a", "read_b"], name="pair_result_once"),
            models.CheckConstraint(
                condition=~models.Q(read_a=models.F("read_b")), name="pair_result_of_two_reads"
            ),
        ]
