"""People and projects for tests, made through the services that the product uses."""

from portal.accounts.models import User
from portal.projects.models import Membership, Project
from portal.projects.roles import Role
from portal.projects.services.projects import create_project
from portal.projects.setup import ProjectOptions

PASSWORD = "correct horse battery"


def make_user(name: str, *, admin: bool = False) -> User:
    user = User(email=f"{name}@example.org", display_name=name.title(), is_installation_admin=admin)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_project(slug: str = "trial", *, starting_model: str = "") -> Project:
    admin = User.objects.filter(is_installation_admin=True).first()
    admin = admin or make_user(f"admin-{slug}", admin=True)
    return create_project(
        by=admin,
        name=slug.title(),
        slug=slug,
        options=ProjectOptions(starting_model=starting_model),
    )


def add(project: Project, name: str, *roles: Role) -> User:
    user = User.objects.filter(email=f"{name}@example.org").first() or make_user(name)
    for role in roles:
        Membership.objects.get_or_create(project=project, user=user, role=role)
    return user


def team(project: Project) -> dict[Role, User]:
    """One person per role."""
    return {role: add(project, f"{role.value}-{project.slug}", role) for role in Role}
