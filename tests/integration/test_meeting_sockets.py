"""A meeting's socket: what happened and what happens, in order, to those who may hear it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from api.realtime import meeting as meeting_socket
from api.realtime import rooms
from api.realtime.outbox import MAX_EVENTS, WINDOW, Outbox
from portal.accounts.models import User
from portal.accounts.services.users import update_user
from portal.meetings import selectors
from portal.meetings.models import Meeting, MeetingEvent, Participant
from portal.meetings.services import attending
from portal.projects.models import Membership
from portal.projects.services.epoch import bump_permission_epoch
from tests.factories import reading as f
from tests.factories.meeting import Room, convene, read_case
from tests.factories.sockets import Socket, run
from tests.integration.test_sockets import committing

pytestmark = pytest.mark.django_db
PEOPLE = 25
VIEW = {"slice": 2, "phase": 1, "centre": 100.5, "width": 300}


@pytest.fixture
def room(world: f.World) -> Room:
    made = convene(world, read_case(world, "C-1"))
    made.begin()
    for person in (world.adjudicator, world.other_adjudicator, world.reader_a, world.reader_b):
        signed_in(made, person)
    return made


def signed_in(room: Room, person: User) -> None:
    """With a sign-in of their own, as a browser has it."""
    client = Client()
    body = {"email": person.email, "password": f.PASSWORD}
    answer = client.post("/api/v1/session/", data=body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    room.api(person).client = client


def is_event(kind: str) -> Callable[[dict[str, Any]], bool]:
    return lambda m: m["type"] == "event" and m["event"]["kind"] == kind


def is_live(name: str) -> Callable[[dict[str, Any]], bool]:
    return lambda m: m["type"] == "live" and name in m


async def doing(work: Callable[[], Any]) -> Any:
    return await sync_to_async(committing(work))()


async def entered(room: Room, person: User, since: int = 0) -> tuple[Socket, list[dict[str, Any]]]:
    """The person's socket, and all that came before it was ready."""
    socket = room.socket(person)
    assert await socket.open() is None
    await socket.say({"type": "hello", "since": since})
    return socket, await socket.until(lambda m: m["type"] == "ready")


def numbers(messages: list[dict[str, Any]]) -> list[int]:
    return [m["event"]["sequence"] for m in messages if m["type"] == "event"]


def test_who_comes_late_catches_up_and_then_follows(world: f.World, room: Room) -> None:
    async def story() -> None:
        before = await sync_to_async(lambda: Meeting.objects.get().sequence)()
        socket, caught_up = await entered(room, world.reader_a)
        assert numbers(caught_up) == list(range(1, before + 1))
        await doing(lambda: room.done(world.reader_b, "chat", text="hello"))
        heard = await socket.until(is_event("chat"))
        assert heard[-1]["event"]["details"] == {"text": "hello"}
        assert heard[-1]["event"]["sequence"] == before + 1
        await socket.close()
        await doing(lambda: room.done(world.reader_b, "chat", text="while away"))
        socket, missed = await entered(room, world.reader_a, since=before + 1)
        assert numbers(missed) == [before + 2], "a reconnect gets what it missed and no more"
        await socket.close()

    run(story)


def test_a_lost_message_is_fetched_from_the_database(world: f.World, room: Room) -> None:
    async def story() -> None:
        socket, _ = await entered(room, world.reader_a)
        # what is left for after the commit never runs: the message is lost on its way
        await sync_to_async(lambda: room.done(world.reader_b, "chat", text="lost"))()
        heard = await socket.until(is_event("chat"))
        assert heard[-1]["event"]["details"]["text"] == "lost"
        await socket.close()

    run(story)


def test_the_presenter_leads_and_others_can_t(world: f.World, room: Room) -> None:
    async def story() -> None:
        chair, _ = await entered(room, world.adjudicator)
        reader, _ = await entered(room, world.reader_a)
        await reader.say({"type": "view", "at": {**VIEW, "slice": 0}})
        await chair.say({"type": "view", "at": {**VIEW, "identity": "no"}})
        seen = (await reader.until(is_live("view")))[-1]
        assert seen["view"] == VIEW, "the presenter's, and nothing that isn't a place"
        await reader.say({"type": "pointer", "at": {**VIEW, "column": 3.5, "row": 4}})
        pointed = (await chair.until(is_live("pointers")))[-1]["pointers"]
        assert pointed[str(world.reader_a.pk)]["column"] == 3.5
        await reader.close()
        gone = (await chair.until(is_live("pointers")))[-1]["pointers"]
        assert gone == {str(world.reader_a.pk): None}
        for _ in range(100):  # a room writes down where it stands once a second
            if (await sync_to_async(room.seen)(world.reader_b))["view"] == VIEW:
                break
            await asyncio.sleep(0.1)
        await chair.close()
        assert (await sync_to_async(room.seen)(world.reader_b))["view"] == VIEW, "kept"

    run(story)


