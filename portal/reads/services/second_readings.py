"""Hidden second readings: when they come up, and telling their readers then."""

from functools import cache

from django.db import transaction

from portal.core import clock
from portal.projects.roles import Permission
from portal.projects.selectors import users_with
from portal.protocols.selectors import rules_of
from portal.reads.models import Read, ReadPurpose, ReadState
from portal.reads.services.assign import tell_reader


def start_washout(read: Read) -> None:
    """Hook: a first reading was submitted; its second one comes up once the washout is over, and
    is due as if it had been assigned then."""
    if read.duplicate or read.purpose != ReadPurpose.READING:
        return
    rules = rules_of(read.protocol_version)
    zone = read.case.project.time_zone
    assert read.submitted_at is not None
    up = clock.days_after(read.submitted_at, rules.washout_days, zone)
    limit = rules.time_limit_days
    Read.objects.filter(
        case=read.case_id,
        reader=read.reader_id,
        duplicate=True,
        state=ReadState.ASSIGNED,
        available_at__isnull=True,
    ).update(
        available_at=up, due_at=None if limit is None else clock.end_of_day_after(up, limit, zone)
    )


def announce_second_readings() -> int:
    """Tell readers of second readings that came up, in the words of any new read. Returns how many
    there were; told once, whoever else asks at the same time. Who doesn't read in the project any
    more isn't told, unless they come back."""
    told = 0
    due = Read.objects.filter(
        duplicate=True,
        state=ReadState.ASSIGNED,
        announced_at__isnull=True,
        available_at__lte=clock.now(),
    ).values_list("pk", "reader__user", "case__project")
    team = cache(users_with)
    for pk, user_id, project_id in list(due):
        if user_id not in team(Permission.READ, project_id):
            continue
        with transaction.atomic():
            mine = Read.objects.filter(pk=pk, announced_at__isnull=True).update(
                announced_at=clock.now()
            )
            if mine:
                tell_reader(Read.objects.select_related("case__project", "reader").get(pk=pk))
                told += 1
    return told
