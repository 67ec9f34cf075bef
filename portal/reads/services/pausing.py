"""Pausing and resuming reading: of one person, or of the whole project."""

from uuid import UUID

from django.db import transaction

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.core import clock
from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.core.events import publish_changed
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with
from portal.reads.errors import ReasonNeeded
from portal.reads.models import ReadingPause


@transaction.atomic
def pause_reading(*, by: User, project: Project, reason: str, user_id: UUID | None = None) -> None:
    """Nothing is saved in reads of the person (of anybody) from now on, and they get no new ones.
    What was saved stays, and what a browser still holds is sent when reading is resumed."""
    require(by, Permission.ASSIGN_READS, project)
    if not reason.strip():
        raise ReasonNeeded(reason=[ReasonNeeded.message])
    if user_id is not None and user_id not in users_with(Permission.READ, project.pk):
        raise InvalidInput(user_id=["This person has no reader role in the project."])
    _, made = ReadingPause.objects.get_or_create(
        project=project,
        user=_person(user_id),
        ended_at=None,
        defaults={"reason": reason.strip()[:300], "paused_by": by},
    )
    if not made:
        raise Conflict("Reading is paused already.")
    _record_and_tell(by, project, user_id, "reading.paused", "Reading is paused.")


@transaction.atomic
def resume_reading(*, by: User, project: Project, user_id: UUID | None = None) -> None:
    require(by, Permission.ASSIGN_READS, project)
    if user_id is not None and _person(user_id) is None:
        raise NotFound()
    ended = ReadingPause.objects.filter(
        project=project, user=_person(user_id), ended_at__isnull=True
    ).update(ended_at=clock.now())
    if not ended:
        raise Conflict("Reading isn't paused.")
    _record_and_tell(by, project, user_id, "reading.resumed", "Reading goes on.")


def _person(user_id: UUID | None) -> User | None:
    return User.objects.filter(pk=user_id).first() if user_id else None


def _record_and_tell(
    by: User, project: Project, user_id: UUID | None, action: str, text: str
) -> None:
    record_in_project(
        project_id=project.pk,
        by=by,
        action=action,
        target_type="user" if user_id else "project",
        target_id=user_id or project.pk,
    )
    told = {user_id} if user_id else users_with(Permission.READ, project.pk)
    notify(user_ids=told, kind=action, text=text, href="/", project=project.slug)
    publish_changed(user_ids=told, model="read", object_id=project.pk, project=project.slug)
