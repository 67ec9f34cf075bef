"""Flags on drafts: topics for the coordinator, findings for readers who see the AI, else nothing."""

from typing import Any

import pytest
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
        addresses += [f"{project}/cases/{read.case_id}/", f"{project}/stacks/{read.stack_id}/"]
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
    assert b"C-1" in before["my-work/"]
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
