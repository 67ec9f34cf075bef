"""Calling a meeting: its chair invites people and puts cases on the agenda."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.meetings.errors import AlreadyStarted, WrongCase
from portal.meetings.models import (
    AgendaItem,
    ItemState,
    Meeting,
    MeetingState,
    Participant,
)
from portal.meetings.selectors import seatable
from portal.meetings.services.acting import Deed, done_before, locked, log
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.blinding import meeting_cases

MAX_PEOPLE, MAX_CASES = 60, 200


@transaction.atomic
def convene(
    *,
    by: User,
    project: Project,
    op_id: str,
    title: str,
    planned_at: datetime | None = None,
    is_blinded: bool = True,
) -> Meeting:
    """Plan a meeting; who plans it chairs it. A repeated ``op_id`` is answered."""
    require(by, Permission.ADJUDICATE, project)
    if not title.strip():
        raise InvalidInput(title=["Give the meeting a title."])
    key = f"{by.pk.hex[:12]}{op_id}"[:64]  # another person's operation ids are their own
    meeting, made = Meeting.objects.get_or_create(
        op_id=key,
        defaults={
            "project": project,
            "title": title.strip()[:120],
            "chair": by,
            "presenter": by,
            "planned_at": planned_at,
            "is_blinded": is_blinded,
        },
    )
    if made:
        Participant.objects.create(meeting=meeting, user=by)
        record_in_project(
            project_id=project.pk,
            by=by,
            action="meeting.convened",
            target_type="meeting",
            target_id=meeting.pk,
            details={},
        )
    return meeting


@transaction.atomic
def invite(*, by: User, meeting_id: UUID, op_id: str, user_ids: Sequence[UUID]) -> Meeting:
    """The people who shall be there, besides the chair; who isn't named any more is uninvited.
    Late guests may be invited while the meeting runs; who has joined stays on record. A repeated
    ``op_id`` is answered, as in ``set_agenda``."""
    deed = _chaired(by, meeting_id)
    if done_before(by, deed.meeting, op_id) is not None:
        return deed.meeting
    wanted = {person.pk: person for person in seatable(deed.meeting.project)}
    named = set(user_ids) | {deed.meeting.chair_id}
    if len(named) > MAX_PEOPLE or not named <= wanted.keys():
        raise InvalidInput(user_ids=["Name readers, adjudicators and coordinators of the project."])
    seats = {seat.user_id: seat for seat in deed.meeting.participants.all()}
    going = [seat for pk, seat in seats.items() if pk not in named and seat.joined_at is None]
    Participant.objects.filter(pk__in=[seat.pk for seat in going]).delete()
    new = named - seats.keys()
    Participant.objects.bulk_create(Participant(meeting=deed.meeting, user_id=pk) for pk in new)
    if new or going:
        deed.told = {
            "invited": sorted(str(pk) for pk in new),
            "uninvited": sorted(str(seat.user_id) for seat in going),
        }
        deed.reopen_access()
        log(deed, kind="invited", op_id=op_id)
        _tell_invited(deed.meeting, new)
    return deed.meeting


@transaction.atomic
def set_agenda(*, by: User, meeting_id: UUID, op_id: str, case_ids: Sequence[UUID]) -> Meeting:
    """The cases in their order. What was on the table already keeps its place on record."""
    deed = _chaired(by, meeting_id)
    if done_before(by, deed.meeting, op_id) is not None:
        return deed.meeting
    if len(case_ids) > MAX_CASES or len(set(case_ids)) != len(case_ids):
        raise InvalidInput(case_ids=[f"Name at most {MAX_CASES} cases, each once."])
    items = {item.case_id: item for item in deed.meeting.items.all()}
    new = [pk for pk in case_ids if pk not in items]
    allowed = meeting_cases(by).filter(project=deed.meeting.project, pk__in=new)
    if allowed.count() != len(new):
        raise WrongCase(case_ids=[WrongCase.message])
    gone = [item for pk, item in items.items() if pk not in set(case_ids)]
    if any(item.state != ItemState.WAITING for item in gone):
        raise AlreadyStarted("A case that was discussed stays on the agenda.")
    AgendaItem.objects.filter(pk__in=[item.pk for item in gone]).delete()
    for position, pk in enumerate(case_ids):
        AgendaItem.objects.update_or_create(
            meeting=deed.meeting, case_id=pk, defaults={"position": position}
        )
    deed.told = {"cases": len(case_ids)}
    log(deed, kind="agenda", op_id=op_id)
    return deed.meeting


def _chaired(by: User, meeting_id: UUID) -> Deed:
    deed = Deed(by=by, meeting=locked(by, meeting_id), data={})
    deed.require_chair()
    if deed.meeting.state == MeetingState.CLOSED:
        raise AlreadyStarted("The meeting is closed.")
    return deed


def _tell_invited(meeting: Meeting, user_ids: set[Any]) -> None:
    notify(
        user_ids=user_ids - {meeting.chair_id},
        kind="meeting_invited",
        text=f"{meeting.chair.display_name} invites you to the meeting “{meeting.title}”.",
        href=f"/meetings/{meeting.pk}",
        project=meeting.project.slug,
    )
