"""Cases whose images may be of another kind or view than what counts for them.

It is the AI's word like any other: ``checks`` decides who may know of it.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from cmrkit.quality.kind_check import kind_doubt
from portal.cases.models import Case
from portal.imaging.models import Stack


class Doubted(NamedTuple):
    """A stack whose pixels contradict what counts for it; ``since`` is when that version came."""

    case_id: UUID
    stack_id: UUID
    severity: str
    since: datetime


def doubted_stacks(cases: QuerySet[Case]) -> list[Doubted]:
    """Newest stacks of the cases that are in doubt now: a person's correction settles it."""
    looked_at = Stack.objects.filter(
        study__case__in=cases, is_latest=True, pixel_look__isnull=False
    ).order_by("created_at", "pk")
    rows = looked_at.values_list(
        "study__case_id", "pk", "sequence_kind", "view", "pixel_look", "created_at"
    )
    found = []
    for case_id, stack_id, kind, view, look, since in rows.iterator(chunk_size=500):
        doubt = kind_doubt(kind, view, look or {})
        if doubt is not None and case_id is not None:
            found.append(Doubted(case_id, stack_id, doubt.severity, since))
    return found
