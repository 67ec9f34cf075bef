"""Leading a meeting: beginning, the case on the table, who presents, who chairs, the end."""

from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.core.errors import InvalidInput
from portal.meetings.errors import AlreadyStarted, ChairIsHere, WrongCase
from portal.meetings.models import AgendaItem, ItemState, MeetingState, VoteStage
from portal.meetings.selectors import is_here, item_on_table
from portal.meetings.services.acting import Deed
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.blinding import meeting_cases


def start(deed: Deed) -> None:
    deed.require_chair()
    meeting = deed.meeting
    if meeting.state != MeetingState.PLANNED:
        raise AlreadyStarted("The meeting has begun already.")
    meeting.state, meeting.started_at = MeetingState.LIVE, timezone.now()
    meeting.save(update_fields=["state", "started_at"])
    deed.reopen_access()
    others = meeting.participants.exclude(user=deed.by).values_list("user_id", flat=True)
    notify(
        user_ids=others,
        kind="meeting_started",
        text=f"The meeting “{meeting.title}” has begun.",
        href=f"/meetings/{meeting.pk}",
        project=meeting.project.slug,
    )


def close(deed: Deed) -> None:
    """Who never came goes on record as absent."""
    deed.require_chair()
    deed.require_live()
    meeting = deed.meeting
    _clear_table(deed)
    meeting.state, meeting.closed_at = MeetingState.CLOSED, timezone.now()
    meeting.pen_holder = meeting.pen_until = None
    meeting.save(update_fields=["state", "closed_at", "pen_holder", "pen_until"])
    absent = meeting.participants.filter(joined_at__isnull=True)
    deed.told = {"absent": sorted(seat.user.display_name for seat in absent.select_related("user"))}
    deed.reopen_access()


def open_item(deed: Deed) -> None:
    """Put a case on the table, instead of the one that lies there."""
    deed.require_chair()
    deed.require_live()
    wanted = str(deed.data.get("item_id"))
    found = next((row for row in deed.meeting.items.all() if str(row.pk) == wanted), None)
    if found is None:
        raise InvalidInput(item_id=["Name a case of the agenda."])
    if not meeting_cases(deed.by).filter(pk=found.case_id).exists():
        raise WrongCase("This case isn't ready for a meeting any more: somebody reads it again.")
    if found.state != ItemState.OPEN:
        _clear_table(deed)
        AgendaItem.objects.filter(pk=found.pk).update(state=ItemState.OPEN)
        deed.meeting.view = {}
        deed.meeting.save(update_fields=["view"])
        deed.reopen_access()
    deed.item = found


def finish_item(deed: Deed) -> None:
    deed.require_chair()
    item = deed.on_table()
    _clear_table(deed)
    deed.item = item
    deed.reopen_access()


def _clear_table(deed: Deed) -> None:
    item = item_on_table(deed.meeting)
    if item is None:
        return
    stage = VoteStage.NONE if item.vote_stage == VoteStage.NONE else VoteStage.ENDED
    AgendaItem.objects.filter(pk=item.pk).update(state=ItemState.DONE, vote_stage=stage)
    deed.meeting.pen_holder = deed.meeting.pen_until = None
    deed.meeting.save(update_fields=["pen_holder", "pen_until"])


def present(deed: Deed) -> None:
    """Who leads the view: the chair gives it to somebody, or takes it back."""
    deed.require_chair()
    deed.require_live()
    person = deed.person("user_id")
    deed.meeting.presenter = person
    deed.meeting.save(update_fields=["presenter"])
    deed.told = {"presenter": str(person.pk)}


def hand_over(deed: Deed) -> None:
    deed.require_chair()
    _seat_chair(deed, deed.person("user_id"))


def take_chair(deed: Deed) -> None:
    """An adjudicator takes over from a chair who has been gone for a while."""
    deed.require_live()
    seat = deed.meeting.participants.filter(user=deed.meeting.chair).first()
    if seat is not None and is_here(seat):
        raise ChairIsHere()
    _seat_chair(deed, deed.by)
    # from now on the new one counts as here: of two who take over at once the second finds them
    deed.meeting.participants.filter(user=deed.by).update(seen_at=timezone.now())


def _seat_chair(deed: Deed, person: User) -> None:
    require(person, Permission.ADJUDICATE, deed.meeting.project_id)
    waiting = deed.meeting.items.exclude(state=ItemState.DONE).values_list("case_id", flat=True)
    if meeting_cases(person).filter(pk__in=list(waiting)).count() != len(waiting):
        raise WrongCase()
    deed.meeting.chair = deed.meeting.presenter = person
    deed.meeting.save(update_fields=["chair", "presenter"])
    deed.told = {"chair": str(person.pk)}
