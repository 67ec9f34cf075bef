"""Reading models, runs and evaluations."""

from uuid import UUID

from django.db.models import QuerySet

from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.modelhub.errors import NoChampion
from portal.modelhub.models import Champion, Evaluation, ModelVersion, TrainingRun
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import projects_with


def champion_of(project: Project | UUID) -> ModelVersion:
    project_id = project.pk if isinstance(project, Project) else project
    row = Champion.objects.filter(project_id=project_id).select_related("model__reader").first()
    if row is None:
        raise NoChampion()
    return row.model


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


def visible_runs(user: User) -> QuerySet[TrainingRun]:
    return TrainingRun.objects.filter(
        dataset__project__in=projects_with(user, [Permission.TRAIN, Permission.APPROVE_MODEL])
    ).select_related("dataset__project", "base_model", "model", "job__project")


def get_run(user: User, run_id: UUID) -> TrainingRun:
    row = visible_runs(user).filter(pk=run_id).first()
    if row is None:
        raise NotFound()
    return row


def newest_evaluation(model: ModelVersion) -> Evaluation | None:
    return (
        Evaluation.objects.filter(challenger=model)
        .select_related("champion", "challenger", "test_set", "job__project")
        .order_by("-created_at")
        .first()
    )
