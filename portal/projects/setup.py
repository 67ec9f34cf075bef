"""What higher apps add to a new project, in the transaction that creates it.

``projects`` knows neither protocols nor models; they register a step here when they are loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.accounts.models import User
from portal.projects.models import Project


@dataclass(frozen=True)
class ProjectOptions:
    """What the guided creation asks besides the name."""

    starting_model: str = ""
    ai_visible: bool = True
    reads_per_case: int = 2
    protocol: str = ""  # a ready one; its own AI and reads per case then hold


SetupStep = Callable[[Project, User, ProjectOptions], None]

_steps: list[SetupStep] = []


def register_setup_step(step: SetupStep) -> None:
    """Call once, from ``AppConfig.ready``."""
    if step not in _steps:
        _steps.append(step)


def run_setup_steps(project: Project, by: User, options: ProjectOptions) -> None:
    for step in _steps:
        step(project, by, options)
