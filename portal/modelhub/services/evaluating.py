"""Challenger beside champion on a frozen test set."""

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from cmrkit.contracts import JobKind
from cmrkit.gate import DEFAULT, as_json, by_stratum, judge, rules_from, summarise
from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.datasets.models import TestSet
from portal.datasets.work import refuse_withdrawn_set, test_set_inputs
from portal.jobs.models import Job
from portal.jobs.registry import LinkInput, Work
from portal.jobs.services.queue import enqueue
from portal.modelhub.errors import DrawsOtherImages
from portal.modelhub.groups import groups_of
from portal.modelhub.models import Evaluation, ModelState, ModelVersion
from portal.modelhub.selectors import champion_of
from portal.modelhub.services.gate_plans import plan_for
from portal.modelhub.work import model_ref
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of, require


@transaction.atomic
def evaluate(*, by: User, model: ModelVersion, test_set: TestSet) -> Evaluation:
    """Ask for an evaluation beside today's champion."""
    if Permission.APPROVE_MODEL not in permissions_of(by, model.project_id):
        require(by, Permission.TRAIN, model.project_id)
    refuse_withdrawn_set(test_set)
    if not model.may_be_champion:
        raise DrawsOtherImages(None, model_id=[DrawsOtherImages.message])
    champion = champion_of(model.project_id)
    if test_set.project_id != model.project_id:
        raise InvalidInput(None, test_set_id=["Choose a test set of this project."])
    if champion.pk == model.pk:
        raise InvalidInput("This model is the champion; evaluate a challenger beside it.")
    job = enqueue(
        by=by,
        project=model.project,
        kind=JobKind.EVALUATE,
        title=f"Evaluate {model.name} {model.version} on {test_set.name}",
        payload={"model": str(model.pk), "test_set": str(test_set.pk)},
        active_key=f"evaluate:{model.pk}:{test_set.pk}:{champion.pk}",
    )
    evaluation, _ = Evaluation.objects.get_or_create(
        job=job, defaults={"challenger": model, "champion": champion, "test_set": test_set}
    )
    return evaluation


def fill(job: Job, link: LinkInput) -> Work:
    row = Evaluation.objects.select_related("champion", "challenger", "test_set").get(job=job)
    assert row.champion is not None
    return Work(
        inputs=test_set_inputs(row.test_set, link),
        models=(model_ref(row.champion, link), model_ref(row.challenger, link)),
    )


def finish(job: Job, output: dict[str, Any]) -> None:
    """Sum up both sides and let the gate speak, by the plan that stood before the training."""
    row = Evaluation.objects.select_related("challenger__project", "test_set").get(job=job)
    model = row.challenger
    row.plan = plan_for(model)
    rules = rules_from(row.plan.rules)[0] if row.plan else DEFAULT
    champion, challenger = (side["cases"] for side in output["sides"])
    groups = groups_of(row.test_set)
    checks = judge(champion, challenger, groups, rules)
    strata = by_stratum(champion, challenger, groups, rules.min_stratum)
    row.metrics = {
        "champion": asdict(summarise(champion)),
        "challenger": asdict(summarise(challenger)),
        "strata": [asdict(stratum) for stratum in strata],
        "cases": [champion, challenger],
    }
    row.rules = rules.to_json()
    row.gate_checks = as_json(checks)
    row.gate_passed = all(c.passed for c in checks)
    row.decided_at = timezone.now()
    row.save()
    if model.state in (ModelState.REGISTERED, ModelState.CHALLENGER, ModelState.REFUSED):
        model.state = ModelState.CHALLENGER if row.gate_passed else ModelState.REFUSED
        model.save(update_fields=["state"])
    record_in_project(
        project_id=model.project_id,
        by=None,
        action="gate.passed" if row.gate_passed else "gate.refused",
        target_type="model",
        target_id=model.pk,
        details={
            "evaluation": str(row.pk),
            "plan": row.plan.version if row.plan else None,
            "failed": [c.code for c in checks if not c.passed],
        },
    )
