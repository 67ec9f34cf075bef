"""Drafts for a whole project: what is missing is asked for, once, and behind those who wait."""

import json
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from cmrkit.contracts import Priority
from portal.annotations.models import Revision
from portal.annotations.services.drafts import store_draft
from portal.audit.models import AuditEvent
from portal.cases.models import Case, CaseState
from portal.imaging.models import Stack
from portal.jobs.models import Job, JobArtifact
from portal.jobs.registry import load_input
from portal.modelhub.selectors import champion_of
from portal.reads.models import Read, ReadPurpose
from tests.factories import reading as f
from tests.factories.imaging import small_phantom
from tests.factories.locking import import_heart
from tests.factories.portal_worker import run_job

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


def test_a_draft_says_what_made_it(world: f.World) -> None:
    case = import_heart(world, small_phantom(1, 3, 2))
    command(world)
    job = run_job(Job.objects.get(case=case))
    assert job.state == "succeeded"
    made_by = job.output["made_by"]
    model = champion_of(world.project)
    assert made_by["models"] == [
        {
            "name": model.name,
            "version": model.version,
            "weights_sha256": model.weights_sha256,
            "licence": model.card["licence"],
        }
    ]
    stack = Stack.objects.get(study__case=case)
    pixels, _ = load_input("stack-pixels", str(stack.pk))
    (used,) = made_by["inputs"]
    assert used == {"item_id": str(stack.pk), "pixels_sha256": sha256(pixels).hexdigest()}
    assert made_by["artifacts"] == {"labels": JobArtifact.objects.get(job=job).blob_id}
    assert made_by["device"] == "cpu"
    assert made_by["code_version"]
    assert made_by["seconds"] > 0
    # from a contour back to all this: its author is the model by its weights, its operation the job
    (draft,) = Read.objects.filter(case=case, purpose=ReadPurpose.DRAFT)
    assert draft.reader.model_hash == model.weights_sha256
    revisions = Revision.objects.filter(annotation__read=draft)
    assert revisions.exists()
    assert {(r.op_id, r.author_id) for r in revisions} == {(str(job.pk), str(draft.reader_id))}
    seen = f.Api(world.coordinator).get(f"jobs/{job.pk}/").json()
    assert seen["made_by"] == made_by
