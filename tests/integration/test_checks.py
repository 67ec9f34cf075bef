"""Flags on drafts: topics for the coordinator, findings for readers who see the AI, else nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cmrkit.contracts import JobKind
from portal.annotations.services.drafts import store_draft
from portal.cases.models import Case
from portal.imaging.models import Stack
from portal.jobs.models import Job, JobState
from portal.modelhub.models import ModelVersion
from portal.projects.models import Membership
from portal.projects.roles import Role
from portal.reads.models import Read
from tests.factories import reading as f
from tests.integration.permissions.people_and_things import make_champion

pytestmark = pytest.mark.django_db

SAID = "No cavity between its neighbours in slice 2: wombat 0.4711."
FINDINGS = [
    {"code": "slice_skipped", "message": SAID, "slice": 1, "severity": "warning"},
    {"code": "hardly_contracts", "message": "The LV volume hardly changes.", "slice": None},
    {"code": "slice_shift", "message": "Slice 2 is out.", "slice": 1, "severity": "problem"},
    {"code": "from_elsewhere", "message": SAID, "slice": None, "severity": "odd"},
]


def segmented(world: f.World, case: Case, **changes: Any) -> Job:
    """A pre-annotation that has ended, as a worker reported it."""
    stack = Stack.objects.get(study__case=case)
    model = changes.pop("model", None)
    return Job.objects.create(
        **{
            "project": world.project,
            "case": case,
            "kind": JobKind.SEGMENT,
            "title": "Pre-annotate",
            "state": JobState.SUCCEEDED,
            "payload": {"stack": str(stack.pk), "model_id": str(model.pk) if model else ""},
            "output": {"findings": FINDINGS, "quality": {"grade": "poor", "reasons": []}},
            "finished_at": timezone.now(),
            **changes,
        }
    )


def drafted(world: f.World, case: Case, model: ModelVersion) -> None:
    job = segmented(world, case, model=model)
    stack = Stack.objects.get(study__case=case)
    store_draft(case=case, stack=stack, model_version=model, labels=f.labels(), by_job=job.pk)


def checks(world: f.World, person: Any, case: Case) -> Any:
    return f.Api(person).get(f"projects/{world.project.slug}/cases/{case.pk}/checks/")


def test_a_coordinator_gets_topics_and_no_contents(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    segmented(world, case)
    answer = checks(world, world.coordinator, case)
    (row,) = answer.json()
    assert (row["state"], row["image_grade"]) == ("flagged", "poor")
    assert [(r["code"], r["severity"]) for r in row["flags"]] == [
        ("images_shift", "problem"),
        ("draft_missing", "warning"),
        ("draft_amounts", "warning"),
        ("other", "warning"),
    ]
    for secret in (b"wombat", b"0.4711", b"slice 2", b"hardly", b"slice_skipped"):
        assert secret not in answer.content


def test_a_refusal_is_shown_with_its_reason_and_a_broken_job_is_not(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    segmented(world, case, state=JobState.DEAD, output=None, error_code="out_of_memory")
    assert checks(world, world.coordinator, case).json() == []
    said = "The images are no cine (lge). Choose the short-axis cine."
    segmented(
        world, case, state=JobState.FAILED, output=None, error_code="not_cine", error_message=said
    )
    (row,) = checks(world, world.coordinator, case).json()
    assert (row["state"], row["flags"]) == (
        "refused",
        [{"code": "scope", "message": said, "severity": "refusal"}],
    )


def test_the_newest_word_counts_and_notes_ask_for_nothing(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    segmented(world, case)
    note = {"code": "spacing_assumed", "message": "", "slice": None, "severity": "info"}
    segmented(world, case, output={"findings": [note], "quality": {"grade": "good"}})
    (row,) = checks(world, world.coordinator, case).json()
    assert (row["state"], row["image_grade"]) == ("clear", "good")
    assert [r["code"] for r in row["flags"]] == ["spacing"]


def test_a_reader_who_sees_the_ai_gets_the_findings_of_the_own_draft(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    a, _ = world.assign_both(case)
    api = f.Api(world.reader_a)
    assert api.get(f"reads/{a.pk}/").json()["draft"]["flags"] == []
    drafted(world, case, make_champion(world))
    flags = api.get(f"reads/{a.pk}/").json()["draft"]["flags"]
    assert [(r["code"], r["slice_index"]) for r in flags] == [
        ("slice_shift", 1),
        ("slice_skipped", 1),
        ("hardly_contracts", None),
        ("from_elsewhere", None),
    ]
    assert flags[1]["message"] == SAID


def seen_by(world: f.World, person: Any) -> dict[str, bytes]:
    """All that a reader's pages are made of."""
    project = f"projects/{world.project.slug}"
    reads = Read.objects.filter(reader__user=person).order_by("pk")
    addresses = ["my-work/", "notifications/", "projects/", f"{project}/", f"{project}/cases/"]
    addresses += [f"{project}/studies/", f"{project}/jobs/", "jobs/"]
    for read in reads:
        addresses += [f"reads/{read.pk}/{part}" for part in ("", "annotations/", "measurements/")]
        addresses += [f"{project}/cases/{read.case_id}/", f"{project}/stacks/{f.stack_id(read)}/"]
    addresses += [f"jobs/{pk}/" for pk in Job.objects.values_list("pk", flat=True)]
    api = f.Api(person)
    return {address: api.get(address).content for address in addresses}


