"""The people of the demo: one for each step of the loop."""

import os
from dataclasses import dataclass

from portal.accounts.models import User
from portal.accounts.services.users import create_user
from portal.projects.roles import Role
from portal.settings.env import kept_secret

DOMAIN = "accord.example"


@dataclass(frozen=True)
class Person:
    """``roles`` are those in the demo project; the admin has the installation instead."""

    name: str
    display_name: str
    comes_to: str
    roles: tuple[Role, ...] = ()
    is_admin: bool = False

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"


PEOPLE = (
    Person("admin", "Ada Admin", "users, projects, health", is_admin=True),
    Person("owner", "Owen Owner", "team, protocol, settings", (Role.OWNER,)),
    Person("coordinator", "Cora Coordinator", "import, assign, progress", (Role.COORDINATOR,)),
    Person("reader.a", "Rita Reader", "reads, blind to the other", (Role.READER,)),
    Person("reader.b", "Ravi Reader", "reads, blind to the other", (Role.READER,)),
    Person("adjudicator", "Anna Adjudicator", "settles, signs, locks", (Role.ADJUDICATOR,)),
    Person("scientist", "Dora Data", "datasets, training, models", (Role.DATA_SCIENTIST,)),
    Person("quality", "Quinn Quality", "test sets, approval, audit", (Role.QUALITY,)),
    Person("steward", "Stella Steward", "identities, quarantine, withdrawal", (Role.DATA_STEWARD,)),
)


def demo_password() -> str:
    """One password for all of them, made on first use and kept with the installation's keys;
    ``ACCORD_DEMO_PASSWORD`` sets another."""
    return os.environ.get("ACCORD_DEMO_PASSWORD") or f"demo-{kept_secret('demo_password')[:10]}"


def find_or_make_people() -> dict[str, User]:
    """By name. Passwords of people who exist already stay as they are."""
    known = {user.email: user for user in User.objects.filter(email__endswith=f"@{DOMAIN}")}
    return {
        person.name: known.get(person.email)
        or create_user(
            email=person.email,
            display_name=person.display_name,
            password=demo_password(),
            is_installation_admin=person.is_admin,
        )
        for person in PEOPLE
    }
