"""Chores of intake: stacks of studies that came, and imports that nobody finishes any more."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.utils import timezone

from portal.imaging.models import Study
from portal.imaging.services.assembling import assemble_due
from portal.intake.models import Association, ImportState, Pull
from portal.intake.services.batches import finish_import
from portal.jobs.models import ACTIVE_STATES

logger = logging.getLogger(__name__)
_STILL_COMING_S = 60.0


def assemble_arrived() -> int:
    """Stacks of studies whose files have all come, as far as one can tell; answers how many. An
    import that is open, and got a file lately, is not over: it assembles at its end."""
    lately = timezone.now() - timedelta(seconds=_STILL_COMING_S)
    busy = Study.objects.filter(
        stacks_due_at__isnull=False,
        series__instances__import_items__created_at__gt=lately,
        series__instances__import_items__batch__state=ImportState.RECEIVING,
    )
    return assemble_due(busy=busy)


def finish_left_imports() -> int:
    """Imports of associations whose receiver died, and of pulls that are over; answers how many."""
    # a receiver says three times in a lease that its associations live
    silent = timezone.now() - timedelta(seconds=2 * settings.ACCORD_LEASE_S)
    lost = Association.objects.filter(ended_at=None, alive_at__lt=silent)
    over = Pull.objects.filter(batch__state=ImportState.RECEIVING, job__isnull=False).exclude(
        job__state__in=ACTIVE_STATES
    )
    done = [_quietly(partial(finish_association, row)) for row in lost]
    done += [_quietly(partial(finish_import, by=None, batch=row.batch)) for row in over]
    return sum(done)


def finish_association(row: Association) -> None:
    """Finish the import, then note the end: killed in between, it is done again."""
    finish_import(by=None, batch=row.batch)
    Association.objects.filter(pk=row.pk).update(ended_at=timezone.now())


def _quietly(finish: Callable[[], object]) -> bool:
    try:
        finish()
    except Exception as error:  # noqa: BLE001 - one import must not keep the others waiting
        logger.error("an import was not finished: %s", type(error).__name__)
        return False
    return True
