"""Drafts for a whole project: what is missing is asked for, once, and behind those who wait."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from cmrkit.contracts import Priority
from portal.annotations.services.drafts import store_draft
from portal.audit.models import AuditEvent
from portal.cases.models import Case, CaseState
from portal.imaging.models import Stack
from portal.jobs.models import Job
from portal.modelhub.selectors import champion_of
from tests.factories import reading as f
from tests.factories.imaging import small_phantom
from tests.factories.locking import import_heart

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases(world: f.World) -> list[Case]:
    """One that has a draft, one without cine, one locked, one withdrawn, and three to draft."""
    phantoms = [small_phantom(seed, 3, 2) for seed in range(1, 8)]
    found = [import_heart(world, phantom) for phantom in phantoms]
    drafted, no_cine, locked, withdrawn = found[:4]
    stack = Stack.objects.get(study__case=drafted)
    model: Any = champion_of(world.project)
    store_draft(
        case=drafted, stack=stack, model_version=model, labels=phantoms[0].labels, by_job="x"
    )
    Stack.objects.filter(study__case=no_cine).update(sequence_kind="lge")
    Case.objects.filter(pk=locked.pk).update(state=CaseState.LOCKED)
    Case.objects.filter(pk=withdrawn.pk).update(state=CaseState.WITHDRAWN)
    return found


def command(world: f.World, *more: str) -> Any:
    out = StringIO()
    call_command("preannotate", "--project", world.slug, "--json", *more, stdout=out)
    return json.loads(out.getvalue())


SKIPPED = {"has_draft": 1, "queued_already": 0, "nothing_to_segment": 1, "reads_are_in": 1}


def test_the_button_says_what_it_will_do_does_it_and_does_it_once(
    world: f.World, cases: list[Case]
) -> None:
    api, path = f.Api(world.coordinator), f"projects/{world.slug}/preannotate/all/"
    assert api.get(path).json() == {"due": 3, "queued": 0, "skipped": SKIPPED}
    assert Job.objects.count() == 0
    assert api.post(path).json() == {"due": 3, "queued": 3, "skipped": SKIPPED}
    again = api.post(path).json()
    assert (again["queued"], again["skipped"]["queued_already"]) == (0, 3)
    jobs = Job.objects.all()
    assert {job.case_id for job in jobs} == {case.pk for case in cases[4:]}
    assert {(job.priority, job.queue, job.requested_by) for job in jobs} == {
        (Priority.BATCH, "gpu", world.coordinator)
    }
    (told,) = AuditEvent.objects.filter(action="job.batch_queued")
    assert told.details == {"kind": "segment", "jobs": 3}


def test_the_command_needs_nobody_and_counts(world: f.World, cases: list[Case]) -> None:
    assert command(world, cases[4].label) == {
        "queued": 1,
        "skipped": dict.fromkeys(SKIPPED, 0),
    }
    assert command(world) == {"queued": 2, "skipped": {**SKIPPED, "queued_already": 1}}
    assert command(world)["queued"] == 0
    assert command(world, "--again")["queued"] == 1, "the draft that is there is made anew"
    assert Job.objects.filter(requested_by=None).count() == 4


def test_one_case_by_hand_goes_before_the_batch(world: f.World, cases: list[Case]) -> None:
    command(world)
    path = f"projects/{world.slug}/preannotate/"
    body = {"case_ids": [str(cases[6].pk)]}
    assert f.Api(world.coordinator).post(path, body).status_code == 201
    (urgent,) = Job.objects.filter(priority=Priority.PERSON)
    assert urgent.case == cases[6]
    assert Job.objects.count() == 3
