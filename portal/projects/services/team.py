"""Who is in a project, with which roles."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput, NotFound
from portal.projects.errors import LastOwner, UnknownPerson
from portal.projects.models import Membership, Project
from portal.projects.roles import Permission, Role
from portal.projects.selectors import require
from portal.projects.services.epoch import bump_permission_epoch


def parse_roles(codes: Iterable[str]) -> set[Role]:
    """Known roles, at least one; raises InvalidInput."""
    try:
        roles = {Role(code) for code in codes}
    except ValueError as error:
        raise InvalidInput(roles=["There is no such role."]) from error
    if not roles:
        raise InvalidInput(roles=["Give at least one role."])
    return roles


def add_member(*, by: User, project: Project, email: str, roles: Iterable[str]) -> User:
    """Give an existing person roles; roles they hold already stay."""
    require(by, Permission.MANAGE_TEAM, project)
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise UnknownPerson(email=[UnknownPerson.message])
    with transaction.atomic():
        grant(by=by, project=project, user=user, roles=parse_roles(roles))
    return user


def grant(*, by: User | None, project: Project, user: User, roles: set[Role]) -> None:
    """Add roles inside the caller's transaction."""
    for role in sorted(roles):
        Membership.objects.get_or_create(project=project, user=user, role=role)
    bump_permission_epoch(project.pk)
    record_in_project(
        project_id=project.pk,
        by=by or user,
        action="member.added",
        target_type="user",
        target_id=user.pk,
        details={"roles": sorted(roles)},
    )
    if by is not None and by.pk != user.pk:
        notify(
            user_ids=[user.pk],
            kind="member_added",
            text=f"You are now in {project.name}.",
            href=f"/p/{project.slug}",
            project=project.slug,
        )


@transaction.atomic
def set_roles(*, by: User, project: Project, user_id: UUID | str, roles: Iterable[str]) -> None:
    """Replace a member's roles; an empty list removes them from the project."""
    require(by, Permission.MANAGE_TEAM, project)
    Project.objects.select_for_update().get(pk=project.pk)
    codes = list(roles)
    wanted = parse_roles(codes) if codes else set()
    held = Membership.objects.filter(project=project, user_id=user_id)
    if not held.exists():
        raise NotFound()
    other_owner = (
        Membership.objects.filter(project=project, role=Role.OWNER, user__is_active=True)
        .exclude(user_id=user_id)
        .exists()
    )
    if Role.OWNER not in wanted and held.filter(role=Role.OWNER).exists() and not other_owner:
        raise LastOwner()
    held.exclude(role__in=wanted).delete()
    for role in sorted(wanted):
        Membership.objects.get_or_create(project=project, user_id=user_id, role=role)
    bump_permission_epoch(project.pk)
    record_in_project(
        project_id=project.pk,
        by=by,
        action="member.changed" if wanted else "member.removed",
        target_type="user",
        target_id=user_id,
        details={"roles": sorted(wanted)},
    )
