"""Shadow mode: a challenger drafts new cases for nobody to read."""

from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone

from cmrkit.contracts import JobKind, Priority, StackLabels
from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core.errors import InvalidInput
from portal.datasets.models import DatasetItem
from portal.imaging.models import Stack
from portal.jobs.models import Job
from portal.jobs.services.attempts import artifact_bytes
from portal.jobs.services.queue import enqueue
from portal.modelhub.errors import NotAChallenger
from portal.modelhub.models import ModelState, ModelVersion, Shadow, ShadowDraft
from portal.modelhub.selectors import champion_of, lineage_of
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of, require

LABELS = "labels"
MAY_SHADOW = (ModelState.REGISTERED, ModelState.CHALLENGER)


def may_shadow(user: User, model: ModelVersion) -> bool:
    held = permissions_of(user, model.project_id)
    return bool(held & {Permission.TRAIN, Permission.APPROVE_MODEL}) and model.state in MAY_SHADOW


@transaction.atomic
def start_shadow(*, by: User, model: ModelVersion) -> Shadow:
    """From now on the model drafts what the champion drafts, in the shadow. Twice is once."""
    _require(by, model)
    model = ModelVersion.objects.select_for_update().get(pk=model.pk)
    if model.state not in MAY_SHADOW:
        raise NotAChallenger()
    if model.task != champion_of(model.project_id).task:
        raise InvalidInput("This model draws something else than the champion.")
    row = Shadow.objects.filter(model=model, ended_at__isnull=True).first()
    if row is not None:
        return row
    row = Shadow.objects.create(model=model, started_by=by)
    _record(model, by, "shadow.started", row)
    return row


@transaction.atomic
def end_shadow(*, by: User, model: ModelVersion) -> None:
    """What it drafted so far is kept and still compared."""
    _require(by, model)
    end_shadow_of(model, by)


def end_shadow_of(model: ModelVersion, by: User) -> None:
    """Also where the model is decided about: what is approved or refused needs no shadow."""
    for row in Shadow.objects.select_for_update().filter(model=model, ended_at__isnull=True):
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        _record(model, by, "shadow.ended", row)


def ask_shadows(*, case: Case, stack: Stack, drafted_by: ModelVersion) -> int:
    """Called when a draft was stored. Where it is the champion's, every open shadow of the project
    is asked for its own. Returns how many were. The job names no case: it hangs on nothing that a
    reader sees."""
    champion = champion_of(case.project_id)
    if champion.pk != drafted_by.pk:
        return 0
    shadows = Shadow.objects.filter(
        model__project=case.project_id, model__state__in=MAY_SHADOW, ended_at__isnull=True
    ).select_related("model")
    return sum(_ask(shadow, case, stack, champion) for shadow in shadows)


def _ask(shadow: Shadow, case: Case, stack: Stack, champion: ModelVersion) -> bool:
    model = shadow.model
    if learned_from(model, case) or shadow.drafts.filter(stack=stack).exists():
        return False
    job = enqueue(
        by=None,
        project=case.project,
        kind=JobKind.SEGMENT,
        title=f"Shadow draft by {model.name} {model.version}",
        payload={"stack": str(stack.pk), "model_id": str(model.pk), "shadow": str(shadow.pk)},
        active_key=f"shadow:{stack.pk}:{model.pk}",
        priority=Priority.BATCH,
    )
    ShadowDraft.objects.get_or_create(
        job=job, defaults={"shadow": shadow, "case": case, "stack": stack, "champion": champion}
    )
    return True


def learned_from(model: ModelVersion, case: Case) -> bool:
    """Whether the model, or one that it was trained on from, was shown the case's reference. Such a
    case isn't new to it."""
    datasets = [run.dataset_id for run in lineage_of(model)]
    return DatasetItem.objects.filter(dataset__in=datasets, reference__case=case).exists()


def is_shadow(job: Job) -> bool:
    return "shadow" in job.payload


def keep(job: Job, output: dict[str, Any]) -> None:
    """The worker's answer. It goes into the shadow's own table and nowhere else; comparing is a
    chore's work."""
    labels = StackLabels.from_json(orjson.loads(artifact_bytes(job, LABELS)))
    ShadowDraft.objects.filter(job=job).update(labels=labels.to_json(), drafted_at=timezone.now())


def _require(by: User, model: ModelVersion) -> None:
    if Permission.APPROVE_MODEL not in permissions_of(by, model.project_id):
        require(by, Permission.TRAIN, model.project_id)


def _record(model: ModelVersion, by: User, action: str, row: Shadow) -> None:
    record_in_project(
        project_id=model.project_id,
        by=by,
        action=action,
        target_type="model",
        target_id=model.pk,
        details={"shadow": str(row.pk)},
    )
