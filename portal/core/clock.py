"""What time it is, and days as a project counts them: the one clock that tests set."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """This instant, in UTC. Call it as ``clock.now()``, so that a test may move it."""
    return timezone.now()


def zone_called(name: str) -> ZoneInfo:
    """The time zone of that name ("Europe/London"); raises ValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as error:  # unknown; a folder of zones
        msg = "There is no such time zone."
        raise ValueError(msg) from error


def zone_or_utc(name: str) -> ZoneInfo:
    """As :func:`zone_called`; UTC where a name was stored that is none (here)."""
    try:
        return zone_called(name)
    except ValueError:
        return ZoneInfo("UTC")


def days_after(instant: datetime, days: int, zone: str) -> datetime:
    """The same time of day, ``days`` later on the calendar of the zone: over a change to or from
    summer time that is an hour more or less."""
    local = instant.astimezone(zone_or_utc(zone))
    return (local + timedelta(days=days)).astimezone(ZoneInfo("UTC"))


def end_of_day_after(instant: datetime, days: int, zone: str) -> datetime:
    """The last second of the day that is ``days`` later in the zone."""
    here = zone_or_utc(zone)
    local = instant.astimezone(here) + timedelta(days=days)
    last = datetime.combine(local.date(), time(23, 59, 59), tzinfo=here)
    return last.astimezone(ZoneInfo("UTC"))
