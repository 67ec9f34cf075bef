"""What is said, and drawn on the image, about the case on the table."""

from typing import Any

from portal.core.errors import InvalidInput
from portal.imaging.models import Stack
from portal.meetings.models import AgendaItem
from portal.meetings.places import checked_points, checked_spot
from portal.meetings.services.acting import Deed

MAX_TEXT = 2000


def chat(deed: Deed) -> None:
    """Words, bound to a place in an image if one is given."""
    item = deed.on_table()
    told: dict[str, Any] = {"text": deed.text("text", most=MAX_TEXT)}
    if deed.data.get("anchor"):
        told["anchor"] = _in_case(item, checked_spot(deed.data["anchor"]))
    deed.told = told


def draw(deed: Deed) -> None:
    """A line over the image that stays until it is wiped; never part of a reading."""
    item = deed.on_table()
    spot = _in_case(item, checked_spot(deed.data.get("anchor")))
    deed.told = {"anchor": spot, "points": checked_points(deed.data.get("points"))}


def wipe(deed: Deed) -> None:
    """One's own lines on the case on the table; the chair wipes all."""
    deed.on_table()
    everything = deed.meeting.chair_id == deed.by.pk
    deed.told = {"of": "all" if everything else str(deed.by.pk)}


def _in_case(item: AgendaItem, spot: dict[str, Any]) -> dict[str, Any]:
    stack = Stack.objects.filter(study__case_id=item.case_id, pk=spot["stack_id"]).first()
    if stack is None or spot["slice"] >= stack.n_slices or spot["phase"] >= stack.n_phases:
        raise InvalidInput(anchor=["The case has no such stack, slice or phase."])
    return spot
