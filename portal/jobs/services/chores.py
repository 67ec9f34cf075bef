"""Chores: run by whichever process of the portal comes first, once per turn."""

import logging
from datetime import timedelta

from django.utils import timezone

from portal.jobs.models import ChoreTurn
from portal.jobs.registry import Chore, chores

logger = logging.getLogger(__name__)


def run_due_chores() -> int:
    """How many had their turn here. One that fails is logged, and tried again at its next turn."""
    done = 0
    for chore in chores():
        if _take_turn(chore):
            done += 1
            try:
                chore.run()
            except Exception as error:  # noqa: BLE001 - no chore may keep the others from their turn
                logger.error("the chore %s failed: %s", chore.name, type(error).__name__)
    return done


def _take_turn(chore: Chore) -> bool:
    now = timezone.now()
    following = now + timedelta(seconds=chore.every_s)
    turn, first = ChoreTurn.objects.get_or_create(name=chore.name, defaults={"due_at": following})
    if first:
        return True
    if turn.due_at > now:
        return False
    # in one statement, so that of two processes one gets it
    mine = ChoreTurn.objects.filter(name=chore.name, due_at=turn.due_at)
    return mine.update(due_at=following) == 1
