"""Consensus meetings over REST: who hears what, votes, the pen, decisions, minutes."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import User
from portal.adjudication.decisions import decisions_on
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.meetings.models import Meeting, MeetingEvent, Participant, Vote
from portal.projects.models import Membership
from portal.reads.eligibility import standings
from portal.reads.models import Read
from tests.factories import reading as f
from tests.factories.meeting import Room, convene, read_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: f.World) -> Case:
    return read_case(world, "C-1")


@pytest.fixture
def room(world: f.World, case: Case) -> Room:
    return convene(world, case)


def readings(room: Room, person: User) -> int:
    path = f"meetings/{room.meeting_id}/items/{room.item()}/"
    return int(room.api(person).get(path).status_code)


def test_only_those_invited_know_of_it(world: f.World, room: Room) -> None:
    path = f"meetings/{room.meeting_id}/"
    assert f.Api(world.reader_a).get(path).status_code == 200
    for person in (world.coordinator, world.owner, world.quality, world.admin):
        assert f.Api(person).get(path).status_code == 404
        assert room.act(person, "chat", text="hello").status_code == 404
    Membership.objects.filter(user=world.reader_a).delete()
    assert f.Api(world.reader_a).get(path).status_code == 404, "out of the project"


def test_a_reader_sees_a_case_only_while_it_is_on_the_table(world: f.World, room: Room) -> None:
    reader = world.reader_a
    assert room.seen(reader)["items"][0]["case_label"] == "Case 1"
    assert room.seen(reader)["items"][0]["case_id"] is None
    assert readings(room, reader) == 404
    room.done(world.adjudicator, "start")
    assert readings(room, reader) == 404
    room.enter()
    room.done(world.adjudicator, "open_item", item_id=room.item())
    assert readings(room, reader) == 200
    assert room.seen(reader)["items"][0]["case_label"] == "C-1"
    stack = room.api(reader).get(f"meetings/{room.meeting_id}/items/{room.item()}/").json()
    images = f"projects/{world.slug}/stacks/{stack['stack_id']}/"
    assert room.api(reader).get(images).status_code == 200
    room.done(world.adjudicator, "finish_item")
    assert readings(room, reader) == 404
    assert readings(room, world.other_adjudicator) == 200, "to them it lies open anyway"


def test_the_readings_don_t_say_who_read(world: f.World, room: Room) -> None:
    room.begin()
    path = f"meetings/{room.meeting_id}/items/{room.item()}/"
    text = room.api(world.other_adjudicator).get(path).content.decode()
    for person in (world.reader_a, world.reader_b):
        assert person.display_name not in text
        assert str(person.pk) not in text


def test_no_case_that_somebody_still_reads(world: f.World, room: Room) -> None:
    unread = f.make_case(world.project, "C-2")
    world.assign(unread, world.reader_a)
    body = {"op_id": "x", "case_ids": [str(room.cases[0].pk), str(unread.pk)]}
    answer = room.api(world.adjudicator).post(f"meetings/{room.meeting_id}/agenda/", body)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "wrong_case"


def test_who_gets_another_read_of_it_loses_the_meeting(world: f.World, room: Room) -> None:
    room.begin()
    read = room.cases[0].reads.get(reader__user=world.reader_a)
    read.pk, read.repeat, read.state, read.submitted_at = None, 1, "assigned", None
    read.id = f.uuid.uuid4()
    read._state.adding = True
    read.save()
    path = f"meetings/{room.meeting_id}/"
    assert room.api(world.reader_a).get(path).status_code == 404
    assert room.api(world.reader_b).get(path).status_code == 200
    answer = room.act(world.adjudicator, "open_item", item_id=room.item())
    assert answer.status_code == 422, "a case that is read again isn't put on the table"


def test_one_who_read_the_case_can_t_chair_it(world: f.World, case: Case) -> None:
    Membership.objects.create(project=world.project, user=world.reader_a, role="adjudicator")
    api = f.Api(world.reader_a)
    made = api.post(f"projects/{world.slug}/meetings/", {"op_id": "m", "title": "Mine"}).json()
    body = {"op_id": "x", "case_ids": [str(case.pk)]}
    assert api.post(f"meetings/{made['id']}/agenda/", body).status_code == 422


def test_only_adjudicators_convene_and_twice_is_once(world: f.World) -> None:
    path, body = f"projects/{world.slug}/meetings/", {"op_id": "m", "title": "Thursday"}
    for person in (world.coordinator, world.reader_a, world.owner):
        assert f.Api(person).post(path, body).status_code == 403
    first = f.Api(world.adjudicator).post(path, body).json()
    again = f.Api(world.adjudicator).post(path, body).json()
    other = f.Api(world.other_adjudicator).post(path, body).json()
    assert first["id"] == again["id"] != other["id"]


def test_inviting_and_planning_twice_is_once(world: f.World, case: Case) -> None:
    room = convene(world)
    chair = room.api(world.adjudicator)
    for route, kind, what in (
        ("invite", "invited", {"user_ids": [str(world.coordinator.pk)]}),
        ("agenda", "agenda", {"case_ids": [str(case.pk)]}),
    ):
        before = MeetingEvent.objects.filter(kind=kind).count()
        body = {"op_id": f.op_id(), **what}
        for _ in range(2):
            answer = chair.post(f"meetings/{room.meeting_id}/{route}/", body)
            assert answer.status_code == 200, answer.content
        assert MeetingEvent.objects.filter(kind=kind).count() == before + 1


def test_inviting_takes_its_locks_in_order(world: f.World, room: Room) -> None:
    """The project's row, whose permission epoch is raised, before the audit chain."""
    body = {"op_id": f.op_id(), "user_ids": [str(world.coordinator.pk)]}
    with CaptureQueriesContext(connection) as queries:
        answer = room.api(world.adjudicator).post(f"meetings/{room.meeting_id}/invite/", body)
    assert answer.status_code == 200, answer.content
    said = [row["sql"] for row in queries]
    epoch = next(i for i, sql in enumerate(said) if sql.startswith('UPDATE "projects_project"'))
    chain = next(i for i, sql in enumerate(said) if '"audit_auditchain"' in sql)
    assert epoch < chain


