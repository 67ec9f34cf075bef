"""Stating how models will be judged, before they are trained."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from cmrkit.gate import rules_from
from portal.accounts.models import User
from portal.accounts.services.signing import sign
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.core.hashing import digest
from portal.modelhub.errors import OwnGatePlan
from portal.modelhub.models import GatePlan, ModelVersion, TrainingRun
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of, require

TEXTS = {
    "may_change": "Say what of the model may change under this plan.",
    "protocol": "Say how a change is tested.",
    "impact": "Say what a change means for those who read.",
}


@transaction.atomic
def state_plan(
    *, by: User, project: Project, password: str, meaning: str, rules: dict[str, Any], **texts: str
) -> GatePlan:
    """A new version of the project's plan, signed. It holds for models whose training starts from
    now on; who trains them may not state it."""
    require(by, Permission.APPROVE_MODEL, project)
    if Permission.TRAIN in permissions_of(by, project):
        raise OwnGatePlan()
    found, wrong = rules_from(rules)
    wrong |= {name: [say] for name, say in TEXTS.items() if not texts[name].strip()}
    if wrong:
        raise InvalidInput(None, **wrong)
    Project.objects.select_for_update().get(pk=project.pk)  # two at once are two versions
    newest = GatePlan.objects.filter(project=project).aggregate(n=Max("version"))["n"] or 0
    kept = {name: texts[name].strip() for name in TEXTS}
    plan = GatePlan(
        project=project, version=newest + 1, rules=found.to_json(), stated_by=by, **kept
    )
    plan.signature = sign(
        by=by,
        password=password,
        meaning=meaning,
        project_id=project.pk,
        target_type="gate_plan",
        target_id=plan.pk,
        digest=digest([plan.version, plan.rules, kept]),
    )
    plan.save()
    record_in_project(
        project_id=project.pk,
        by=by,
        action="gate_plan.stated",
        target_type="gate_plan",
        target_id=plan.pk,
        details={"version": plan.version, "rules": plan.rules},
    )
    return plan


def plan_for(model: ModelVersion) -> GatePlan | None:
    """The plan that stood when the model's training began, or, where it was trained elsewhere, when
    it was registered. A plan stated afterwards doesn't judge it."""
    return _standing_at(model.project_id, _began(model))


def _began(model: ModelVersion) -> datetime:
    run = TrainingRun.objects.filter(model=model).first()
    return run.created_at if run else model.created_at


def _standing_at(project_id: Any, moment: datetime) -> GatePlan | None:
    return (
        GatePlan.objects.filter(project_id=project_id, created_at__lte=moment)
        .order_by("-version")
        .first()
    )
