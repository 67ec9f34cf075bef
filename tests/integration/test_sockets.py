"""What comes over the real socket: nothing of another's work, and nothing after signing out."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client

from portal.accounts.models import User, UserSession
from portal.accounts.services.users import update_user
from portal.cases.models import Case
from portal.reads.models import Read
from tests.factories import reading as f
from tests.factories.sockets import WAIT_S, Socket, run

pytestmark = pytest.mark.django_db
CLOSED_WITHIN_S = WAIT_S


def signed_in(person: User) -> Client:
    """Through the sign-in form's own request, so that there is a sign-in to end."""
    client = Client()
    body = {"email": person.email, "password": f.PASSWORD}
    answer = client.post("/api/v1/session/", data=body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return client


def committing(work: Callable[[], Any]) -> Callable[[], Any]:
    """The work, and then what it left for after its commit: inside a test nothing commits."""

    def done() -> Any:
        start = len(connection.run_on_commit)
        answer = work()
        waiting, connection.run_on_commit = (
            connection.run_on_commit[start:],
            connection.run_on_commit[:start],
        )
        for _, callback, _ in waiting:
            callback()
        return answer

    return done


async def _told(people: dict[str, Client], work: Callable[[], Any]) -> dict[str, list[Any]]:
    sockets = {name: Socket(client) for name, client in people.items()}
    for socket in sockets.values():
        assert await socket.open() is None
    await sync_to_async(committing(work))()
    told: dict[str, list[Any]] = {name: [] for name in sockets}
    for _ in range(50):  # until somebody was told, and one round more
        before = any(told.values())
        await asyncio.sleep(0.1)
        for name, socket in sockets.items():
            told[name] += await socket.messages()
        if before:
            break
    for socket in sockets.values():
        await socket.close()
    return told


def told(people: dict[str, Client], work: Callable[[], Any]) -> dict[str, list[Any]]:
    """What each one's socket gets while the work is done."""
    return run(_told, people, work)


@pytest.fixture
def case(world: f.World) -> Case:
    return f.make_case(world.project, "C-1")


@pytest.fixture
def reads(world: f.World, case: Case) -> tuple[Read, Read]:
    return world.assign_both(case)


@pytest.fixture
def people(world: f.World) -> dict[str, Client]:
    names = ("coordinator", "reader_b", "adjudicator", "other_adjudicator", "scientist", "quality")
    return {name: signed_in(getattr(world, name)) for name in names}


def test_while_one_reads_only_the_coordinator_is_told(
    world: f.World, reads: tuple[Read, Read], people: dict[str, Client]
) -> None:
    found = told(people, lambda: f.read_through(world.reader_a, reads[0]))
    assert {name for name, messages in found.items() if messages} == {"coordinator"}
    for message in found["coordinator"]:
        assert set(message) == {"type", "model", "id", "project"}, "that it changed, not how"
        assert message["type"] == "changed"


def test_adjudicators_are_told_when_all_reads_are_in_and_the_other_reader_never(
    world: f.World, case: Case, reads: tuple[Read, Read], people: dict[str, Client]
) -> None:
    f.read_through(world.reader_b, reads[1], class_="dilated")
    found = told(people, lambda: f.read_through(world.reader_a, reads[0]))
    assert found["reader_b"] == []
    assert found["adjudicator"]
    assert found["other_adjudicator"]
    text = str(found["adjudicator"])
    for secret in (world.reader_a.pk, world.reader_b.pk, reads[0].pk, reads[1].pk):
        assert str(secret) not in text


def test_an_adjudicator_who_read_the_case_is_not_told(
    world: f.World, reads: tuple[Read, Read]
) -> None:
    f.Membership.objects.create(project=world.project, user=world.reader_b, role="adjudicator")
    f.read_through(world.reader_b, reads[1], class_="dilated")
    both = {"b": signed_in(world.reader_b), "adjudicator": signed_in(world.adjudicator)}
    found = told(both, lambda: f.read_through(world.reader_a, reads[0]))
    assert found["b"] == []
    assert found["adjudicator"]


def closing(client: Client, work: Callable[[], Any], *, others: list[Client]) -> list[int | None]:
    """The code that the client's socket is closed with, then those of the others."""

    async def story() -> list[int | None]:
        sockets = [Socket(c) for c in (client, *others)]
        for socket in sockets:
            assert await socket.open() is None
        await sync_to_async(committing(work))()
        codes = [await sockets[0].closed_within(CLOSED_WITHIN_S)]
        codes += [await socket.closed_within(0.2) for socket in sockets[1:]]
        for socket in sockets:
            await socket.close()
        return codes

    return run(story)


def test_signing_out_closes_that_sockets_and_no_other(world: f.World) -> None:
    here, there = signed_in(world.reader_a), signed_in(world.reader_a)
    other = signed_in(world.reader_b)
    codes = closing(here, lambda: here.delete("/api/v1/session/"), others=[there, other])
    assert codes == [4401, None, None]


def test_ending_a_session_from_elsewhere_closes_its_socket(world: f.World) -> None:
    lost, here = signed_in(world.reader_a), signed_in(world.reader_a)
    row = UserSession.objects.get(session_key=lost.session.session_key)
    codes = closing(lost, lambda: here.delete(f"/api/v1/sessions/{row.pk}/"), others=[here])
    assert codes == [4401, None]


def test_a_deactivated_person_hears_nothing_more(world: f.World) -> None:
    client = signed_in(world.reader_a)

    def deactivate() -> None:
        update_user(by=world.admin, user_id=world.reader_a.pk, is_active=False)

    assert closing(client, deactivate, others=[]) == [4401]
    assert run(Socket(client).refusal) == 4401


def test_signing_out_after_a_change_of_password_still_closes(world: f.World) -> None:
    client = signed_in(world.reader_a)
    body = {"current_password": f.PASSWORD, "new_password": "another long word 7"}

    def change_then_leave() -> None:
        changed = client.post(
            "/api/v1/password/change/", data=body, content_type="application/json"
        )
        assert changed.status_code == 204
        client.delete("/api/v1/session/")

    assert closing(client, change_then_leave, others=[]) == [4401]


def test_no_socket_without_a_session(world: f.World) -> None:
    assert run(Socket(Client()).refusal) == 4401
    client = signed_in(world.reader_a)
    cookies = client.cookies.copy()
    client.delete("/api/v1/session/")
    client.cookies = cookies
    assert run(Socket(client).refusal) == 4401


def test_no_socket_for_a_page_of_another_site(world: f.World) -> None:
    client = signed_in(world.reader_a)
    code = run(Socket(client, origin="https://elsewhere.example").refusal)
    assert code is not None


@pytest.mark.parametrize("who", ["reader_a", "reader_b"])
def test_signing_in_again_in_the_same_browser_closes_what_the_earlier_sign_in_had_open(
    world: f.World, who: str
) -> None:
    client = signed_in(world.reader_a)
    elsewhere = signed_in(world.reader_a)
    body = {"email": getattr(world, who).email, "password": f.PASSWORD}

    def again() -> None:
        answer = client.post("/api/v1/session/", data=body, content_type="application/json")
        assert answer.status_code == 200

    assert closing(client, again, others=[elsewhere]) == [4401, None]
    assert UserSession.objects.count() == 2


def test_what_a_session_that_ran_out_had_open_closes_at_the_next_sign_in(world: f.World) -> None:
    client = signed_in(world.reader_a)

    def run_out_and_sign_in() -> None:
        client.session.delete()
        signed_in(world.reader_a)

    assert closing(client, run_out_and_sign_in, others=[]) == [4401]
