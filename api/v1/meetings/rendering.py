"""How meetings look on the wire, for one person."""

from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.meetings.models import AgendaItem, Meeting, Participant, Vote, VoteStage
from portal.meetings.selectors import Ears, ears_of, is_here
from portal.projects.roles import Permission
from portal.projects.selectors import has_permission


def person(user: User) -> dict[str, Any]:
    return {"id": user.pk, "name": user.display_name}


def brief(row: Meeting) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "state": row.state,
        "chair": person(row.chair),
        "planned_at": row.planned_at,
        "started_at": row.started_at,
        "closed_at": row.closed_at,
        "n_people": len(row.participants.all()),
        "n_cases": len(row.items.all()),
    }


def detail(user: User, row: Meeting) -> dict[str, Any]:
    items = list(
        row.items.select_related("case").prefetch_related("votes__user", "decisions__decided_by")
    )
    ears = ears_of(user, row, items)
    minutes = row.minutes.order_by("-version").first()
    hears_all = ears.joined or all(item.case_id in ears.open_cases for item in items)
    return {
        **brief(row),
        "project": {"slug": row.project.slug, "name": row.project.name},
        "is_blinded": row.is_blinded,
        "sequence": row.sequence,
        "me": user.pk,
        "may_settle": has_permission(user, Permission.ADJUDICATE, row.project_id),
        "presenter": person(row.presenter),
        "pen": _pen(row),
        "people": [_seat(seat) for seat in _seats(row)],
        "items": [_item(user, ears, number, item) for number, item in enumerate(items, 1)],
        "minutes": {"version": minutes.version, "text": minutes.text}
        if minutes and hears_all
        else None,
        "view": row.view if ears.joined else {},
    }


def _pen(row: Meeting) -> dict[str, Any] | None:
    if row.pen_holder is None or row.pen_until is None or row.pen_until < timezone.now():
        return None
    return {"holder": person(row.pen_holder), "until": row.pen_until}


def _seats(row: Meeting) -> list[Participant]:
    return list(row.participants.select_related("user").order_by("user__display_name", "pk"))


def _seat(seat: Participant) -> dict[str, Any]:
    return {**person(seat.user), "joined_at": seat.joined_at, "here": is_here(seat)}


def _item(user: User, ears: Ears, number: int, item: AgendaItem) -> dict[str, Any]:
    """A case that isn't open to the person is a number of the agenda and nothing else."""
    hears = ears.hears(item)
    votes = list(item.votes.all()) if hears else []
    decisions = list(item.decisions.all()) if hears else []
    return {
        "id": item.pk,
        "state": item.state,
        "vote_stage": item.vote_stage,
        "case_id": item.case_id if hears else None,
        "case_label": item.case.label if hears else f"Case {number}",
        "opens": ears.sees(item),
        "voted": sorted({vote.user_id for vote in votes if vote.is_blind}, key=str),
        "votes": [_vote(vote) for vote in votes if _lies_open(item, vote) or vote.user == user],
        "decision": _decision(decisions[-1]) if decisions else None,
    }


def _lies_open(item: AgendaItem, vote: Vote) -> bool:
    return not vote.is_blind or item.vote_stage in (VoteStage.OPEN, VoteStage.ENDED)


def _vote(vote: Vote) -> dict[str, Any]:
    return {"user": person(vote.user), "is_blind": vote.is_blind, **_choice(vote.choice)}


def _decision(row: Any) -> dict[str, Any]:
    return {
        "number": row.number,
        **_choice(row.choice),
        "text": row.text,
        "dissent": row.dissent,
        "at": row.created_at,
        "by": row.decided_by.display_name,
    }


def _choice(choice: dict[str, Any]) -> dict[str, Any]:
    """Both keys, though a withdrawn subject's choice is empty."""
    return {"reading": choice.get("reading"), "answers": choice.get("answers", {})}