def test_one_can_t_invite_who_can_t_sit(world: f.World, room: Room) -> None:
    path = f"meetings/{room.meeting_id}/invite/"
    for person in (world.quality, world.scientist, world.admin):
        body = {"op_id": "i", "user_ids": [str(person.pk)]}
        assert room.api(world.adjudicator).post(path, body).status_code == 422
    body = {"op_id": "i", "user_ids": []}
    assert room.api(world.reader_a).post(path, body).status_code == 403
    assert room.api(world.adjudicator).post(path, body).status_code == 200
    assert room.api(world.reader_a).get(f"meetings/{room.meeting_id}/").status_code == 404


def test_nobody_sees_another_s_blind_vote(world: f.World, room: Room) -> None:
    room.begin()
    room.done(world.adjudicator, "open_vote")
    event = room.done(world.reader_a, "vote", reading="a")
    assert event["details"] == {"stage": "blind"}
    assert [v["reading"] for v in room.seen(world.reader_a)["items"][0]["votes"]] == ["a"]
    for person in (world.adjudicator, world.reader_b):
        item = room.seen(person)["items"][0]
        assert item["votes"] == []
        assert item["voted"] == [str(world.reader_a.pk)]
    text = room.api(world.reader_b).get(f"meetings/{room.meeting_id}/events/").content
    assert b'"reading"' not in text
    assert room.act(world.reader_b, "show_votes").status_code == 403
    room.done(world.adjudicator, "show_votes")
    assert [v["reading"] for v in room.seen(world.reader_b)["items"][0]["votes"]] == ["a"]
    changed = room.done(world.reader_a, "vote", reading="b")
    assert changed["details"]["reading"] == "b", "the open vote is open"
    votes = room.seen(world.reader_b)["items"][0]["votes"]
    assert [(v["reading"], v["is_blind"]) for v in votes] == [("a", True), ("b", False)]