def test_who_isn_t_invited_stays_out(world: f.World, room: Room) -> None:
    signed_in(room, world.coordinator)
    assert run(room.socket(world.coordinator).refusal) == 4404
    room.api(world.coordinator).client = Client()
    assert run(room.socket(world.coordinator).refusal) == 4401


def test_who_loses_the_role_is_out_within_seconds(world: f.World, room: Room) -> None:
    async def story() -> None:
        reader, _ = await entered(room, world.reader_a)
        other, _ = await entered(room, world.reader_b)
        await doing(lambda: drop(world, world.reader_a))
        assert await closed(reader) == 4404
        await doing(lambda: room.done(world.adjudicator, "chat", text="still here"))
        await other.until(is_event("chat"))
        for socket in (reader, other):
            await socket.close()

    run(story)


def test_who_was_on_a_server_that_died_leaves_the_list(world: f.World, room: Room) -> None:
    """Nobody says that they left. 25 seconds after their last sign of life the others are told,
    give or take the second in which a room looks."""

    async def story() -> None:
        lost = Participant.objects.filter(user=world.reader_b)
        last_seen = timezone.now() - selectors.HERE + timedelta(seconds=6)
        await sync_to_async(lambda: lost.update(seen_at=last_seen))()
        socket, came = await entered(room, world.reader_a)
        both = {str(world.reader_a.pk), str(world.reader_b.pk)}
        if not any(m["type"] == "live" and both <= set(m.get("here", [])) for m in came):
            await socket.until(lambda m: both <= set(m.get("here", [])))
        alone = await socket.until(
            lambda m: "here" in m and str(world.reader_b.pk) not in m["here"]
        )
        assert str(world.reader_a.pk) in alone[-1]["here"]
        late = (timezone.now() - last_seen - selectors.HERE).total_seconds()
        assert 0 <= late < 15  # a second, and what a busy machine takes
        await socket.close()

    run(story)


def test_signing_out_closes_it(world: f.World, room: Room) -> None:
    async def story() -> None:
        reader, _ = await entered(room, world.reader_a)
        await doing(lambda: room.api(world.reader_a).client.delete("/api/v1/session/"))
        assert await closed(reader) == 4401
        await reader.close()

    run(story)


def test_closing_an_account_closes_it_though_the_message_is_lost(
    world: f.World, room: Room
) -> None:
    def close() -> None:
        update_user(by=world.admin, user_id=world.reader_a.pk, is_active=False)

    async def story() -> None:
        reader, _ = await entered(room, world.reader_a)
        await sync_to_async(close)()  # what is left for after the commit never runs
        assert await closed(reader) == 4401
        await reader.close()

    run(story)


async def closed(socket: Socket) -> int:
    for _ in range(20):
        answer = await socket.answer()
        if answer["type"] == "websocket.close":
            return int(answer["code"])
    raise AssertionError("it stays open")


def test_nonsense_is_ignored(world: f.World, room: Room) -> None:
    async def story() -> None:
        socket, _ = await entered(room, world.adjudicator)
        for message in (
            {"type": "view"},
            {"type": "view", "at": {"slice": -1, "phase": "x"}},
            {"type": "pointer", "at": {"slice": 0, "phase": 0}},
            {"type": "hello", "since": "all"},
            {"type": "ack", "n": "one"},
            {"type": 7},
        ):
            await socket.say(message)
        await doing(lambda: room.done(world.adjudicator, "chat", text="works"))
        await socket.until(is_event("chat"))
        await socket.close()

    run(story)


def test_a_slow_browser_gets_the_newest_and_never_a_queue() -> None:
    box = Outbox()
    sent = []
    for number in range(1000):
        box.put_live({"view": {"slice": number}, "pointers": {"a": number}})
        message = box.next_live()
        if message is not None:
            sent.append(message)
    assert [m["view"]["slice"] for m in sent] == list(range(WINDOW))
    box.acknowledge(WINDOW)
    newest = box.next_live()
    assert newest is not None
    assert newest["view"] == {"slice": 999}
    assert newest["pointers"] == {"a": 999}
    assert box.next_live() is None, "nothing new"
    box.acknowledge(10**6)
    box.put_live({"view": {"slice": 1}})
    assert box.next_live() is not None, "acknowledging what was never sent changes nothing"
    for _ in range(MAX_EVENTS):
        assert not box.full
        box.put_event({})
    assert box.full


