"""Back to the champion before this one."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.modelhub.errors import NoEarlierChampion
from portal.modelhub.models import Champion, ChampionChange, ModelState, ModelVersion
from portal.modelhub.selectors import champion_before
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with


@transaction.atomic
def roll_back(*, by: User, project: Project, model: ModelVersion, reason: str) -> ModelVersion:
    """Take ``model`` off and use the champion before it again. One person is enough: what comes
    back passed the gate and was approved by two, or was chosen when the project was made. ``model``
    must be today's champion, so that a second click doesn't go back twice."""
    require(by, Permission.APPROVE_MODEL, project)
    if not reason.strip():
        raise InvalidInput(None, reason=["Say why the champion is taken back."])
    champion = Champion.objects.select_for_update().get(project=project)
    before = champion_before(champion)
    if champion.model_id != model.pk or before is None:
        raise NoEarlierChampion()
    ModelVersion.objects.filter(pk=model.pk).update(state=ModelState.RETIRED)
    ModelVersion.objects.filter(pk=before.pk).update(state=ModelState.CHAMPION)
    champion.model, champion.since = before, timezone.now()
    champion.save()
    ChampionChange.objects.create(
        project=project,
        before=model,
        after=before,
        rolled_back=True,
        reason=reason.strip()[:500],
        by=by,
    )
    record_in_project(
        project_id=project.pk,
        by=by,
        action="model.rolled_back",
        target_type="model",
        target_id=before.pk,
        details={"before": str(model.pk), "reason": reason.strip()[:500]},
    )
    people = users_with(Permission.APPROVE_MODEL, project.pk)
    people |= users_with(Permission.PROPOSE_MODEL, project.pk)
    notify(
        user_ids=people - {by.pk},
        kind="model.rolled_back",
        text=f"{model.name} {model.version} was taken back; {before.name} {before.version} drafts",
        href=f"/p/{project.slug}/models/{before.pk}",
        project=project.slug,
    )
    before.refresh_from_db()
    return before