def test_votes_lie_open_once_all_present_have_voted(world: f.World, room: Room) -> None:
    room.begin()
    gone = timezone.now() - timedelta(minutes=2)
    Participant.objects.filter(user=world.other_adjudicator).update(seen_at=gone)
    room.done(world.adjudicator, "open_vote")
    for person in (world.reader_a, world.reader_b):
        assert "shown" not in room.done(person, "vote", reading="a")["details"]
    assert room.done(world.adjudicator, "vote", reading="b")["details"]["shown"] is True
    assert len(room.seen(world.reader_a)["items"][0]["votes"]) == 3


def test_a_vote_for_what_isn_t_there_is_refused(world: f.World, room: Room) -> None:
    room.begin()
    assert room.act(world.reader_a, "vote", reading="a").status_code == 409, "no vote now"
    room.done(world.adjudicator, "open_vote")
    assert room.act(world.reader_a, "vote", reading="h").status_code == 422
    assert room.act(world.reader_a, "vote", answers=[1]).status_code == 422
    assert not Vote.objects.exists()


def test_the_decision_reaches_the_adjudication(world: f.World, room: Room, case: Case) -> None:
    room.begin()
    assert room.act(world.reader_a, "decide", reading="a").status_code == 403
    assert room.act(world.adjudicator, "decide").status_code == 422
    room.done(world.adjudicator, "decide", reading="a", text="Blue", dissent="Bela: Orange")
    room.done(world.adjudicator, "decide", reading="b", text="Orange after all")
    (found,) = decisions_on(case)
    assert found["meeting"]["title"] == "Thursday"
    assert (found["choice"]["reading"], found["text"]) == ("b", "Orange after all")
    adjudication = case.adjudications.get()
    wire = f.Api(world.other_adjudicator).get(f"adjudications/{adjudication.pk}/").json()
    assert wire["meetings"][0]["choice"]["reading"] == "b"
    assert room.seen(world.reader_a)["items"][0]["decision"]["number"] == 2


def test_minutes_are_never_overwritten_unseen(world: f.World, room: Room) -> None:
    room.begin()
    room.done(world.adjudicator, "minutes", text="First", base_version=0)
    answer = room.act(world.reader_a, "minutes", text="Mine", base_version=0)
    assert answer.status_code == 409
    assert answer.json()["error"]["details"] == {"version": 1, "text": "First"}
    room.done(world.reader_a, "minutes", text="First, mine", base_version=1)
    assert room.seen(world.reader_b)["minutes"] == {"version": 2, "text": "First, mine"}


def test_who_never_came_is_absent_and_hears_nothing(world: f.World, room: Room) -> None:
    room.done(world.adjudicator, "start")
    room.enter(world.adjudicator, world.reader_a)
    room.done(world.adjudicator, "open_item", item_id=room.item())
    room.done(world.reader_a, "chat", text="The base is one slice lower.")
    room.done(world.adjudicator, "minutes", text="Secret", base_version=0)
    closed = room.done(world.adjudicator, "close")
    assert closed["details"]["absent"] == ["Bela Reader", "Ida Adjudicator"]
    events = room.api(world.reader_b).get(f"meetings/{room.meeting_id}/events/").json()
    assert events == {"events": []}
    seen = room.seen(world.reader_b)
    assert (seen["minutes"], seen["items"][0]["case_id"]) == (None, None)
    assert room.seen(world.reader_a)["minutes"]["text"] == "Secret"
    assert room.act(world.reader_a, "chat", text="late").status_code == 409


def test_events_have_no_gap_and_a_repeat_is_answered(world: f.World, room: Room) -> None:
    room.begin()
    first = room.act(world.reader_a, "chat", op_id="same", text="once").json()
    again = room.act(world.reader_a, "chat", op_id="same", text="once").json()
    assert first == again
    rows = list(MeetingEvent.objects.order_by("sequence").values_list("sequence", flat=True))
    assert rows == list(range(1, len(rows) + 1))
    assert Meeting.objects.get().sequence == rows[-1]
    after = room.api(world.reader_b).get(f"meetings/{room.meeting_id}/events/?since={rows[-2]}")
    assert [event["details"]["text"] for event in after.json()["events"]] == ["once"]


