"""Pixels that contradict kind or view: a Check for who runs the project, nothing for the blinded."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cmrkit.quality.kind_check import Shown
from portal.cases.models import Case
from portal.imaging.models import Stack
from portal.projects.models import Membership
from portal.projects.roles import Role
from tests.factories import reading as f
from tests.integration.permissions.people_and_things import make_champion
from tests.integration.test_checks import checks, drafted, listed, seen_by, segmented

pytestmark = pytest.mark.django_db
TOPIC = "The images may be of another kind or view than what counts for them."
CLEAR: dict[str, Any] = {"findings": [], "quality": {"grade": "good"}}


def look(case: Case, shown: Shown, p: float = 0.97) -> None:
    """What a worker saw in the pixels of the case's only stack."""
    shares = {str(s): p if s is shown else (1 - p) / 2 for s in Shown}
    Stack.objects.filter(study__case=case).update(pixel_look=shares)


def test_a_doubted_stack_without_a_draft_asks_for_a_look(world: f.World) -> None:
    doubted, sure, unsure = (f.make_case(world.project, label) for label in ("C-1", "C-2", "C-3"))
    look(doubted, Shown.NO_HEART)
    look(sure, Shown.SHORT_AXIS)
    look(unsure, Shown.NO_HEART, 0.85)
    assert listed(world, world.coordinator) == {"C-1": True, "C-2": None, "C-3": None}
    assert listed(world, world.coordinator, "?look=needed") == {"C-1": True}
    (row,) = checks(world, world.coordinator, doubted).json()
    assert (row["state"], row["image_grade"]) == ("doubted", None)
    assert row["stack_id"] == str(Stack.objects.get(study__case=doubted).pk)
    (flag,) = row["flags"]
    assert (flag["code"], flag["severity"]) == ("kind", "warning")
    assert flag["message"].startswith(TOPIC)
    assert checks(world, world.coordinator, sure).json() == []


def test_the_doubt_stands_first_among_what_the_draft_says(world: f.World) -> None:
    flagged, clear = (f.make_case(world.project, label) for label in ("C-1", "C-2"))
    segmented(world, flagged)
    segmented(world, clear, output=CLEAR)
    assert listed(world, world.coordinator) == {"C-1": True, "C-2": False}
    for case in (flagged, clear):
        look(case, Shown.LONG_AXIS)
    assert listed(world, world.coordinator) == {"C-1": True, "C-2": True}
    (row,) = checks(world, world.coordinator, flagged).json()
    assert (row["state"], row["image_grade"]) == ("flagged", "poor")
    assert [flag["code"] for flag in row["flags"]][:2] == ["kind", "images_shift"]
    (row,) = checks(world, world.coordinator, clear).json()
    assert (row["state"], row["image_grade"]) == ("flagged", "good")
    assert [flag["code"] for flag in row["flags"]] == ["kind"]


def test_a_refusal_stays_one(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    segmented(world, case, state="failed", output=None, error_code="not_cine")
    look(case, Shown.NO_HEART)
    (row,) = checks(world, world.coordinator, case).json()
    assert row["state"] == "refused"
    assert [flag["code"] for flag in row["flags"]] == ["kind", "scope"]


def test_what_a_person_says_of_the_view_settles_it(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    look(case, Shown.LONG_AXIS)
    Stack.objects.filter(study__case=case).update(view="4CH")
    assert listed(world, world.coordinator) == {"C-1": None}
    assert checks(world, world.coordinator, case).json() == []


def test_an_older_version_of_the_stack_is_no_matter(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    look(case, Shown.LONG_AXIS)
    Stack.objects.filter(study__case=case).update(is_latest=False)
    assert listed(world, world.coordinator) == {"C-1": None}


def test_a_blinded_reader_gets_nothing_and_the_list_stays_as_it_is(db: None) -> None:
    world = f.make_world(ai_visible=False)
    cases = [f.make_case(world.project, f"C-{n}") for n in (1, 2, 3)]
    for case in cases:
        world.assign_both(case)
    before = seen_by(world, world.reader_a)
    look(cases[1], Shown.NO_HEART)
    assert seen_by(world, world.reader_a) == before
    assert checks(world, world.reader_a, cases[1]).status_code == 404
    Membership.objects.create(project=world.project, user=world.reader_a, role=Role.COORDINATOR)
    assert checks(world, world.reader_a, cases[1]).json() == []
    assert listed(world, world.reader_a) == {"C-1": None, "C-2": None, "C-3": None}
    assert listed(world, world.coordinator) == {"C-1": None, "C-2": True, "C-3": None}


def test_a_reader_who_sees_the_ai_gets_findings_of_the_draft_alone(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    a, _ = world.assign_both(case)
    drafted(world, case, make_champion(world))
    api = f.Api(world.reader_a)
    before = api.get(f"reads/{a.pk}/").json()["draft"]["flags"]
    look(case, Shown.NO_HEART)
    assert api.get(f"reads/{a.pk}/").json()["draft"]["flags"] == before


def test_the_list_costs_the_same_for_more_doubts(world: f.World) -> None:
    counts = []
    for n in range(2):
        for k in range(3):
            look(f.make_case(world.project, f"C-{n}-{k}"), Shown.NO_HEART)
        with CaptureQueriesContext(connection) as queries:
            listed(world, world.coordinator)
        counts.append(len(queries))
    assert counts[0] == counts[1]
