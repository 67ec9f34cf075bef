"""Counts and first-run steps of a project, as far as the person may know them."""

from dataclasses import dataclass

from portal.accounts.models import User
from portal.cases.models import Case, CaseState
from portal.imaging.models import Study
from portal.modelhub.models import Champion, ModelVersion
from portal.projects.models import Membership, Project
from portal.projects.roles import Permission, Role
from portal.projects.selectors import permissions_of, roles_of
from portal.reads.models import Read, ReadPurpose


@dataclass(frozen=True)
class Counts:
    """``None`` where the person may not know."""

    studies: int | None
    cases: int | None
    cases_locked: int | None
    members: int | None


@dataclass(frozen=True)
class Step:
    """One step of the guided first run; ``href`` is where it is done."""

    key: str
    title: str
    done: bool
    href: str


@dataclass(frozen=True)
class ProjectOverview:
    project: Project
    roles: list[Role]
    permissions: list[Permission]
    champion: ModelVersion | None
    counts: Counts
    first_run: list[Step]


def overview(user: User, project: Project) -> ProjectOverview:
    """Everything that the project's front page shows to this person."""
    permissions = permissions_of(user, project)
    champion = Champion.objects.select_related("model").filter(project=project).first()
    return ProjectOverview(
        project=project,
        roles=sorted(roles_of(user, project)),
        permissions=sorted(permissions),
        champion=champion.model if champion else None,
        counts=_counts(project, permissions),
        first_run=_first_run(project, permissions, champion is not None),
    )


def _counts(project: Project, permissions: frozenset[Permission]) -> Counts:
    cases = Case.objects.filter(project=project)
    may_list = Permission.VIEW_CASES in permissions
    return Counts(
        studies=Study.objects.filter(project=project, case__isnull=False).count()
        if Permission.VIEW_STUDIES in permissions
        else None,
        cases=cases.count() if may_list else None,
        cases_locked=cases.filter(state=CaseState.LOCKED).count() if may_list else None,
        members=Membership.objects.filter(project=project).values("user").distinct().count()
        if Permission.MANAGE_TEAM in permissions
        else None,
    )


def _first_run(
    project: Project, permissions: frozenset[Permission], has_champion: bool
) -> list[Step]:
    """Steps for those who set a project up; nobody else sees any."""
    setting_up = {Permission.MANAGE_TEAM, Permission.IMPORT}
    if not permissions & setting_up:
        return []
    roles = set(Membership.objects.filter(project=project).values_list("role", flat=True))
    base = f"/p/{project.slug}"
    reads = Read.objects.filter(case__project=project, purpose=ReadPurpose.READING)
    team_ready = {Role.COORDINATOR, Role.READER, Role.ADJUDICATOR} <= roles
    imported = Study.objects.filter(project=project, case__isnull=False).exists()
    return [
        Step("team", "Bring in coordinator, readers, adjudicator", team_ready, f"{base}/team"),
        Step("model", "Choose the starting model", has_champion, f"{base}/models"),
        Step("import", "Import studies", imported, f"{base}/imports"),
        Step("assign", "Assign cases to readers", reads.exists(), f"{base}/cases"),
        Step(
            "lock",
            "Lock the first reference standard",
            Case.objects.filter(project=project, state=CaseState.LOCKED).exists(),
            f"{base}/cases",
        ),
    ]
