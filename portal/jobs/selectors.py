"""Reading jobs."""

from django.db.models import Count

from portal.jobs.models import Job, JobState


def count_by_state() -> dict[str, int]:
    """How many jobs are in each state, for the metrics."""
    found = dict(Job.objects.values_list("state").annotate(n=Count("pk")).order_by())
    return {state: found.get(state, 0) for state in JobState.values}
