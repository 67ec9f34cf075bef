"""What time it is, and days as a project counts them: the one clock that tests set."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """This instant, in UTC. Call it as ``clock.now()``, so that a test may move it."""
    return timezone.now()


def days_after(instant: datetime, days: int, zone: str) -> datetime:
    """The same time of day, ``days`` later on the calendar of the zone: over a change to or from
    summer time that is an hour more or less."""
    local = instant.astimezone(ZoneInfo(zone))
    return (local + timedelta(days=days)).astimezone(ZoneInfo("UTC"))


def end_of_day_after(instant: datetime, days: int, zone: str) -> datetime:
    """The last second of the day that is ``days`` later in the zone."""
    local = instant.astimezone(ZoneInfo(zone)) + timedelta(days=days)
    last = datetime.combine(local.date(), time(23, 59, 59), tzinfo=ZoneInfo(zone))
    return last.astimezone(ZoneInfo("UTC"))
