"""Progress to the open browsers of those who may see the job."""

from portal.core.events import publish
from portal.jobs.models import Job
from portal.jobs.selectors import UNNAMED, describe, watchers
from portal.projects.roles import Permission
from portal.projects.selectors import users_with


def tell(job: Job) -> None:
    found = describe(job)
    team = users_with(Permission.VIEW_JOBS, job.project_id)
    publish(user_ids=team, message={"type": "job", "job": found})
    asked = watchers(job) - team
    if asked:  # whoever asked for it and doesn't see the project's jobs hears no name in it
        publish(user_ids=asked, message={"type": "job", "job": {**found, **UNNAMED}})
