from typing import Any

from api.v1.projects.rendering import model_brief
from cmrkit.gate import DEFAULT
from portal.accounts.models import User
from portal.jobs.selectors import describe
from portal.modelhub.models import (
    Champion,
    Evaluation,
    GatePlan,
    ModelState,
    ModelVersion,
    Proposal,
    TrainingRun,
)
from portal.modelhub.selectors import champion_before, newest_evaluation
from portal.modelhub.withdrawn import learned_from_withdrawn
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of


def evaluation(row: Evaluation, *, cases: bool) -> dict[str, Any]:
    """``cases``: the per-case results, for those who open frozen test sets and those who train."""
    metrics = row.metrics or {}

    def side(name: str, model: ModelVersion | None) -> dict[str, Any] | None:
        if name not in metrics:
            return None
        return {"model": model_brief(model) if model else None, **metrics[name]}

    found: dict[str, Any] = {
        "id": row.pk,
        "test_set": {
            "id": row.test_set.pk,
            "name": row.test_set.name,
            "is_phantom": row.test_set.is_phantom,
        },
        "champion": side("champion", row.champion),
        "challenger": side("challenger", row.challenger),
        "gate": {
            "passed": row.gate_passed,
            "checks": row.gate_checks,
            "decided_at": row.decided_at,
            "plan_version": row.plan.version if row.plan else None,
        },
        "strata": metrics.get("strata", []),
        "job": describe(row.job),
        "created_at": row.created_at,
    }
    if cases and metrics:
        found["cases"] = metrics["cases"]
    return found


def proposal(row: Proposal) -> dict[str, Any]:
    return {
        "id": row.pk,
        "proposed_by": row.proposed_by.display_name,
        "reason": row.reason,
        "created_at": row.created_at,
        "approved": row.approved,
        "decided_by": row.decided_by.display_name if row.decided_by else None,
        "decided_at": row.decided_at,
        "decision_reason": row.decision_reason,
    }


def gate_plan(row: GatePlan) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "rules": {**DEFAULT.to_json(), **row.rules},  # plans may be older than a rule
        "may_change": row.may_change,
        "protocol": row.protocol,
        "impact": row.impact,
        "stated_by": row.stated_by.display_name,
        "created_at": row.created_at,
        "digest": row.signature.digest,
    }


def actions(user: User, row: ModelVersion, latest: Evaluation | None) -> list[str]:
    """What this person may do with the model now; the page shows these buttons alone."""
    held = permissions_of(user, row.project_id)
    found: list[str] = []
    open_proposal = row.proposals.filter(approved__isnull=True).first()
    if row.state == ModelState.CHAMPION:
        earlier = champion_before(Champion(project_id=row.project_id, model=row))
        if Permission.APPROVE_MODEL in held and earlier is not None:
            found.append("roll_back")
        return found
    if held & {Permission.TRAIN, Permission.APPROVE_MODEL}:
        found.append("evaluate")
    passed = latest is not None and latest.gate_passed is True
    if Permission.PROPOSE_MODEL in held and passed and open_proposal is None:
        found.append("propose")
    others = open_proposal is not None and open_proposal.proposed_by_id != user.pk
    if Permission.APPROVE_MODEL in held and others:
        found += ["approve", "refuse"]
    return found


def model_detail(user: User, row: ModelVersion) -> dict[str, Any]:
    latest = newest_evaluation(row)
    held = permissions_of(user, row.project_id)
    cases = bool(held & {Permission.VIEW_TEST_SET_CASES, Permission.TRAIN})
    rows = row.evaluations.select_related(
        "champion", "challenger", "test_set", "job__project", "plan"
    ).order_by("-created_at")
    run = TrainingRun.objects.filter(model=row).first()
    return {
        **model_brief(row),
        "project": {"slug": row.project.slug, "name": row.project.name},
        "card": row.card,
        "weights_sha256": row.weights_sha256,
        "training_run_id": run.pk if run else None,
        "withdrawn_data": learned_from_withdrawn(row),
        "evaluations": [evaluation(e, cases=cases) for e in rows],
        "proposals": [proposal(p) for p in row.proposals.order_by("-created_at")],
        "actions": actions(user, row, latest),
        "created_at": row.created_at,
    }


def training_run(row: TrainingRun, *, curve: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": row.pk,
        "dataset": {"id": row.dataset.pk, "name": row.dataset.name, "version": row.dataset.version},
        "base_model": model_brief(row.base_model),
        "model": model_brief(row.model) if row.model else None,
        "params": row.params,
        "job": describe(row.job),
        "created_at": row.created_at,
    }
    if curve:
        found["points"] = list(row.points.order_by("step").values("step", "loss", "val_dice"))
    return found
