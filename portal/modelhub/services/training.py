"""Training runs: a dataset and a base model in, a challenger out."""

from typing import Any

from django.db import transaction

from cmrkit.contracts import JobKind
from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.core.events import publish
from portal.datasets.held_out import refuse_held_out
from portal.datasets.licences import forbids_commerce
from portal.datasets.models import DatasetVersion
from portal.datasets.work import dataset_inputs, refuse_withdrawn
from portal.jobs.models import ACTIVE_STATES, Job
from portal.jobs.registry import LinkInput, Work
from portal.jobs.selectors import watchers
from portal.jobs.services.attempts import artifact_of
from portal.jobs.services.queue import enqueue
from portal.modelhub.errors import DrawsOtherImages
from portal.modelhub.models import ModelState, ModelVersion, TrainingPoint, TrainingRun
from portal.modelhub.services.registering import register_model
from portal.modelhub.work import model_ref
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.storage.services import share

DEFAULTS = {"steps": 300, "lr": 5e-4, "batch": 8, "seed": 1}
LIMITS = {"steps": (1, 20_000), "lr": (1e-6, 0.1), "batch": (1, 64), "seed": (0, 2**31 - 1)}


@transaction.atomic
def start_training(
    *, by: User, dataset: DatasetVersion, base_model: ModelVersion, params: dict[str, Any]
) -> TrainingRun:
    """A new run; or the one that is under way, where the very same was asked for before."""
    require(by, Permission.TRAIN, dataset.project_id)
    if base_model.project_id != dataset.project_id:
        raise InvalidInput(None, base_model_id=["Choose a model of this project."])
    if not base_model.may_be_champion:
        raise DrawsOtherImages(None, base_model_id=[DrawsOtherImages.message])
    # one at a time: two that count together would make one number; nor is a test set frozen now
    Project.objects.select_for_update().get(pk=dataset.project_id)
    refuse_withdrawn(dataset)
    refuse_held_out(dataset)
    chosen = {**DEFAULTS, **{k: v for k, v in params.items() if k in DEFAULTS and v is not None}}
    _check(chosen)
    if (same := _under_way(dataset, base_model, chosen)) is not None:
        return same
    number = TrainingRun.objects.filter(dataset__project=dataset.project).count() + 1
    chosen |= {"name": f"{dataset.project.slug}-sax", "version": f"{number}"}
    job = enqueue(
        by=by,
        project=dataset.project,
        kind=JobKind.TRAIN,
        title=f"Train {chosen['name']} {number} on {dataset.name} {dataset.version}",
        payload={"dataset": str(dataset.pk), "base": str(base_model.pk), "params": chosen},
        active_key=f"train:{dataset.pk}:{number}",
    )
    run = TrainingRun.objects.create(dataset=dataset, base_model=base_model, job=job, params=chosen)
    record_in_project(
        project_id=dataset.project_id,
        by=by,
        action="training.started",
        target_type="training_run",
        target_id=run.pk,
        details={"dataset": dataset.content_hash, "base": base_model.weights_sha256},
    )
    return run


def _under_way(
    dataset: DatasetVersion, base_model: ModelVersion, chosen: dict[str, Any]
) -> TrainingRun | None:
    runs = TrainingRun.objects.filter(
        dataset=dataset, base_model=base_model, job__state__in=ACTIVE_STATES
    )
    return next((run for run in runs if run.params.items() >= chosen.items()), None)


def _check(chosen: dict[str, Any]) -> None:
    wrong = {}
    for name, (low, high) in LIMITS.items():
        if not low <= chosen[name] <= high:
            wrong[name] = [f"Between {low:g} and {high:g}."]
    if wrong:
        raise InvalidInput(None, **wrong)


def fill(job: Job, link: LinkInput) -> Work:
    run = TrainingRun.objects.select_related("dataset", "base_model").get(job=job)
    return Work(
        inputs=dataset_inputs(run.dataset, link),
        models=(model_ref(run.base_model, link),),
        # of a shipped base workers have the card; of a challenger only the portal does
        params={
            **run.params,
            "base_card": run.base_model.card,
            "dataset": f"{run.dataset.name} {run.dataset.version}",
        },
        time_limit_s=6 * 3600,
    )


def note(job: Job, metrics: dict[str, Any]) -> None:
    """Points of the curve, kept once each and sent on."""
    run = TrainingRun.objects.get(job=job)
    for point in metrics.get("points", []):
        row, made = TrainingPoint.objects.get_or_create(
            run=run,
            step=int(point["step"]),
            defaults={"loss": float(point["loss"]), "val_dice": point.get("val_dice")},
        )
        if made:
            message = {"step": row.step, "loss": row.loss, "val_dice": row.val_dice}
            publish(
                user_ids=watchers(job),
                message={"type": "training", "run_id": str(run.pk), "point": message},
            )


def finish(job: Job, output: dict[str, Any]) -> None:
    """The weights become a challenger; its licence is at least as strict as its base's and its
    data's."""
    run = TrainingRun.objects.select_related("dataset__project", "base_model").get(job=job)
    base, dataset = run.base_model, run.dataset
    card = {
        **output.get("card", {}),
        "name": run.params["name"],
        "version": run.params["version"],
        "title": f"Trained on {dataset.name} {dataset.version}",
        "noncommercial": base.noncommercial or forbids_commerce(dataset.licence),
        "demonstration": False,
        "training": {
            "dataset": {
                "name": dataset.name,
                "version": dataset.version,
                "content_hash": dataset.content_hash,
            },
            "base": {"name": base.name, "version": base.version},
            "params": run.params,
        },
    }
    weights = share(artifact_of(job, "weights").blob)
    run.model = register_model(
        project=dataset.project, card=card, state=ModelState.CHALLENGER, weights=weights
    )
    run.save(update_fields=["model"])