def test_a_blinded_reader_gets_nothing_and_the_list_stays_as_it_is(db: None) -> None:
    """Every answer is the same before and after the flags came, order included. The coordinator's
    role changes nothing of it for a case that they read themselves."""
    world = f.make_world(ai_visible=False)
    cases = [f.make_case(world.project, f"C-{n}") for n in (1, 2, 3)]
    for case in cases:
        world.assign_both(case)
    model = make_champion(world)
    before = seen_by(world, world.reader_a)
    mine = Read.objects.filter(reader__user=world.reader_a)
    assert all(read.alias.encode() in before["my-work/"] for read in mine)
    drafted(world, cases[1], model)
    after = seen_by(world, world.reader_a)
    assert {address: after[address] for address in before} == before
    for address, content in after.items():
        assert b"wombat" not in content, address
        assert b"images_shift" not in content, address
    assert checks(world, world.reader_a, cases[1]).status_code == 404
    assert checks(world, world.coordinator, cases[1]).json()[0]["state"] == "flagged"
    Membership.objects.create(project=world.project, user=world.reader_a, role=Role.COORDINATOR)
    assert checks(world, world.reader_a, cases[1]).json() == []
    read = Read.objects.get(case=cases[1], reader__user=world.reader_a)
    assert f.Api(world.reader_a).get(f"reads/{read.pk}/").json()["draft"]["flags"] == []


def listed(world: f.World, person: Any, query: str = "") -> dict[str, Any]:
    """Whether each case of the list needs a look, as that person is told."""
    answer = f.Api(person).get(f"projects/{world.project.slug}/cases/{query}")
    assert answer.status_code == 200, answer.content
    return {row["label"]: row["needs_look"] for row in answer.json()["results"]}


def one_of_each(world: f.World) -> None:
    flagged, refused, clear, poor, again = (f.make_case(world.project, f"C-{n}") for n in range(5))
    f.make_case(world.project, "C-5")
    segmented(world, flagged)
    segmented(world, refused, state=JobState.FAILED, output=None, error_code="not_cine")
    segmented(world, clear, output={"findings": [], "quality": {"grade": "good"}})
    segmented(world, poor, output={"findings": [], "quality": {"grade": "poor"}})
    segmented(world, again)
    segmented(world, again, output={"findings": [], "quality": None})
    segmented(world, again, state=JobState.DEAD, output=None, error_code="out_of_memory")


def test_the_list_says_which_cases_need_a_look(world: f.World) -> None:
    one_of_each(world)
    told = {"C-0": True, "C-1": True, "C-2": False, "C-3": True, "C-4": False, "C-5": None}
    assert listed(world, world.coordinator) == told
    needing = {"C-0": True, "C-1": True, "C-3": True}
    assert listed(world, world.coordinator, "?look=needed") == needing
    assert listed(world, world.coordinator, "?look=needed&search=C-3") == {"C-3": True}
    slug = world.project.slug
    wrong = f.Api(world.coordinator).get(f"projects/{slug}/cases/?look=odd")
    assert (wrong.status_code, "look" in wrong.json()["error"]["details"]) == (422, True)


def test_nobody_else_learns_it_from_the_list(world: f.World) -> None:
    one_of_each(world)
    slug = world.project.slug
    for person in (world.reader_a, world.adjudicator):
        for query in ("", "?look=needed"):
            answer = f.Api(person).get(f"projects/{slug}/cases/{query}")
            assert answer.status_code in (403, 404) or all(
                row["needs_look"] is None for row in answer.json()["results"]
            )
    assert f.Api(world.reader_a).get(f"projects/{slug}/cases/?look=needed").status_code == 403


def test_who_reads_blind_is_told_nothing_of_their_cases_in_the_list(db: None) -> None:
    world = f.make_world(ai_visible=False)
    theirs, other = (f.make_case(world.project, label) for label in ("C-1", "C-2"))
    world.assign(theirs, world.reader_a)
    Membership.objects.create(project=world.project, user=world.reader_a, role=Role.COORDINATOR)
    for case in (theirs, other):
        segmented(world, case)
    assert listed(world, world.coordinator) == {"C-1": True, "C-2": True}
    assert listed(world, world.reader_a) == {"C-1": None, "C-2": True}
    assert listed(world, world.reader_a, "?look=needed") == {"C-2": True}


def test_the_list_costs_the_same_for_more_cases(world: f.World) -> None:
    counts = []
    for n in range(3):
        for k in range(4):
            segmented(world, f.make_case(world.project, f"C-{n}-{k}"))
        with CaptureQueriesContext(connection) as queries:
            listed(world, world.coordinator)
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]
