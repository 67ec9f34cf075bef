"""Progress to the open browsers of those who may see the job."""

from portal.core.events import publish
from portal.jobs.models import Job
from portal.jobs.selectors import describe, watchers


def tell(job: Job) -> None:
    publish(user_ids=watchers(job), message={"type": "job", "job": describe(job)})
