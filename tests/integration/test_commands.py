"""Commands of manage.py: what they ask for is queued, and what can't be asked for is one line."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cmrkit.contracts import ExportFormat
from portal.cases.models import Case
from portal.datasets.models import DatasetExport, DatasetVersion, TestSet
from portal.jobs.models import Job
from portal.modelhub.models import Evaluation, ModelVersion, TrainingRun
from tests.factories import reading as f
from tests.factories.locking import heart, import_heart, lock_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(world: f.World) -> f.World:
    """With a frozen dataset ``First`` and a frozen test set ``Held out``."""
    lock_case(world, heart(31, n_slices=3))
    body: dict[str, Any] = {"name": "First"}
    assert f.Api(world.scientist).post(f"projects/{world.slug}/datasets/", body).status_code == 201
    body = {"name": "Held out", "kind": "phantom", "n": 1}
    assert f.Api(world.quality).post(f"projects/{world.slug}/test-sets/", body).status_code == 201
    return world


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue().strip()


def asked(world: f.World, by: f.User | None = None) -> list[str]:
    return ["--project", world.slug, "--by", (by or world.scientist).email.upper()]


def test_export_dataset(world: f.World) -> None:
    found = json.loads(
        run("export_dataset", "First:1", *asked(world), "--formats", "nifti", "--json")
    )
    export = DatasetExport.objects.get(pk=found["export"])
    assert (str(export.job_id), found["formats"]) == (found["job"], ["nifti"])
    assert (export.job.kind, export.job.state) == ("export", "queued")
    assert export.job.requested_by == world.scientist
    line = run("export_dataset", "First", *asked(world))
    assert str(Job.objects.latest("created_at").pk) in line
    assert set(DatasetExport.objects.latest("created_at").formats) == set(ExportFormat)


def test_train(world: f.World) -> None:
    options = ["--steps", "7", "--lr", "0.001", "--json"]
    found = json.loads(run("train", "First", *asked(world), *options))
    training = TrainingRun.objects.get(pk=found["run"])
    assert str(training.job_id) == found["job"]
    chosen = {name: training.params[name] for name in ("steps", "lr", "batch", "seed")}
    assert chosen == {"steps": 7, "lr": 0.001, "batch": 8, "seed": 1}
    assert training.base_model == world.project.champion.model
    base = ModelVersion.objects.get(project=world.project, name="cine-sax-undertrained")
    line = run("train", "First", *asked(world), "--base", f"{base.name}:{base.version}")
    training = TrainingRun.objects.latest("created_at")
    assert training.base_model == base
    assert str(training.job_id) in line


@pytest.mark.parametrize("who", ["scientist", "quality"])
def test_evaluate(world: f.World, who: str) -> None:
    arguments = ["cine-sax-undertrained", "--test-set", "Held out"]
    by = asked(world, getattr(world, who))
    found = json.loads(run("evaluate", *arguments, *by, "--json"))
    evaluation = Evaluation.objects.get(pk=found["evaluation"])
    assert str(evaluation.job_id) == found["job"]
    assert evaluation.challenger.name == "cine-sax-undertrained"
    assert evaluation.champion == world.project.champion.model
    assert evaluation.test_set == TestSet.objects.get()
    # the same work is not queued twice
    assert str(evaluation.job_id) in run("evaluate", *arguments, *by)
    assert Evaluation.objects.count() == 1


def test_preannotate(world: f.World) -> None:
    case = import_heart(world, heart(33, n_slices=3))
    by = asked(world, world.coordinator)
    assert run("preannotate", *by, case.label) == "1 jobs queued; skipped: none"
    assert Job.objects.get(case=case, kind="segment").state == "queued"


Refused = Callable[[f.World], list[str]]
REFUSED: dict[str, tuple[Refused, str]] = {
    "an unknown person": (
        lambda w: ["export_dataset", "First", "--project", w.slug, "--by", "no@example.org"],
        "no active person",
    ),
    "a dataset that isn't": (lambda w: ["export_dataset", "Second", *asked(w)], "No dataset"),
    "a version that isn't": (lambda w: ["train", "First:2", *asked(w)], "No dataset"),
    "a version that is no number": (lambda w: ["train", "First:x", *asked(w)], "No dataset"),
    "another project": (
        lambda w: ["train", "First", "--project", "other", "--by", w.scientist.email],
        "No dataset",
    ),
    "a format that isn't": (
        lambda w: ["export_dataset", "First", *asked(w), "--formats", "stl"],
        "formats: Choose from",
    ),
    "someone who sees datasets and may not export": (
        lambda w: ["export_dataset", "First", *asked(w, w.quality)],
        "roles",
    ),
    "a reader": (lambda w: ["train", "First", *asked(w, w.reader_a)], "No dataset"),
    "no steps": (lambda w: ["train", "First", *asked(w), "--steps", "0"], "steps: Between"),
    "a rate that isn't": (lambda w: ["train", "First", *asked(w), "--lr", "nan"], "lr: Between"),
    "too large a batch": (lambda w: ["train", "First", *asked(w), "--batch", "999"], "batch: "),
    "words for steps": (lambda w: ["train", "First", *asked(w), "--steps", "many"], "invalid int"),
    "a base that isn't": (lambda w: ["train", "First", *asked(w), "--base", "x:1"], "No model"),
    "a test set that isn't": (
        lambda w: ["evaluate", "cine-sax-acdc", "--test-set", "None", *asked(w)],
        "No test set",
    ),
    "a model that isn't": (
        lambda w: ["evaluate", "cine-sax-none", "--test-set", "Held out", *asked(w)],
        "No model",
    ),
    "the champion itself": (
        lambda w: ["evaluate", "cine-sax-free", "--test-set", "Held out", *asked(w)],
        "is the champion",
    ),
    "a case that isn't": (
        lambda w: ["preannotate", *asked(w, w.coordinator), "C9999"],
        "No case C9999",
    ),
    "a person who may not ask for drafts": (
        lambda w: ["preannotate", *asked(w, w.scientist)],
        "roles",
    ),
}


def test_what_can_not_be_asked_for_is_one_line(world: f.World) -> None:
    before = (Job.objects.count(), Case.objects.count(), DatasetVersion.objects.count())
    for what, (arguments, message) in REFUSED.items():
        with pytest.raises(CommandError) as caught:
            run(*arguments(world))
        text = str(caught.value)
        assert message in text, (what, text)
        assert "\n" not in text.strip(), what
    after = (Job.objects.count(), Case.objects.count(), DatasetVersion.objects.count())
    assert after == before
