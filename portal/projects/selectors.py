"""Which projects a person sees, and what they may do there. Reads only."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.core.errors import NotAllowed, NotFound
from portal.projects.models import Invitation, Membership, Project
from portal.projects.roles import ROLE_PERMISSIONS, Permission, Role


def visible_projects(user: User) -> QuerySet[Project]:
    """Projects where the person has any role. The installation admin sees them all, as names."""
    if user.is_installation_admin:
        return Project.objects.all()
    return Project.objects.filter(memberships__user=user).distinct()


def get_project(user: User, slug: str) -> Project:
    """The visible project of that slug, else NotFound."""
    project = visible_projects(user).filter(slug=slug).first()
    if project is None:
        raise NotFound()
    return project


def roles_of(user: User, project: Project | UUID) -> set[Role]:
    project_id = project.pk if isinstance(project, Project) else project
    rows = Membership.objects.filter(user=user, project_id=project_id).values_list(
        "role", flat=True
    )
    return {Role(role) for role in rows}


def permissions_of(user: User, project: Project | UUID) -> frozenset[Permission]:
    """What the person's roles in this project add up to."""
    if not user.is_active:
        return frozenset()
    codes: set[Permission] = set()
    for role in roles_of(user, project):
        codes |= ROLE_PERMISSIONS[role]
    return frozenset(codes)


def has_permission(user: User, permission: Permission, project: Project | UUID) -> bool:
    return permission in permissions_of(user, project)


def require(user: User, permission: Permission, project: Project | UUID) -> None:
    """Raise NotAllowed unless the person holds the permission in the project."""
    if not has_permission(user, permission, project):
        raise NotAllowed()


def users_with(permission: Permission, project_id: UUID) -> set[UUID]:
    """Ids of the active people who hold a permission in a project: who may be told."""
    roles = [role for role, codes in ROLE_PERMISSIONS.items() if permission in codes]
    return set(
        Membership.objects.filter(
            project_id=project_id, role__in=roles, user__is_active=True
        ).values_list("user_id", flat=True)
    )


def projects_with(user: User, permissions: Iterable[Permission]) -> QuerySet[Project]:
    """Projects where the person holds at least one of the permissions."""
    wanted = set(permissions)
    roles = [role for role, codes in ROLE_PERMISSIONS.items() if codes & wanted]
    return Project.objects.filter(memberships__user=user, memberships__role__in=roles).distinct()


def open_invitations(project: Project) -> set[UUID]:
    """Ids of the invitations whose link still works."""
    return set(
        Invitation.objects.filter(
            project=project,
            accepted_at__isnull=True,
            expires_at__gt=timezone.now(),
            invited_by__in=users_with(Permission.MANAGE_TEAM, project.pk),
        ).values_list("pk", flat=True)
    )
