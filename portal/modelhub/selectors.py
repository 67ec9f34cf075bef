"""Reading models, runs and evaluations."""

from uuid import UUID

from django.db.models import QuerySet

from cmrkit.contracts.drawings import SHORT_AXIS
from portal.accounts.models import User
from portal.adjudication.dependants import Dependant
from portal.adjudication.models import ReferenceStandard
from portal.core.errors import NotFound
from portal.modelhub.errors import NoChampion
from portal.modelhub.models import (
    Champion,
    ChampionChange,
    Evaluation,
    GatePlan,
    ModelState,
    ModelVersion,
    TrainingRun,
)
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import projects_with


def champion_of(project: Project | UUID) -> ModelVersion:
    project_id = project.pk if isinstance(project, Project) else project
    row = Champion.objects.filter(project_id=project_id).select_related("model__reader").first()
    if row is None:
        raise NoChampion()
    return row.model


def models_beside(project: Project | UUID) -> dict[str, ModelVersion]:
    """By task, the model that drafts what is read beside a case's own stack: the newest that the
    project knows and that was neither refused nor retired."""
    project_id = project.pk if isinstance(project, Project) else project
    rows = (
        ModelVersion.objects.filter(project_id=project_id)
        .exclude(state__in=[ModelState.REFUSED, ModelState.RETIRED])
        .select_related("reader")
        .order_by("created_at", "pk")
    )
    return {row.task: row for row in rows if row.task != SHORT_AXIS.task}


def champion_before(champion: Champion) -> ModelVersion | None:
    """What to roll back to: the model that today's champion took over from. Models that were taken
    back themselves are passed over."""
    change = (
        ChampionChange.objects.filter(
            project_id=champion.project_id, after=champion.model_id, rolled_back=False
        )
        .select_related("before")
        .order_by("-created_at")
        .first()
    )
    return change.before if change else None


def visible_plans(user: User) -> QuerySet[GatePlan]:
    return GatePlan.objects.filter(
        project__in=projects_with(user, [Permission.VIEW_MODELS])
    ).select_related("stated_by", "signature")


def visible_models(user: User) -> QuerySet[ModelVersion]:
    return ModelVersion.objects.filter(
        project__in=projects_with(user, [Permission.VIEW_MODELS])
    ).select_related("project")


def get_model(user: User, model_id: UUID) -> ModelVersion:
    row = visible_models(user).filter(pk=model_id).first()
    if row is None:
        raise NotFound()
    return row


def model_named(user: User, slug: str, name: str, version: str = "") -> ModelVersion:
    """By its name, for commands: that version, else the newest."""
    rows = visible_models(user).filter(project__slug=slug, name=name).order_by("-created_at")
    row = (rows.filter(version=version) if version else rows).first()
    if row is None:
        raise NotFound(f"No model {name!r} {version} in {slug!r} that this person may see.")
    return row


def lineage_of(model: ModelVersion) -> list[TrainingRun]:
    """The run that made the model, the one that made its base, and so on."""
    found: list[TrainingRun] = []
    at: ModelVersion | None = model
    while at is not None:
        run = (
            TrainingRun.objects.filter(model=at)
            .select_related("dataset", "base_model", "job__project", "model")
            .first()
        )
        if run is None or run.pk in {row.pk for row in found}:
            break
        found.append(run)
        at = run.base_model
    return found


def visible_runs(user: User) -> QuerySet[TrainingRun]:
    return TrainingRun.objects.filter(
        dataset__project__in=projects_with(user, [Permission.TRAIN, Permission.APPROVE_MODEL])
    ).select_related("dataset__project", "base_model", "model", "job__project")


def get_run(user: User, run_id: UUID) -> TrainingRun:
    row = visible_runs(user).filter(pk=run_id).first()
    if row is None:
        raise NotFound()
    return row


def trainings_made_of(reference: ReferenceStandard) -> list[Dependant]:
    """Training runs on dataset versions that hold this reference; registered for reopening."""
    rows = TrainingRun.objects.filter(dataset__items__reference=reference).select_related(
        "dataset", "model"
    )
    return [
        Dependant(
            "training",
            row.pk,
            f"Training on {row.dataset.name}, version {row.dataset.version}"
            + (f": {row.model.name} {row.model.version}" if row.model else ""),
            row.created_at,
        )
        for row in rows
    ]


def newest_evaluation(model: ModelVersion) -> Evaluation | None:
    return (
        Evaluation.objects.filter(challenger=model)
        .select_related("champion", "challenger", "test_set", "job__project", "plan")
        .order_by("-created_at")
        .first()
    )
