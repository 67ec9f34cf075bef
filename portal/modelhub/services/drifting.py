"""Choosing what weeks are held against, and telling of weeks that left the limits."""

import logging
from datetime import date, timedelta

from django.db import transaction

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.core import clock
from portal.core.errors import InvalidInput
from portal.modelhub.drift import Charted
from portal.modelhub.drift_selectors import charts_of
from portal.modelhub.models import DriftAlarm, DriftReference
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with

logger = logging.getLogger(__name__)

TOLD_WEEKS = 4  # an alarm of weeks long past is history, not news


@transaction.atomic
def choose_reference(
    *, by: User, project: Project, first_date: date, last_date: date
) -> DriftReference:
    """The period that later weeks are held against. Earlier choices stay on record."""
    require(by, Permission.APPROVE_MODEL, project)
    if last_date < first_date:
        raise InvalidInput(None, last_date=["The period ends before it begins."])
    if last_date >= clock.now().date():
        raise InvalidInput(None, last_date=["Choose a period that is over."])
    row = DriftReference.objects.create(
        project=project, first_date=first_date, last_date=last_date, chosen_by=by
    )
    record_in_project(
        project_id=project.pk,
        by=by,
        action="drift_reference.chosen",
        target_type="drift_reference",
        target_id=row.pk,
        details={"first_date": str(first_date), "last_date": str(last_date)},
    )
    return row


def tell_of_drift() -> int:
    """Once per chart and week, for all projects that have a reference. Returns how many alarms were
    new. One project that can't be charted keeps no other from its alarms."""
    new = 0
    for project in Project.objects.filter(drift_references__isnull=False).distinct():
        try:
            new += _tell(project)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next hour tries again
            logger.error("drift of project %s failed: %s", project.pk, type(error).__name__)
    return new


@transaction.atomic
def _tell(project: Project) -> int:
    Project.objects.select_for_update().get(pk=project.pk)  # two at once would tell twice
    reference, charts, _ = charts_of(project, None)
    if reference is None:
        return 0
    since = clock.now().date() - timedelta(weeks=TOLD_WEEKS + 1)
    held = set(DriftAlarm.objects.filter(reference=reference).values_list("chart", "week_date"))
    new = [
        (chart, week)
        for chart in charts
        for week in chart.alarm_weeks
        if week >= since and (chart.code, week) not in held
    ]
    for chart, week in new:
        _raise_alarm(project, reference, chart, week)
    if new:
        titles = sorted({chart.signal.title for chart, _ in new})
        notify(
            user_ids=users_with(Permission.TRAIN, project.pk)
            | users_with(Permission.APPROVE_MODEL, project.pk),
            kind="drift",
            text=f"{project.name}: drift in {', '.join(titles)}. See the charts.",
            href=f"/p/{project.slug}/models/drift",
            project=project.slug,
        )
    return len(new)


def _raise_alarm(project: Project, reference: DriftReference, chart: Charted, week: date) -> None:
    row = DriftAlarm.objects.create(reference=reference, chart=chart.code, week_date=week)
    record_in_project(
        project_id=project.pk,
        by=None,
        action="drift.alarm",
        target_type="drift_alarm",
        target_id=row.pk,
        details={"chart": chart.code, "week": str(week)},
    )
