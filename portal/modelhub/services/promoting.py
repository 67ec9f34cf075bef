"""From challenger to champion: one proposes, another approves with a signature."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.accounts.services.signing import sign
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.core.hashing import digest
from portal.datasets.work import refuse_withdrawn_set
from portal.modelhub.errors import (
    AlreadyProposed,
    GateRefused,
    NotEvaluated,
    NotProposed,
    OwnProposal,
    TooFewInShadow,
)
from portal.modelhub.models import (
    Champion,
    ChampionChange,
    Evaluation,
    ModelState,
    ModelVersion,
    Proposal,
)
from portal.modelhub.selectors import newest_evaluation
from portal.modelhub.services.shadowing import end_shadow_of
from portal.modelhub.shadow_selectors import n_shadowed
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with


def _passed(model: ModelVersion, champion: Champion | None) -> Evaluation:
    """The newest evaluation, if it is beside this champion and the gate let it through."""
    row = newest_evaluation(model)
    if row is None or row.decided_at is None:
        raise NotEvaluated()
    if champion is None or row.champion_id != champion.model_id:
        raise NotEvaluated()
    refuse_withdrawn_set(row.test_set)
    if not row.gate_passed:
        raise GateRefused(checks=[c["code"] for c in row.gate_checks if not c["passed"]])
    asked, drafted = int((row.rules or {}).get("min_shadow", 0)), n_shadowed(model)
    if drafted < asked:
        raise TooFewInShadow(
            f"The gate plan asks for {asked} cases drafted in the shadow; there are {drafted}.",
            asked=asked,
            drafted=drafted,
        )
    return row


@transaction.atomic
def propose(*, by: User, model: ModelVersion, reason: str) -> Proposal:
    require(by, Permission.PROPOSE_MODEL, model.project_id)
    if not reason.strip():
        raise InvalidInput(None, reason=["Say why this model should be used."])
    model = ModelVersion.objects.select_for_update().get(pk=model.pk)
    evaluation = _passed(model, Champion.objects.filter(project_id=model.project_id).first())
    if Proposal.objects.filter(model=model, approved__isnull=True).exists():
        raise AlreadyProposed()
    row = Proposal.objects.create(
        model=model, evaluation=evaluation, proposed_by=by, reason=reason.strip()[:500]
    )
    record_in_project(
        project_id=model.project_id,
        by=by,
        action="model.proposed",
        target_type="model",
        target_id=model.pk,
        details={"evaluation": str(evaluation.pk)},
    )
    notify(
        user_ids=users_with(Permission.APPROVE_MODEL, model.project_id) - {by.pk},
        kind="model.proposed",
        text=f"{model.name} {model.version} is proposed as champion",
        href=f"/p/{model.project.slug}/models/{model.pk}",
        project=model.project.slug,
    )
    return row


def _open_proposal(by: User, model: ModelVersion) -> Proposal:
    require(by, Permission.APPROVE_MODEL, model.project_id)
    row = Proposal.objects.select_for_update().filter(model=model, approved__isnull=True).first()
    if row is None:
        raise NotProposed()
    if row.proposed_by_id == by.pk:
        raise OwnProposal()
    return row


@transaction.atomic
def approve(
    *, by: User, model: ModelVersion, password: str, meaning: str, reason: str = ""
) -> ModelVersion:
    """Make the model champion. The gate is asked again: the champion may have changed."""
    row = _open_proposal(by, model)
    # before the gate is asked: another approval at this moment changes whom it was held against
    champion = Champion.objects.select_for_update().get(project_id=model.project_id)
    evaluation = _passed(model, champion)
    row.signature = sign(
        by=by,
        password=password,
        meaning=meaning,
        project_id=model.project_id,
        target_type="model",
        target_id=model.pk,
        digest=digest([model.weights_sha256, evaluation.metrics, evaluation.gate_checks]),
    )
    _decide(row, by, approved=True, reason=reason)
    ModelVersion.objects.filter(pk=champion.model_id).update(state=ModelState.RETIRED)
    ModelVersion.objects.filter(pk=model.pk).update(state=ModelState.CHAMPION)
    old = champion.model_id
    champion.model, champion.since = model, timezone.now()
    champion.save()
    ChampionChange.objects.create(
        project_id=model.project_id, before_id=old, after=model, reason=row.reason, by=by
    )
    record_in_project(
        project_id=model.project_id,
        by=by,
        action="model.promoted",
        target_type="model",
        target_id=model.pk,
        details={"before": str(old), "evaluation": str(evaluation.pk)},
    )
    model.refresh_from_db()
    return model


@transaction.atomic
def refuse(*, by: User, model: ModelVersion, reason: str) -> ModelVersion:
    row = _open_proposal(by, model)
    if not reason.strip():
        raise InvalidInput(None, reason=["Say why."])
    _decide(row, by, approved=False, reason=reason)
    ModelVersion.objects.filter(pk=model.pk).update(state=ModelState.REFUSED)
    record_in_project(
        project_id=model.project_id,
        by=by,
        action="model.refused",
        target_type="model",
        target_id=model.pk,
    )
    model.refresh_from_db()
    return model


def _decide(row: Proposal, by: User, *, approved: bool, reason: str) -> None:
    row.approved, row.decided_by, row.decided_at = approved, by, timezone.now()
    row.decision_reason = reason.strip()[:500]
    row.save()
    end_shadow_of(row.model, by)