def test_chat_and_lines_lie_in_the_case(world: f.World, room: Room, case: Case) -> None:
    room.begin()
    stack = str(case.studies.get().stacks.get().pk)
    spot = {"stack_id": stack, "slice": 1, "phase": 2, "column": 40.0, "row": 32.5}
    assert room.done(world.reader_a, "chat", text="here", anchor=spot)["details"]["anchor"] == spot
    line = room.done(world.reader_b, "draw", anchor=spot, points=[[1, 2], [3, 4.123]])
    assert line["details"]["points"] == [[1.0, 2.0], [3.0, 4.12]]
    for wrong in ({**spot, "slice": 99}, {**spot, "stack_id": str(f.uuid.uuid4())}, {"slice": 0}):
        assert room.act(world.reader_a, "chat", text="x", anchor=wrong).status_code == 422
    for points in ([], [[1, 2]], [[1, "x"], [2, 3]], [[1e9, 1], [2, 3]]):
        assert room.act(world.reader_a, "draw", anchor=spot, points=points).status_code == 422


def test_the_pen_is_held_by_one(world: f.World, room: Room) -> None:
    room.begin()
    event = room.done(world.other_adjudicator, "take_pen")
    assert room.act(world.adjudicator, "take_pen").json()["error"]["code"] == "pen_taken"
    assert room.act(world.reader_a, "take_pen").status_code in (403, 404, 409)
    assert room.seen(world.reader_a)["pen"]["holder"]["name"] == "Ida Adjudicator"
    read = Read.objects.select_related("stack").get(pk=event["details"]["read_id"])
    saved, api = f"reads/{read.pk}/operations/", room.api(world.other_adjudicator)
    first, second, third = ([op] for op in f.contour_ops(read)[:3])
    assert api.post(saved, {"operations": first}).status_code == 200
    room.done(world.adjudicator, "release_pen")  # the chair takes it away
    refused = api.post(saved, {"operations": second})
    assert refused.json()["error"]["code"] == "pen_needed"
    desk = f"adjudications/{room.cases[0].adjudications.get().pk}"
    for route, more in (
        ("decide", {"source": "a", "reason": "contour_offset"}),
        ("undo", {"decisions": [{"id": str(f.uuid.uuid4()), "version": 1}]}),
    ):
        refused = api.post(f"{desk}/{route}/", {"op_id": f.op_id(), **more})
        assert refused.json()["error"]["code"] == "pen_needed", route
    room.done(world.adjudicator, "finish_item")
    again = api.post(saved, {"operations": third})
    assert again.status_code == 200, "off the table the desk is theirs as ever"


def test_a_lease_that_is_over_frees_the_pen(world: f.World, room: Room) -> None:
    from portal.meetings.services.attending import see

    room.begin()
    room.done(world.other_adjudicator, "take_pen")
    meeting = Meeting.objects.get()
    see(meeting_id=meeting.pk, user_id=world.other_adjudicator.pk)
    renewed = Meeting.objects.get().pen_until
    assert renewed is not None
    assert meeting.pen_until is not None
    assert renewed > meeting.pen_until
    Meeting.objects.update(pen_until=timezone.now() - timedelta(seconds=1))
    see(meeting_id=meeting.pk, user_id=world.other_adjudicator.pk)  # too late
    assert room.seen(world.reader_a)["pen"] is None


def test_the_chair_goes_to_an_adjudicator_who_may_take_it(world: f.World, room: Room) -> None:
    room.begin()
    assert room.act(world.other_adjudicator, "take_chair").json()["error"]["code"] == (
        "chair_is_here"
    )
    assert room.act(world.adjudicator, "hand_over", user_id=str(world.reader_a.pk)).status_code in (
        403,
        422,
    )
    Participant.objects.filter(user=world.adjudicator).update(seen_at=None)
    room.done(world.other_adjudicator, "take_chair")
    assert room.act(world.adjudicator, "open_vote").status_code == 403
    room.done(world.other_adjudicator, "open_vote")


