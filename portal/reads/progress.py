"""How far reading is: by reader, by week, and when it may be done. Counts and dates, no contents.
Reads come from ``portal.reads.blinding.managed_reads``."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.db.models.functions import TruncWeek

from portal.accounts.models import User
from portal.cases.models import Case
from portal.core import clock
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with
from portal.protocols.selectors import rules_of, version_in_use
from portal.reads.blinding import managed_reads
from portal.reads.eligibility import OPEN_FOR_READING
from portal.reads.models import Admission, ConflictOfInterest, ReadingPause, ReadState

WEEKS_SHOWN = 12
PACE_OVER = timedelta(days=28)


@dataclass(frozen=True)
class ReaderProgress:
    """``duplicates`` are the second readings among the others. ``admitted`` is None where the
    protocol asks for no training. ``reads_still`` is False for one who left the team."""

    user_id: UUID
    name: str
    reads_still: bool
    assigned: int
    in_progress: int
    submitted: int
    overdue: int
    duplicates: int
    last_submitted_at: datetime | None
    paused: bool
    pause_reason: str
    admitted: bool | None
    conflicts: int


@dataclass(frozen=True)
class Week:
    """``start`` is its Monday in the project's time zone."""

    start: date
    submitted: int


@dataclass(frozen=True)
class Progress:
    """``unassigned``: reads that cases lack and nobody has. ``per_week``: the pace of the last four
    weeks; ``done_by``: when all is read at that pace, None where nothing was read."""

    paused: bool
    pause_reason: str
    readers: list[ReaderProgress]
    weeks: list[Week]
    open: int
    unassigned: int
    overdue: int
    per_week: float
    done_by: date | None


def progress_of(user: User, project: Project) -> Progress:
    """For those who run the project."""
    require(user, Permission.VIEW_PROGRESS, project)
    readers = _readers(user, project)
    pause = ReadingPause.objects.filter(
        project=project, user__isnull=True, ended_at__isnull=True
    ).first()
    still_open = sum(row.assigned + row.in_progress for row in readers)
    unassigned = _unassigned(user, project)
    pace = _pace(user, project)
    return Progress(
        paused=pause is not None,
        pause_reason=pause.reason if pause else "",
        readers=readers,
        weeks=_weeks(user, project),
        open=still_open,
        unassigned=unassigned,
        overdue=sum(row.overdue for row in readers),
        per_week=round(pace, 1),
        done_by=forecast(clock.now(), still_open + unassigned, pace, project.time_zone),
    )


def forecast(now: datetime, left: int, per_week: float, zone: str) -> date | None:
    """The day in the zone on which ``left`` reads are done at that pace; today if none is left."""
    today = now.astimezone(clock.zone_or_utc(zone)).date()
    if left == 0:
        return today
    if per_week <= 0:
        return None
    days = left / per_week * 7
    return today + timedelta(days=-int(-days // 1)) if days < 36_500 else None


def _readers(user: User, project: Project) -> list[ReaderProgress]:
    now = clock.now()
    rows = managed_reads(user).filter(case__project=project, reader__user__isnull=False)
    counted = {
        row["reader__user_id"]: row
        for row in rows.values("reader__user_id")
        .annotate(
            assigned=Count("pk", filter=Q(state=ReadState.ASSIGNED)),
            in_progress=Count("pk", filter=Q(state=ReadState.IN_PROGRESS)),
            submitted=Count("pk", filter=Q(state=ReadState.SUBMITTED)),
            overdue=Count(
                "pk",
                filter=Q(state__in=[ReadState.ASSIGNED, ReadState.IN_PROGRESS], due_at__lt=now),
            ),
            duplicates=Count("pk", filter=Q(duplicate=True) & ~Q(state=ReadState.WITHDRAWN)),
            last=Max("submitted_at", filter=Q(state=ReadState.SUBMITTED)),
        )
        .order_by()
    }
    team = users_with(Permission.READ, project.pk)
    pauses = dict(
        ReadingPause.objects.filter(
            project=project, user__isnull=False, ended_at__isnull=True
        ).values_list("user_id", "reason")
    )
    version = version_in_use(project)
    trained = version is not None and rules_of(version).training["required"]
    admitted = set(Admission.objects.filter(project=project).values_list("user_id", flat=True))
    conflicts = dict(
        ConflictOfInterest.objects.filter(project=project, ended_at__isnull=True)
        .values_list("user_id")
        .annotate(n=Count("pk"))
        .order_by()
    )
    people = User.objects.filter(pk__in=team | set(counted)).order_by("display_name", "pk")
    found = []
    for person in people:
        row: dict[str, Any] = dict(counted.get(person.pk) or {})
        found.append(
            ReaderProgress(
                user_id=person.pk,
                name=person.display_name,
                reads_still=person.pk in team,
                assigned=row.get("assigned", 0),
                in_progress=row.get("in_progress", 0),
                submitted=row.get("submitted", 0),
                overdue=row.get("overdue", 0),
                duplicates=row.get("duplicates", 0),
                last_submitted_at=row.get("last"),
                paused=person.pk in pauses,
                pause_reason=pauses.get(person.pk, ""),
                admitted=person.pk in admitted if trained else None,
                conflicts=conflicts.get(person.pk, 0),
            )
        )
    return found


def _weeks(user: User, project: Project) -> list[Week]:
    zone = clock.zone_or_utc(project.time_zone)
    today = clock.now().astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS_SHOWN - 1)
    counts = {
        row["week"].date(): row["n"]
        for row in managed_reads(user)
        .filter(
            case__project=project,
            state=ReadState.SUBMITTED,
            submitted_at__gte=datetime.combine(first, datetime.min.time(), tzinfo=zone),
        )
        .annotate(week=TruncWeek("submitted_at", tzinfo=zone))
        .values("week")
        .annotate(n=Count("pk"))
        .order_by()
    }
    starts = [first + timedelta(weeks=n) for n in range(WEEKS_SHOWN)]
    return [Week(start, counts.get(start, 0)) for start in starts]


def _pace(user: User, project: Project) -> float:
    """Reads per week over the last four weeks, or since the first read was submitted."""
    now = clock.now()
    recent = managed_reads(user).filter(
        case__project=project, state=ReadState.SUBMITTED, submitted_at__gt=now - PACE_OVER
    )
    times = sorted(at for at in recent.values_list("submitted_at", flat=True) if at)
    if not times:
        return 0.0
    weeks = max((now - times[0]) / timedelta(weeks=1), 1.0)
    return len(times) / weeks


def _unassigned(user: User, project: Project) -> int:
    version = version_in_use(project)
    if version is None:
        return 0
    cases = Case.objects.filter(project=project, state__in=OPEN_FOR_READING, training__isnull=True)
    held = (
        managed_reads(user)
        .filter(case__in=cases, duplicate=False)
        .exclude(state=ReadState.WITHDRAWN)
        .count()
    )
    return max(cases.count() * version.reads_per_case - held, 0)
