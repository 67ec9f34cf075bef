"""The product's own settings, with a clock that a test sets: a washout of weeks passes at once.

It lies with the tests and is no part of what is installed: a server moves its clock only where
``DJANGO_SETTINGS_MODULE`` names this module, and its data folder holds the file. Only
``portal.core.clock`` is moved; sessions, tokens and the audit trail keep the machine's time.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from portal.core import clock
from portal.settings import *  # noqa: F403

DAYS_AHEAD = DATA_DIR / "days-ahead"  # noqa: F405 - of the settings


def _now() -> datetime:
    days = float(DAYS_AHEAD.read_text()) if DAYS_AHEAD.exists() else 0.0
    return timezone.now() + timedelta(days=days)


clock.now = _now
