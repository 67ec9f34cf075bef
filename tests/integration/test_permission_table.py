"""Role × endpoint × object: REST, DICOMweb and the socket answer as the design's roles say."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from portal.projects.models import Membership
from portal.projects.roles import Role
from portal.reads.models import Read
from tests.factories import reading as f
from tests.factories.crawl import addresses
from tests.factories.sockets import Socket, run
from tests.integration.permissions import leaks, report
from tests.integration.permissions import people_and_things as t
from tests.integration.permissions.bodies import bodies_for
from tests.integration.permissions.rules import (
    COLUMNS,
    EARLY,
    LOCKED,
    NAMED_BY_READ,
    OF_NO_OBJECT,
    OPEN,
    RULES,
    STAGES,
    Rule,
    crossed,
    elsewhere,
    names_a_project,
)

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SOCKET_LETTERS = {None: "A", 4401: "S", 4404: "N"}
LETTERS = {401: "S", 403: "R", 404: "N"}


class Table:
    """Asks every question once, in a savepoint that is taken back."""

    def __init__(self) -> None:
        self.own = t.make_things("trial", STAGES)
        self.other = t.make_things("other", (LOCKED,))
        people = t.make_people(self.own.world, self.other.world)
        stranger = f.user("Sam Stranger")
        self.email = stranger.email
        self.theirs = t.of_another_person(stranger)
        self.clients = {
            column: t.client_of(people.get(column), worker=column == t.WORKER) for column in COLUMNS
        }
        self.cookies = {column: cookies_of(client) for column, client in self.clients.items()}
        answer = self.clients["ow"].get(f"/api/v1/projects/{self.own.world.slug}/protocols/")
        (self.protocol,) = answer.json()
        self.secrets = leaks.secrets_of(self.own)
        self.given_away: dict[str, str] = {}

    def ask(self, rule: Rule, column: str, ids: dict[str, str]) -> str:
        self.given_away = {}
        if rule.method == "WS":
            return str(run(accepted, self.clients[column], filled(rule.route, ids)))
        bodies = bodies_for(ids, self.email, self.protocol)
        cache.clear()  # limits on attempts have tests of their own
        client = self.clients[column]
        client.cookies = SimpleCookie(self.cookies[column])  # signing out is taken back too
        with transaction.atomic():
            answer = send(client, rule.method, filled(rule.route, ids), bodies, rule)
            self.given_away = self.leaks_in(answer, rule, ids, bodies)
            letter = letter_of(answer, lists="E" in "".join(rule.cells.values()))
            transaction.set_rollback(True)
        return letter

    def leaks_in(
        self, answer: Any, rule: Rule, ids: dict[str, str], bodies: dict[str, Any]
    ) -> dict[str, str]:
        asked = f"{filled(rule.route, ids)} {bodies.get(f'{rule.method} {rule.route}', '')}"
        return leaks.letters_in(leaks.text_of(answer), asked, self.secrets, rule.route)

    def questions(self) -> Iterator[tuple[Rule, str, str, str, dict[str, str]]]:
        """(rule, object, column, the letters that will do, ids)."""
        for rule in RULES:
            for stage in rule.cells:
                own = {**self.own.ids(stage), **self.theirs}
                for column in COLUMNS:
                    ids = {**own, **self.own.ids_as_read(stage)} if column == "re" else own
                    yield rule, stage or "own", column, rule.expected(stage, column), ids
                # by the case's own names nothing of it is there for its reader
                if rule.method == "GET" and stage in (EARLY, OPEN) and names_by_read(rule):
                    yield rule, f"{stage}, own names", "re", "N", own
            if not names_a_project(rule):
                continue
            other = {**self.other.ids(LOCKED), **self.theirs}
            last = list(rule.cells)[-1]
            for column in COLUMNS:
                if column != "ou":
                    yield rule, "elsewhere", column, elsewhere(rule, last, column), other
                if len(objects_in(rule)) > 1 and rule.method != "WS" and "_id>" in rule.route:
                    mixed = self.crossing(rule, {**self.own.ids(last), **self.theirs}, other)
                    yield rule, "crossed", column, crossed(rule, last, column), mixed

    def crossing(self, rule: Rule, own: dict[str, str], other: dict[str, str]) -> dict[str, str]:
        """The own project with what is in the other; where no project is named, the own first
        object with the other's last one."""
        if "<slug>" in rule.route:
            return {**other, "slug": self.own.world.slug}
        last = objects_in(rule)[-1]
        return {**own, last: other[last]}


