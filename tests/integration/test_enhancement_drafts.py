"""Late enhancement: scar comes into a read like any contour, by whichever model the project has."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from cmrkit.agreement import dice
from cmrkit.contracts import JobKind
from cmrkit.geometry import rasterise
from portal.annotations.models import Annotation, Origin, State
from portal.annotations.selectors import labels_on
from portal.cases.models import Case
from portal.datasets.models import DatasetVersion, TestSet
from portal.jobs.models import Job, JobState
from portal.modelhub.errors import DrawsOtherImages
from portal.modelhub.models import ModelVersion
from portal.modelhub.packages import task_of
from portal.modelhub.services.evaluating import evaluate
from portal.modelhub.services.training import start_training
from portal.reads.models import Read
from tests.factories import beside as b
from tests.factories import reading as f
from tests.factories.portal_worker import run_job
from tests.integration.test_long_axis_drafts import preannotate

pytestmark = pytest.mark.django_db


def contours(read: Read) -> Any:
    uids = {row[0][1] for row in b.stack_of(read.case, "SAX", "lge").addresses}
    return Annotation.objects.filter(read=read, sop_instance_uid__in=uids)


def test_scar_is_drafted_where_it_lies_and_corrected(world: f.World) -> None:
    b.ask_for(world, series=b.ENHANCEMENT, structures=b.SCAR)
    case = b.import_with_enhancement(world)
    (read,) = world.assign(case, world.reader_a)
    (job,) = preannotate(world, case)
    assert job.payload["beside"] == "late enhancement"
    assert job.payload["model"]["name"] == "lge-sax-free"
    done = run_job(job)
    assert done.state == JobState.SUCCEEDED, done.error_message

    drawn = contours(read)
    assert {(row.origin, row.state) for row in drawn} == {(Origin.AI, State.AUTO)}
    assert {row.structure for row in drawn} >= {"lv_endo", "lv_epi", "scar"}
    assert not drawn.filter(structure="rv_endo").exists()
    phantom, stack = b.enhancement(), b.stack_of(case, "SAX", "lge")
    found = np.zeros(phantom.tissues.shape, dtype=bool)
    for frame in labels_on(stack, drawn).frames:
        parts = frame.structures.get("scar", ())
        found[frame.slice_index] = rasterise(parts, phantom.tissues.shape[1:])
    assert (dice(found, phantom.tissues >= 3) or 0) > 0.65

    scar = drawn.filter(structure="scar").first()
    operation = {
        "op_id": f.op_id(),
        "kind": "contour",
        "structure": "scar",
        "sop_instance_uid": f.names_of(read).uid(scar.sop_instance_uid),
        "frame_number": 1,
        "base_version": scar.version,
        "parts": [[[10.0, 10.0], [30.0, 10.0], [30.0, 30.0]]],
    }
    answer = f.Api(world.reader_a).post(f"reads/{read.pk}/operations/", {"operations": [operation]})
    assert answer.json()["results"][0]["outcome"] == "applied"
    scar.refresh_from_db()
    assert (scar.origin, scar.state) == (Origin.AI, State.EDITED)
    assert f.Api(world.reader_a).get(f"reads/{read.pk}/long-axis/").json()["views"] == []


@pytest.fixture
def scar_case(world: f.World) -> Case:
    """A short axis and late enhancement, without pixels: nothing is drawn here."""
    b.ask_for(world, series=b.ENHANCEMENT, structures=b.SCAR)
    case = f.make_case(world.project, "C-1")
    b.add_stack(case, "SAX", "lge")
    return case


def package(folder: Path, **changes: Any) -> None:
    """A package of a team's own, as ``ml_workers register`` leaves it: here its card matters."""
    card = {
        "name": "team-scar",
        "version": "2",
        "title": "Scar by the team",
        "task": "lge-sax",
        "noncommercial": False,
        "demonstration": False,
        "weights_sha256": "7" * 64,
        "labels": {"0": "background", "3": "scar"},
        **changes,
    }
    (folder / card["name"]).mkdir(parents=True)
    (folder / card["name"] / "model.json").write_text(json.dumps(card))


def register(*arguments: str) -> str:
    out = StringIO()
    call_command("register_models", *arguments, stdout=out)
    return out.getvalue()


def test_a_package_of_the_team_drafts_once_it_is_registered(
    world: f.World, scar_case: Case, tmp_path: Path, settings: Any
) -> None:
    assert [j.payload["model"]["name"] for j in preannotate(world, scar_case)] == ["lge-sax-free"]
    Job.objects.filter(kind=JobKind.SEGMENT).delete()
    package(tmp_path / "models")
    settings.ACCORD_MODELS_DIR = tmp_path / "models"
    assert register("--project", world.slug) == f"team-scar 2 is known to {world.slug}\n"
    assert register() == "", "known already"
    (job,) = preannotate(world, scar_case)
    model = ModelVersion.objects.get(pk=job.payload["model_id"])
    assert (model.name, model.task, model.state) == ("team-scar", "lge-sax", "registered")


def test_what_is_not_for_all_use_is_registered_by_name_alone(
    world: f.World, tmp_path: Path, settings: Any
) -> None:
    package(tmp_path / "models", noncommercial=True)
    package(tmp_path / "models", name="short", task="cine-sax")
    settings.ACCORD_MODELS_DIR = tmp_path / "models"
    assert register() == ""
    with pytest.raises(CommandError, match="short"):
        register("--model", "short")
    with pytest.raises(CommandError, match="nowhere"):
        register("--project", "nowhere")
    assert register("--model", "team-scar") == f"team-scar 2 is known to {world.slug}\n"


def test_a_model_that_draws_something_else_is_neither_evaluated_nor_trained_on(
    world: f.World,
) -> None:
    model = ModelVersion.objects.get(project=world.project, name="lge-sax-free")
    assert task_of(model.card) == "lge-sax"
    assert not model.may_be_champion
    assert world.project.champion.model.may_be_champion
    dataset, test_set = DatasetVersion(project=world.project), TestSet(project=world.project)
    with pytest.raises(DrawsOtherImages):
        start_training(by=world.scientist, dataset=dataset, base_model=model, params={})
    with pytest.raises(DrawsOtherImages):
        evaluate(by=world.scientist, model=model, test_set=test_set)
