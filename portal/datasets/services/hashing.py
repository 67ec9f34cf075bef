"""Hashes of locked cases' images, made ahead so that freezing a large dataset doesn't wait."""

from portal.adjudication.models import ReferenceStandard
from portal.cases.models import CaseState
from portal.datasets.leakage import pixel_hashes
from portal.imaging.models import Stack

_AT_ONCE = 20


def hash_some() -> int:
    """Hash a few stacks that have none; answers how many were looked at."""
    locked = ReferenceStandard.objects.filter(
        case__state=CaseState.LOCKED, adjudication__read__stack__pixel_hashes__isnull=True
    ).values_list("adjudication__read__stack_id", flat=True)
    done = 0
    for stack in Stack.objects.filter(pk__in=locked)[:_AT_ONCE]:
        pixel_hashes(stack)
        done += 1
    return done
