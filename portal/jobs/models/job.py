from django.conf import settings
from django.db import models
from django.utils import timezone

from cmrkit.contracts import JobKind, JobQueue, Priority
from portal.cases.models import Case
from portal.core.models import Entity
from portal.projects.models import Project


class JobState(models.TextChoices):
    QUEUED = "queued"
    LEASED = "leased"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DEAD = "dead"


HELD_STATES = (JobState.LEASED, JobState.RUNNING)  # by a worker
ACTIVE_STATES = (JobState.QUEUED, *HELD_STATES)


class Job(Entity):
    """The truth about one piece of work; the broker only wakes a worker.

    ``payload`` holds ids and parameters for the app that owns the kind. ``active_key`` is set
    while the job is active and null after, so that the same work can't be queued twice.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="jobs")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="jobs")
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in JobKind])
    queue = models.CharField(
        max_length=8, choices=[(q.value, q.value) for q in JobQueue], default=JobQueue.CPU.value
    )
    priority = models.SmallIntegerField(default=int(Priority.NORMAL))  # the larger goes first
    title = models.CharField(max_length=160)
    state = models.CharField(
        max_length=10, choices=JobState.choices, default=JobState.QUEUED, db_index=True
    )
    payload = models.JSONField(default=dict)
    output = models.JSONField(null=True)
    active_key = models.CharField(max_length=160, null=True, unique=True)
    attempt = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=3)
    progress = models.FloatField(default=0.0)  # 0..1
    message = models.CharField(max_length=300, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    error_places = models.TextField(blank=True)  # classes and places in the code; for admins
    worker = models.CharField(max_length=120, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(default=timezone.now)  # when the sweep may (re)send it
    cancel_requested_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    attempt_started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="jobs_requested"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=JobState.values), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ACTIVE_STATES, finished_at__isnull=True)
                | (~models.Q(state__in=ACTIVE_STATES) & models.Q(finished_at__isnull=False)),
                name="job_finished_at_with_state",
            ),
            models.CheckConstraint(
                condition=models.Q(queue__in=[q.value for q in JobQueue]), name="job_queue_known"
            ),
            models.CheckConstraint(
                condition=models.Q(progress__gte=0.0, progress__lte=1.0), name="job_progress_0_to_1"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="job_due"),
            models.Index(fields=["finished_at"], name="job_finished"),
        ]
