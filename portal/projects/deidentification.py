"""How a project de-identifies: the chosen procedure, and when it can't be chosen any more.

``projects`` doesn't know studies; the app that does registers here what settles the choice.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable

from django.conf import settings

from cmrkit.deid import NONE, Option, Procedure, ProjectKeys, procedure_named
from portal.core.errors import InvalidInput
from portal.projects.models import Project

Settled = Callable[[Project], bool]
_settled: list[Settled] = []


def register_settled(check: Settled) -> None:
    """``check(project)`` tells whether something is stored that was cleaned (or not) by the
    project's procedure. Call once, from ``AppConfig.ready``."""
    if check not in _settled:
        _settled.append(check)


def is_settled(project: Project) -> bool:
    """Whether the procedure can't be changed any more."""
    return any(check(project) for check in _settled)


def procedure_name(*, deidentify: bool, options: Iterable[str]) -> str:
    """The name of the chosen procedure. Raises InvalidInput for an unknown option."""
    chosen = set(options)
    unknown = chosen - set(Option)
    if unknown:
        known = ", ".join(Option)
        raise InvalidInput(deidentification=[f"An option is unknown. Choose from: {known}."])
    if not deidentify:
        return NONE
    return Procedure(frozenset(Option(text) for text in chosen)).name


def procedure_of(project: Project) -> Procedure | None:
    """What cleans the project's files; None where they are stored as sent."""
    return procedure_named(project.deid_procedure)


def project_keys(project: Project) -> ProjectKeys:
    """The project's own key for UIDs, pseudonyms and dates, derived from the installation's."""
    secret = hmac.new(
        settings.ACCORD_PSEUDONYM_KEY.encode(), f"deid|{project.pk}".encode(), hashlib.sha256
    )
    return ProjectKeys(secret.digest())
