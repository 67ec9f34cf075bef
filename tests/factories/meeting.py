"""A meeting about a case whose reads are in, and people who do things in it."""

from dataclasses import dataclass, field
from typing import Any

from portal.accounts.models import User
from portal.cases.models import Case
from portal.meetings.models import Meeting, Participant
from tests.factories import reading as f
from tests.factories.sockets import Socket


def read_case(world: f.World, label: str) -> Case:
    """A case that two readers have read, and disagree on."""
    case = f.make_case(world.project, label)
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    f.read_through(world.reader_b, b, class_="dilated")
    case.refresh_from_db()
    return case


@dataclass
class Room:
    """A meeting, and requests to it by person."""

    world: f.World
    meeting_id: str
    cases: list[Case]
    apis: dict[str, f.Api] = field(default_factory=dict)

    def api(self, person: User) -> f.Api:
        key = str(person.pk)
        if key not in self.apis:  # signing in is for outside of the event loop
            self.apis[key] = f.Api(person)
        return self.apis[key]

    def act(self, person: User, kind: str, *, op_id: str = "", **details: Any) -> Any:
        body = {"op_id": op_id or f.op_id(), "kind": kind, "details": details}
        return self.api(person).post(f"meetings/{self.meeting_id}/act/", body)

    def done(self, person: User, kind: str, **details: Any) -> dict[str, Any]:
        answer = self.act(person, kind, **details)
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def seen(self, person: User) -> dict[str, Any]:
        answer = self.api(person).get(f"meetings/{self.meeting_id}/")
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found

    def item(self, index: int = 0) -> str:
        return str(self.seen(self.world.adjudicator)["items"][index]["id"])

    def begin(self) -> None:
        """Live, with the first case on the table and everybody there."""
        self.done(self.world.adjudicator, "start")
        self.enter()
        self.done(self.world.adjudicator, "open_item", item_id=self.item())

    def enter(self, *people: User) -> None:
        """As their sockets would."""
        from portal.meetings.services.attending import join

        seats = Participant.objects.filter(meeting=self.meeting_id).select_related("user")
        for seat in seats:
            if not people or seat.user in people:
                join(by=seat.user, meeting_id=Meeting.objects.get(pk=self.meeting_id).pk)

    def socket(self, person: User) -> Socket:
        return Socket(self.api(person).client, path=f"/ws/meetings/{self.meeting_id}/")


def convene(world: f.World, *cases: Case, people: list[User] | None = None) -> Room:
    """The adjudicator chairs; both readers and the other adjudicator are invited."""
    chair = f.Api(world.adjudicator)
    body = {"op_id": f.op_id(), "title": "Thursday"}
    made = chair.post(f"projects/{world.slug}/meetings/", body)
    assert made.status_code == 201, made.content
    room = Room(world, made.json()["id"], list(cases))
    named = people or [world.reader_a, world.reader_b, world.other_adjudicator]
    for route, what in (
        ("invite", {"user_ids": [str(person.pk) for person in named]}),
        ("agenda", {"case_ids": [str(case.pk) for case in cases]}),
    ):
        answer = chair.post(f"meetings/{room.meeting_id}/{route}/", {"op_id": f.op_id(), **what})
        assert answer.status_code == 200, answer.content
    return room