def objects_in(rule: Rule) -> list[str]:
    """What the address names of a project, in its order."""
    return [name for name in re.findall(r"<(\w+)>", rule.route) if name not in OF_NO_OBJECT]


def names_by_read(rule: Rule) -> bool:
    return any(name in rule.route for name in NAMED_BY_READ)


def cookies_of(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def filled(route: str, ids: dict[str, str]) -> str:
    path = re.sub(r"<(\w+)>", lambda match: ids[match[1]], route)
    return path if path.startswith("/") else f"/api/v1/{path}"


def send(client: Client, method: str, path: str, bodies: dict[str, Any], rule: Rule) -> Any:
    if rule.route.startswith("/dicomweb/") and method == "POST":
        data, content_type = t.stowed()
        return client.post(path, data=data, content_type=content_type)
    if rule.route.endswith(("/files/", "/annotations/import/")) or "/artifacts/" in rule.route:
        path += "?sequence=0"
        return client.generic(method, path, b"no DICOM", content_type="application/octet-stream")
    body = bodies.get(f"{method} {rule.route}", {})
    if method == "GET":
        return client.get(path)
    return getattr(client, method.lower())(path, data=body, content_type="application/json")


def letter_of(answer: Any, *, lists: bool) -> str:
    """The answer as a letter of the table. What a permitted request lacks (422), or finds in
    another state (409), it was permitted to say."""
    status = answer.status_code
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if status >= 500 or status == 405:
        return f"({status})"
    if status in LETTERS:
        return LETTERS[status]
    if status == 409 and b'"attempt_expired"' in content:
        return "X"
    if lists:
        found = answer.json() if status == 200 else []
        rows = found["results"] if isinstance(found, dict) else found
        return "A" if rows else "E"
    return "A"


async def accepted(client: Client, path: str) -> str:
    """Whether the socket stays open for this person, as a letter of the table."""
    socket = Socket(client, path=path)
    code = await socket.open()
    if code is None:  # who is refused hears it after the handshake, on a busy machine late
        code = await socket.refused_within(1.0)
    await socket.close()
    return SOCKET_LETTERS[code]


def test_everybody_gets_what_the_roles_say_and_nothing_else() -> None:
    """And of cases that aren't settled no answer holds what its person must not know."""
    table = Table()
    wrong, cells = [], []
    leaky: list[str] = []
    held: leaks.Found = {}
    for rule, thing, column, expected, ids in table.questions():
        letter = table.ask(rule, column, ids)
        cells.append((rule, thing, column, letter))
        place = f"{rule.method} {rule.route} [{thing}] {column}"
        if letter not in expected:
            wrong.append(f"{place}: {letter}, not {expected}")
        leaky += [
            f"{place}: {found}"
            for found in leaks.wrong_in(table.given_away, column, rule.route, thing)
        ]
        row = held.setdefault((rule.method, rule.route, thing), {})
        row[column] = leaks.shown(table.given_away)
    for column, place, found in heard_on_sockets(table):
        leaky += [f"{place} {column}: {each}" for each in leaks.wrong_in(found, column, place)]
        held.setdefault(("WS", place, "while another submits"), {})[column] = leaks.shown(found)
    report.write(Path("test-artifacts"), cells, n_wrong=len(wrong))
    leaks.write(Path("test-artifacts"), held, n_wrong=len(leaky))
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cells)}", *wrong])
    assert not leaky, "\n".join([f"{len(leaky)} leaks", *leaky])
    # the net has a mesh: whoever settles finds what was drawn, whoever runs the project who reads
    everything = {letter for row in held.values() for letter in "".join(row.values())}
    assert everything >= set(leaks.LETTERS), everything


