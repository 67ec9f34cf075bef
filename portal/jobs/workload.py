"""How busy the workers are: what waits, who works, how fast, how often in vain."""

from datetime import timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cmrkit.contracts import JobQueue
from portal.jobs.models import HELD_STATES, Job, JobState, Worker
from portal.jobs.selectors import alive_since

_LATELY = timedelta(hours=1)
_MOST_WORKERS = 50


def workload(rows: QuerySet[Job], *, names: bool) -> dict[str, Any]:
    """For these jobs; the workers are the installation's. ``names`` are of machines: for admins."""
    return {
        "queues": [{"queue": queue.value, **_lengths(rows, queue)} for queue in JobQueue],
        "workers": workers(names=names),
        "last_hour": _last_hour(rows),
    }


def _lengths(rows: QuerySet[Job], queue: JobQueue) -> dict[str, int]:
    now = timezone.now()
    queued = Q(state=JobState.QUEUED)
    return rows.filter(queue=queue).aggregate(
        waiting=Count("pk", filter=queued & Q(due_at__lte=now), distinct=True),
        waiting_to_retry=Count("pk", filter=queued & Q(due_at__gt=now), distinct=True),
        running=Count("pk", filter=Q(state__in=HELD_STATES), distinct=True),
    )


def workers(*, names: bool) -> list[dict[str, Any]]:
    """Who was seen within an hour or so: the living first, and in the same order at every look."""
    alive = alive_since()
    seen = Worker.objects.order_by("-last_seen_at")[:_MOST_WORKERS]
    held = dict(Job.objects.filter(state__in=HELD_STATES).values_list("worker", "kind"))
    found = []
    for row in sorted(seen, key=lambda row: (row.last_seen_at <= alive, row.name)):
        found.append(
            {
                "name": row.name if names else None,
                "device": row.device,
                "has_gpu": row.has_gpu,
                "queues": row.queues,
                "version": row.version,
                "alive": row.last_seen_at > alive,
                "busy_with": held.get(row.name),
                "last_seen_at": row.last_seen_at.isoformat(),
            }
        )
    return found


def _last_hour(rows: QuerySet[Job]) -> dict[str, Any]:
    over = rows.filter(finished_at__gt=timezone.now() - _LATELY)
    times = over.filter(state=JobState.SUCCEEDED, attempt_started_at__isnull=False).values_list(
        "pk", "attempt_started_at", "finished_at"
    )
    seconds = [(end - start).total_seconds() for _, start, end in times if start and end]
    return {
        "succeeded": over.filter(state=JobState.SUCCEEDED).count(),
        "failed": over.filter(state__in=[JobState.FAILED, JobState.DEAD]).count(),
        "median_s": round(median(seconds), 1) if seconds else None,
    }
