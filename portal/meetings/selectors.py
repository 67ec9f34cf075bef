"""Reading meetings, as far as a person may. Who hears of a case is ``portal.reads.blinding``'s."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.adjudication.models import Adjudication
from portal.adjudication.selectors import current_adjudication_of
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.meetings.models import (
    AgendaItem,
    Decision,
    ItemState,
    Meeting,
    MeetingEvent,
    MeetingState,
    Participant,
    Presence,
)
from portal.projects.models import Membership, Project
from portal.projects.roles import Permission, Role
from portal.projects.selectors import require
from portal.reads.blinding import cases_being_read, discussable_cases, tabled_cases

HERE = timedelta(seconds=25)  # without a sign of life somebody has left
SEATED = (Role.COORDINATOR, Role.READER, Role.ADJUDICATOR)


def visible_meetings(user: User) -> QuerySet[Meeting]:
    """Those to which the person is invited, while they belong to the project and read none of
    its cases."""
    return (
        Meeting.objects.filter(participants__user=user, project__in=_seated_projects(user))
        .exclude(items__case__in=cases_being_read(user))
        .select_related("project", "chair", "presenter", "pen_holder")
        .order_by("-created_at", "pk")
        .distinct()
    )


def _seated_projects(user: User) -> QuerySet[Project]:
    seats = Membership.objects.filter(user=user, user__is_active=True, role__in=SEATED)
    return Project.objects.filter(pk__in=seats.values("project"))


def meetings_in(user: User, project: Project, *, state: str = "") -> QuerySet[Meeting]:
    require(user, Permission.VIEW_PROJECT, project)
    rows = visible_meetings(user).filter(project=project).prefetch_related("participants", "items")
    return rows.filter(state=state) if state else rows


def get_meeting(user: User, meeting_id: UUID) -> Meeting:
    """The meeting, else NotFound."""
    row = visible_meetings(user).filter(pk=meeting_id).first()
    if row is None:
        raise NotFound()
    return row


def people_to_invite(user: User, project: Project) -> list[User]:
    """Who may sit in a meeting, by name alone: for those who may chair one."""
    require(user, Permission.ADJUDICATE, project)
    return seatable(project)


def seatable(project: Project) -> list[User]:
    ids = Membership.objects.filter(project=project, role__in=SEATED, user__is_active=True).values(
        "user"
    )
    return list(User.objects.filter(pk__in=ids).order_by("display_name", "pk"))


def tables_of(user: User) -> QuerySet[Case]:
    """For ``portal.reads.convening``: what lies on the table of a running meeting they attend."""
    return Case.objects.filter(
        agenda_items__state=ItemState.OPEN,
        agenda_items__meeting__state=MeetingState.LIVE,
        agenda_items__meeting__participants__user=user,
    )


def hearers_of(case_ids: Sequence[UUID]) -> Iterable[tuple[UUID, UUID]]:
    """For ``portal.reads.convening``: (case id, person id) of who was in the room of a meeting that
    put the case on its table."""
    rows = AgendaItem.objects.filter(
        case__in=case_ids, meeting__participants__joined_at__isnull=False
    ).exclude(state=ItemState.WAITING)
    return set(rows.values_list("case_id", "meeting__participants__user_id"))


def get_tabled(user: User, meeting: Meeting, item_id: UUID) -> tuple[AgendaItem, Adjudication]:
    """The item on the table with its case's adjudication; NotFound for what isn't there now,
    unless the case lies open to the person anyway."""
    item = meeting.items.select_related("case__project").filter(pk=item_id).first()
    if item is None or not sees_item(user, item):
        raise NotFound()
    adjudication = current_adjudication_of(item.case)
    if adjudication is None:
        raise NotFound()
    return item, adjudication


def sees_item(user: User, item: AgendaItem) -> bool:
    """Whether the case's readings lie open to this person now."""
    return (
        discussable_cases(user).filter(pk=item.case_id).exists()
        or tabled_cases(user).filter(pk=item.case_id).exists()
    )


@dataclass(frozen=True)
class RoomState:
    """What the sockets of a meeting look at every second."""

    epoch: int  # of permissions
    sequence: int
    presenter: UUID
    here: tuple[str, ...]


def room_state(meeting_id: UUID) -> RoomState | None:
    row = Meeting.objects.select_related("project").filter(pk=meeting_id).first()
    if row is None:
        return None
    here = row.participants.filter(seen_at__gt=timezone.now() - HERE).values_list("user", flat=True)
    return RoomState(
        epoch=row.project.permission_epoch,
        sequence=row.sequence,
        presenter=row.presenter_id,
        here=tuple(sorted(str(pk) for pk in here)),
    )


@dataclass(frozen=True)
class Ears:
    """What of a meeting's cases somebody may see, and hear."""

    joined: bool
    open_cases: frozenset[UUID]  # lie open to the person anyway
    tabled: frozenset[UUID]

    def sees(self, item: AgendaItem) -> bool:
        return item.case_id in self.open_cases or item.case_id in self.tabled

    def hears(self, item: AgendaItem) -> bool:
        """What was said of it: they were there, or the case lies open to them. Who was invited
        and never came hears nothing of it."""
        discussed = self.joined and item.state != ItemState.WAITING
        return self.sees(item) or discussed


def ears_of(user: User, meeting: Meeting, items: list[AgendaItem]) -> Ears:
    cases = [item.case_id for item in items]
    return Ears(
        joined=seat_of(user, meeting).joined_at is not None,
        open_cases=frozenset(
            discussable_cases(user).filter(pk__in=cases).values_list("pk", flat=True)
        ),
        tabled=frozenset(tabled_cases(user).filter(pk__in=cases).values_list("pk", flat=True)),
    )


def item_on_table(meeting: Meeting) -> AgendaItem | None:
    return meeting.items.select_related("case").filter(state=ItemState.OPEN).first()


def events_since(
    user: User, meeting: Meeting, sequence: int, *, most: int = 2000
) -> list[MeetingEvent]:
    """What happened after ``sequence``. Contents only for those who have joined."""
    if seat_of(user, meeting).joined_at is None:
        return []
    rows = meeting.events.select_related("by").filter(sequence__gt=sequence)
    return list(rows.order_by("sequence")[:most])


def seat_of(user: User, meeting: Meeting) -> Participant:
    seat = meeting.participants.filter(user=user).first()
    if seat is None:
        raise NotFound()
    return seat


def is_here(seat: Participant) -> bool:
    return seat.seen_at is not None and timezone.now() - seat.seen_at < HERE


def decisions_of_meetings(case: Case) -> list[dict[str, Any]]:
    """For ``portal.adjudication.decisions``: what meetings decided about a case, oldest first."""
    rows = (
        Decision.objects.filter(item__case=case)
        .select_related("item__meeting", "decided_by")
        .order_by("created_at", "pk")
    )
    standing = {row.item_id: row for row in rows}  # of several about one item the last counts
    return [
        {
            "meeting": {"id": row.item.meeting_id, "title": row.item.meeting.title},
            "decided_at": row.created_at,
            "choice": row.choice,
            "text": row.text,
            "dissent": row.dissent,
        }
        for row in standing.values()
    ]


def present_at(user: User, project: Project, case_id: UUID) -> list[Presence]:
    """Who else has the case open, for those to whom it lies open; else NotFound."""
    if not discussable_cases(user).filter(Q(project=project), pk=case_id).exists():
        raise NotFound()
    return list(
        Presence.objects.filter(case_id=case_id, seen_at__gt=timezone.now() - 2 * HERE)
        .exclude(user=user)
        .select_related("user")
        .order_by("user__display_name", "pk")
    )
