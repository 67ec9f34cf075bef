"""A protocol brings layouts of its own; what can't be used is said, and nothing is lost by others."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal.protocols.layouts import MOST_LAYOUTS, problem_of
from tests.factories import reading as f

pytestmark = pytest.mark.django_db
SHARED = json.loads(
    (Path(__file__).parents[1] / "contract/fixtures/layouts/layouts.json").read_text()
)


def test_what_the_viewer_takes_is_taken() -> None:
    assert problem_of(SHARED["valid"]) is None
    assert problem_of([]) is None


@pytest.mark.parametrize("layout", SHARED["invalid"], ids=lambda layout: layout["title"])
def test_what_the_viewer_refuses_is_refused(layout: dict[str, Any]) -> None:
    assert problem_of([layout])


def test_ids_are_used_once_and_not_without_end() -> None:
    first = SHARED["valid"][0]
    assert problem_of([first, first])
    many = [{**first, "id": str(n)} for n in range(MOST_LAYOUTS + 1)]
    assert problem_of(many)
    assert problem_of({"layouts": []})
    assert problem_of([1])


def put(world: f.World, **changes: Any) -> Any:
    api = f.Api(world.owner)
    (protocol,) = api.get(f"projects/{world.slug}/protocols/").json()
    body = {k: v for k, v in protocol.items() if k != "layouts"} | changes
    return api.put(f"projects/{world.slug}/protocols/{protocol['id']}/", body)


def test_readers_get_the_protocols_layouts(world: f.World) -> None:
    saved = put(world, layouts=SHARED["valid"])
    assert saved.status_code == 200, saved.content
    assert saved.json()["layouts"] == SHARED["valid"]
    read = world.assign(f.make_case(world.project, "C-1"), world.reader_a)[0]
    shown = f.Api(world.reader_a).get(f"reads/{read.pk}/").json()
    assert shown["protocol"]["layouts"] == SHARED["valid"]


def test_who_changes_something_else_leaves_them(world: f.World) -> None:
    put(world, layouts=SHARED["valid"])
    assert put(world, name="Another name").json()["layouts"] == SHARED["valid"]
    assert put(world, layouts=[]).json()["layouts"] == []


def test_a_wrong_layout_is_said_and_nothing_is_changed(world: f.World) -> None:
    put(world, layouts=SHARED["valid"])
    answer = put(world, layouts=[SHARED["invalid"][4]])
    assert answer.status_code == 422
    assert "phase: a pane's phase is" in answer.content.decode()
    assert put(world).json()["layouts"] == SHARED["valid"]