def test_five_hundred_events_reach_who_comes_late(world: f.World, room: Room) -> None:
    """More than fit into the outbox at once."""
    meeting = Meeting.objects.get()
    first = meeting.sequence
    MeetingEvent.objects.bulk_create(
        MeetingEvent(
            meeting=meeting, sequence=first + n, kind="chat", by=world.reader_b, op_id=f"x{n}"
        )
        for n in range(1, 501)
    )
    Meeting.objects.update(sequence=first + 500)

    async def story() -> None:
        socket, caught_up = await entered(room, world.reader_a)
        assert numbers(caught_up) == list(range(1, first + 501))
        await socket.close()

    run(story)


def test_twenty_five_people_hear_the_same(world: f.World, room: Room) -> None:
    people = [world.adjudicator]
    for number in range(PEOPLE - 1):
        person = f.user(f"Guest {number}")
        Membership.objects.create(project=world.project, user=person, role="reader")
        Participant.objects.create(meeting_id=room.meeting_id, user=person)
        people.append(person)
    for person in people:
        signed_in(room, person)

    async def story() -> None:
        sockets = [(await entered(room, person))[0] for person in people]
        for number in range(3):
            await sockets[0].say({"type": "view", "at": {**VIEW, "slice": number}})
            await doing(lambda: room.done(world.adjudicator, "chat", text="say"))
        await doing(lambda: room.done(world.adjudicator, "decide", text="decided"))
        last: set[int] = set()
        for socket in sockets:
            heard = numbers(await socket.until(is_event("decide")))
            assert heard == sorted(set(heard)), "in order, each once"
            last.add(heard[-1])
        assert len(last) == 1
        for socket in sockets:
            await socket.close()

    run(story)
    assert Participant.objects.filter(joined_at__isnull=False).count() >= PEOPLE


def failing_once(work: Callable[..., Any]) -> mock.Mock:
    """As when the database is away for a moment."""
    away = [OperationalError("away")]

    def try_it(*arguments: Any, **named: Any) -> Any:
        if away:
            raise away.pop()
        return work(*arguments, **named)

    return mock.Mock(side_effect=try_it)


def test_a_room_goes_on_watching_after_the_database_was_away(world: f.World, room: Room) -> None:
    async def story() -> None:
        reader, _ = await entered(room, world.reader_a)
        looking, joining = failing_once(rooms.room_state), failing_once(attending.join)
        with (
            mock.patch.object(rooms, "room_state", looking),
            mock.patch.object(attending, "join", joining),
        ):
            await eventually(lambda: looking.call_count > 1)
            await doing(lambda: drop(world, world.reader_a))
            assert await closed(reader) == 4404
        assert joining.call_count == 2
        await reader.close()

    run(story)


def test_a_socket_goes_on_and_leaves_after_the_database_was_away(
    world: f.World, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeing, fetching = failing_once(attending.see), failing_once(meeting_socket.events_since)
    monkeypatch.setattr(meeting_socket, "ALIVE_S", 0.1)
    monkeypatch.setattr(meeting_socket, "events_since", fetching)

    async def story() -> None:
        reader, caught_up = await entered(room, world.reader_a)
        assert numbers(caught_up), "fetched at the second try"
        monkeypatch.setattr(attending, "see", seeing)
        await eventually(lambda: seeing.call_count > 1)
        seeing.side_effect = OperationalError("away")
        await asyncio.sleep(0.3)
        await reader.close()

    run(story)
    assert not is_here(world, room, world.reader_a)


def test_what_is_not_json_neither_ends_a_socket_nor_leaves_a_ghost(
    world: f.World, room: Room
) -> None:
    async def story() -> None:
        reader, _ = await entered(room, world.reader_a)
        await nonsense_to(reader)
        await doing(lambda: room.done(world.reader_b, "chat", text="works"))
        await reader.until(is_event("chat"))
        await reader.close()
        mine = Socket(room.api(world.reader_b).client)
        assert await mine.open() is None
        await nonsense_to(mine)
        assert await mine.messages() == []
        await mine.close()

    run(story)
    assert not is_here(world, room, world.reader_a)


async def nonsense_to(socket: Socket) -> None:
    for frame in ({"bytes": b"\xff\x00"}, {"text": "{"}, {"text": ""}, {"text": "[" * 100_000}):
        await socket.send_frame(**frame)


async def eventually(so: Callable[[], bool]) -> None:
    for _ in range(150):
        if so():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it never came")


def drop(world: f.World, person: User) -> None:
    Membership.objects.filter(user=person).delete()
    bump_permission_epoch(world.project.pk)


def is_here(world: f.World, room: Room, person: User) -> bool:
    state = selectors.room_state(room.meeting_id)
    assert state is not None
    return str(person.pk) in state.here
