"""A vote in two rounds: first nobody sees another's, then all lie open and may be changed."""

from typing import Any

from portal.meetings.errors import NoVoteNow
from portal.meetings.models import AgendaItem, Vote, VoteStage
from portal.meetings.selectors import is_here
from portal.meetings.services.acting import Deed
from portal.meetings.services.choices import checked_choice


def open_vote(deed: Deed) -> None:
    """Begin voting; a second time begins anew, without the votes before."""
    deed.require_chair()
    item = deed.on_table()
    stage = VoteStage.BLIND if deed.meeting.is_blinded else VoteStage.OPEN
    Vote.objects.filter(item=item).delete()
    AgendaItem.objects.filter(pk=item.pk).update(vote_stage=stage)
    deed.told = {"stage": stage}


def vote(deed: Deed) -> None:
    """Vote, or change one's vote. Of a blind vote only that it was given is told."""
    item = deed.on_table()
    if item.vote_stage not in (VoteStage.BLIND, VoteStage.OPEN):
        raise NoVoteNow()
    choice = checked_choice(item, deed.data)
    blind = item.vote_stage == VoteStage.BLIND
    Vote.objects.update_or_create(
        item=item, user=deed.by, is_blind=blind, defaults={"choice": choice}
    )
    deed.told = {"stage": item.vote_stage} if blind else {"stage": item.vote_stage, **choice}
    if blind and _all_have_voted(deed, item):
        deed.told |= _lay_open(item)


def show_votes(deed: Deed) -> None:
    deed.require_chair()
    item = deed.on_table()
    if item.vote_stage != VoteStage.BLIND:
        raise NoVoteNow()
    deed.told = _lay_open(item)


def _all_have_voted(deed: Deed, item: AgendaItem) -> bool:
    here = {seat.user_id for seat in deed.meeting.participants.all() if is_here(seat)}
    voted = set(Vote.objects.filter(item=item, is_blind=True).values_list("user_id", flat=True))
    return bool(here) and here <= voted


def _lay_open(item: AgendaItem) -> dict[str, Any]:
    AgendaItem.objects.filter(pk=item.pk).update(vote_stage=VoteStage.OPEN)
    return {"stage": VoteStage.OPEN.value, "shown": True}