def test_without_its_audit_row_nothing_is_done(world: f.World, room: Room) -> None:
    room.begin()
    before = MeetingEvent.objects.count()
    broken = mock.patch(
        "portal.meetings.services.acting.record_in_project", side_effect=RuntimeError("no audit")
    )
    with broken, pytest.raises(RuntimeError):
        room.act(world.adjudicator, "decide", reading="a")
    assert MeetingEvent.objects.count() == before
    assert decisions_on(room.cases[0]) == []


def test_the_audit_knows_that_and_not_what(world: f.World, room: Room) -> None:
    room.begin()
    room.done(world.reader_a, "chat", text="an unusual word")
    room.done(world.adjudicator, "open_vote")
    room.done(world.reader_a, "vote", reading="a")
    rows: list[Any] = list(AuditEvent.objects.filter(action__startswith="meeting."))
    assert {"meeting.convened", "meeting.chat", "meeting.vote"} <= {row.action for row in rows}
    assert "unusual" not in str([row.details for row in rows])
    assert "reading" not in str([row.details for row in rows if row.action == "meeting.vote"])


def test_presence_is_told_to_those_to_whom_the_case_lies_open(world: f.World, case: Case) -> None:
    path = f"projects/{world.slug}/cases/{case.pk}/presence/"
    assert f.Api(world.adjudicator).post(path, {"page": "adjudication"}).json() == {"others": []}
    others = f.Api(world.coordinator).post(path, {"page": "case"}).json()["others"]
    assert [(row["name"], row["page"]) for row in others] == [("Juno Adjudicator", "adjudication")]
    for reader in (world.reader_a, world.reader_b):
        assert f.Api(reader).post(path, {"page": "case"}).status_code == 404
    again = f.Api(world.adjudicator).post(path, {"page": "adjudication"}).json()["others"]
    assert [row["name"] for row in again] == ["Cora Coordinator"]


def test_a_withdrawn_subject_s_words_go(world: f.World, room: Room, case: Case) -> None:
    from portal.cases.withdrawing import Leaving
    from portal.meetings.services.forgetting import forget

    room.begin()
    room.done(world.reader_a, "chat", text="a sentence about them")
    room.done(world.adjudicator, "decide", text="decided so")
    room.done(world.adjudicator, "minutes", text="minuted so", base_version=0)
    forget(Leaving(subject=case.visit.subject, at=timezone.now(), case_ids=[case.pk]))
    held = str([row.data for row in MeetingEvent.objects.all()]) + str(room.seen(world.reader_a))
    for words in ("sentence", "decided so", "minuted so"):
        assert words not in held


def test_who_heard_the_case_discussed_can_not_be_given_it(world: f.World, room: Room) -> None:
    room.begin()
    late = f.user("Late Reader")
    Membership.objects.create(project=world.project, user=late, role="reader")
    case = Case.objects.select_related("visit__subject").get(pk=room.cases[0].pk)
    closed_to = standings(world.project, [case])[case.pk].closed_to
    assert closed_to[world.other_adjudicator.pk] == "heard_case"
    assert late.pk not in closed_to


@pytest.mark.parametrize("way", ["looks", "speaks"])
def test_who_was_there_without_a_socket_heard_the_case_too(
    world: f.World, case: Case, way: str
) -> None:
    guest = f.reader_of_project(world, "Gwen Guest")
    room = convene(world, case, people=[guest])
    room.done(world.adjudicator, "start")
    room.done(world.adjudicator, "open_item", item_id=room.item())
    if way == "looks":
        assert readings(room, guest) == 200
        assert readings(room, guest) == 200
    else:
        room.done(guest, "chat", text="The base is one slice lower.")
    joined = MeetingEvent.objects.filter(kind="joined", by=guest)
    assert joined.count() == 1
    seated = Case.objects.select_related("visit__subject").get(pk=case.pk)
    assert standings(world.project, [seated])[case.pk].closed_to[guest.pk] == "heard_case"
