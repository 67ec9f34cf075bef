"""Role × endpoint × object: REST, DICOMweb and the socket answer as the design's roles say."""

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from portal.projects.models import Membership
from portal.projects.roles import Role
from tests.factories import reading as f
from tests.factories.crawl import addresses
from tests.factories.sockets import Socket, run
from tests.integration.permissions import people_and_things as t
from tests.integration.permissions import report
from tests.integration.permissions.rules import (
    COLUMNS,
    LOCKED,
    RULES,
    STAGES,
    Rule,
    crossed,
    elsewhere,
    names_a_project,
)

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
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

    def ask(self, rule: Rule, column: str, ids: dict[str, str]) -> str:
        if rule.method == "WS":
            return "A" if run(accepted, self.clients[column]) else "S"
        bodies = t.bodies(ids, self.email, self.protocol)
        cache.clear()  # limits on attempts have tests of their own
        client = self.clients[column]
        client.cookies = SimpleCookie(self.cookies[column])  # signing out is taken back too
        with transaction.atomic():
            answer = send(client, rule.method, filled(rule.route, ids), bodies, rule)
            letter = letter_of(answer, lists="E" in "".join(rule.cells.values()))
            transaction.set_rollback(True)
        return letter

    def questions(self) -> Iterator[tuple[Rule, str, str, str, dict[str, str]]]:
        """(rule, object, column, the letters that will do, ids)."""
        for rule in RULES:
            for stage in rule.cells:
                own = {**self.own.ids(stage), **self.theirs}
                for column in COLUMNS:
                    yield rule, stage or "own", column, rule.expected(stage, column), own
            if not names_a_project(rule):
                continue
            other = {**self.other.ids(LOCKED), **self.theirs}
            last = list(rule.cells)[-1]
            for column in COLUMNS:
                if column != "ou":
                    yield rule, "elsewhere", column, elsewhere(rule, last, column), other
                if rule.route.count("<") > 1 and rule.method != "WS" and "_id>" in rule.route:
                    mixed = {**other, "slug": self.own.world.slug}
                    yield rule, "crossed", column, crossed(rule, last, column), mixed


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


async def accepted(client: Client) -> bool:
    """Whether the socket stays open for this person."""
    socket = Socket(client)
    code = await socket.open()
    await socket.close()
    assert code in (None, 4401)
    return code is None


def test_everybody_gets_what_the_roles_say_and_nothing_else() -> None:
    table = Table()
    wrong, cells = [], []
    for rule, thing, column, expected, ids in table.questions():
        letter = table.ask(rule, column, ids)
        cells.append((rule, thing, column, letter))
        if letter not in expected:
            wrong.append(f"{rule.method} {rule.route} [{thing}] {column}: {letter}, not {expected}")
    report.write(Path("test-artifacts"), cells, n_wrong=len(wrong))
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cells)}", *wrong])


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

    routes = {f"/{pattern.pattern}" for pattern in websocket_urlpatterns}
    assert routes == {rule.route for rule in RULES if rule.method == "WS"}


def test_a_method_that_the_table_does_not_name_does_not_exist(world: f.World) -> None:
    """Asked by an installation admin who holds every role."""
    for role in Role:
        Membership.objects.get_or_create(project=world.project, user=world.admin, role=role)
    client = t.client_of(world.admin)
    named = {(rule.method, rule.route) for rule in RULES}
    ids = dict.fromkeys(("study", "series", "instance", "numbers", "number", "path"), "1.2.3")
    ids |= {"slug": world.slug, "token": "x", "name": "x", "signed": "x"}
    unnamed = [(m, r) for r in sorted(known_addresses()) for m in METHODS if (m, r) not in named]
    assert len(unnamed) > 100
    for method, route in unnamed:
        path = re.sub(r"<(\w+)>", lambda m: ids.get(m[1], str(world.admin.pk)), route)
        path = path if path.startswith("/") else f"/api/v1/{path}"
        answer = client.generic(method, path, b"{}", content_type="application/json")
        assert answer.status_code == 405, (method, route, answer.status_code)
