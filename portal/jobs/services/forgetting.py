"""Work on a withdrawn subject: it ends, and what was handed in goes."""

from django.db.models import QuerySet

from portal.cases.withdrawing import Leaving
from portal.jobs.models import ACTIVE_STATES, Job, JobArtifact
from portal.jobs.services.moving import move
from portal.jobs.services.telling import tell
from portal.jobs.states import Event

WITHDRAWN = "A subject was withdrawn"


def forget(leaving: Leaving) -> None:
    jobs = Job.objects.filter(case_id__in=leaving.case_ids)
    stop(jobs, leaving)
    forget_artifacts(jobs, leaving)
    leaving.removed["jobs"] += jobs.update(
        payload={}, output=None, message="", error_message="", error_places="", max_attempts=0
    )


def stop(jobs: QuerySet[Job], leaving: Leaving) -> None:
    """End what is active; a worker that still computes is refused with its next word."""
    active = jobs.filter(state__in=ACTIVE_STATES).values("pk")
    for job in Job.objects.select_for_update(of=("self",)).filter(pk__in=active).order_by("pk"):
        move(job, Event.CANCEL)
        job.cancel_requested_at = leaving.at
        job.error_code, job.error_message, job.message = "subject_withdrawn", WITHDRAWN, ""
        job.save()
        tell(job)
        leaving.removed["jobs stopped"] += 1


def forget_artifacts(jobs: QuerySet[Job], leaving: Leaving) -> None:
    rows = JobArtifact.objects.filter(job__in=jobs)
    leaving.blobs.update(rows.values_list("blob_id", flat=True))
    leaving.removed["job files"] += rows.delete()[0]