def heard_on_sockets(table: Table) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(column, socket, what it told): while the other reader of a case saves and submits."""
    ids = table.own.ids(EARLY)
    places = ("/ws/me/", f"/ws/meetings/{ids['meeting_id']}/")

    async def story() -> list[tuple[str, str, str]]:
        opened = []
        for column in COLUMNS:
            for place in places:
                socket = Socket(table.clients[column], path=place)
                if await socket.open() is None:
                    opened.append((column, place, socket))
        await sync_to_async(submit_the_other_read)(ids["other_read_id"])
        heard = []
        for column, place, socket in opened:
            messages = await everything_from(socket)
            if column == "re" and place == "/ws/me/":
                assert messages == [], "a reader can tell when the other one submits"
            heard.append((column, place, repr(messages)))
            await socket.close()
        return heard

    for column, place, text in run(story):
        route = place if place == "/ws/me/" else "/ws/meetings/<meeting_id>/"
        yield column, route, leaks.letters_in(text, "", table.secrets, route)


def submit_the_other_read(read_id: str) -> None:
    read = f.full(Read.objects.get(pk=read_id))
    answers = [f.answer_op("assessable", "yes"), f.answer_op("class", "dilated")]
    api = f.Api(read.reader.user)
    api.post(f"reads/{read.pk}/operations/", {"operations": answers})
    assert f.submit(api, read.pk).status_code == 200


async def everything_from(socket: Socket) -> list[dict[str, Any]]:
    """What has come and what comes within a moment; nothing more where it is closed."""
    found: list[dict[str, Any]] = []
    while not await socket.nothing_within(0.2):
        answer = await socket.answer()
        if answer["type"] == "websocket.close":
            break
        found.append(answer)
    return found


def known_addresses() -> set[str]:
    """What the routes of the product are called in the table."""
    found = {re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", route) for route in addresses()}
    named = {r.removeprefix("/api/v1/") for r in found if r.startswith("/api/v1/")}
    return named | {r for r in found if r.startswith("/dicomweb/")}


def test_the_table_names_every_address_and_no_other() -> None:
    named = {rule.route for rule in RULES if rule.method != "WS"}
    assert known_addresses() == named


def test_the_table_names_every_socket() -> None:
    from api.realtime.routing import websocket_urlpatterns

    routes = {re.sub(r"<\w+:", "<", f"/{pattern.pattern}") for pattern in websocket_urlpatterns}
    assert routes == {rule.route for rule in RULES if rule.method == "WS"}


def test_a_method_that_the_table_does_not_name_does_not_exist(world: f.World) -> None:
    """Asked by an installation admin who holds every role."""
    for role in Role:
        Membership.objects.get_or_create(project=world.project, user=world.admin, role=role)
    client = t.client_of(world.admin)
    named = {(rule.method, rule.route) for rule in RULES}
    ids = dict.fromkeys(("study", "series", "instance", "numbers", "number", "path"), "1.2.3")
    ids |= {"slug": world.slug, "token": "x", "name": "x", "signed": "x", "version": "1"}
    unnamed = [(m, r) for r in sorted(known_addresses()) for m in METHODS if (m, r) not in named]
    assert len(unnamed) > 100
    for method, route in unnamed:
        path = re.sub(r"<(\w+)>", lambda m: ids.get(m[1], str(world.admin.pk)), route)
        path = path if path.startswith("/") else f"/api/v1/{path}"
        answer = client.generic(method, path, b"{}", content_type="application/json")
        assert answer.status_code == 405, (method, route, answer.status_code)
