"""Models that come into a project: shipped packages and trained challengers."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.modelhub.errors import UnknownModel
from portal.modelhub.models import Champion, ModelState, ModelVersion
from portal.modelhub.packages import (
    DEFAULT_MODEL,
    Package,
    default_packages_beside,
    shipped_packages,
)
from portal.projects.models import Project
from portal.projects.setup import ProjectOptions
from portal.reads.models import Reader, ReaderKind
from portal.storage.models import Blob


def reader_of_model(name: str, version: str, weights_sha256: str) -> Reader:
    """The AI is a reader too; one per weights."""
    reader, _ = Reader.objects.get_or_create(
        model_hash=weights_sha256,
        defaults={"kind": ReaderKind.MODEL, "label": f"{name} {version}"},
    )
    return reader


def register_model(
    *, project: Project, card: dict[str, Any], state: ModelState, weights: Blob | None = None
) -> ModelVersion:
    sha256 = weights.sha256 if weights else card["weights_sha256"]
    return ModelVersion.objects.create(
        project=project,
        name=card["name"],
        version=card["version"],
        title=card["title"],
        state=state,
        weights_sha256=sha256,
        weights=weights,
        card=card,
        noncommercial=bool(card["noncommercial"]),
        demonstration=bool(card["demonstration"]),
        reader=reader_of_model(card["name"], card["version"], sha256),
    )


def set_up_models(project: Project, by: User, options: ProjectOptions) -> None:
    """A new project knows every shipped package; the chosen one is its champion."""
    packages = shipped_packages()
    if not packages:
        return
    wanted = options.starting_model or DEFAULT_MODEL
    if options.starting_model and wanted not in {p.name for p in packages}:
        raise UnknownModel(None, starting_model=[UnknownModel.message])
    for package in packages:
        chosen = package.name == wanted
        state = ModelState.CHAMPION if chosen else ModelState.REGISTERED
        model = register_model(project=project, card=package.card, state=state)
        if chosen:
            Champion.objects.create(project=project, model=model)
            record_in_project(
                project_id=project.pk,
                by=by,
                action="model.chosen",
                target_type="model",
                target_id=model.pk,
                details={"name": model.name, "version": model.version},
            )
    register_packages(project=project, by=by, packages=default_packages_beside())


@transaction.atomic
def register_packages(
    *, project: Project, by: User | None, packages: Iterable[Package]
) -> list[ModelVersion]:
    """Those that the project doesn't know yet; answers what came in. ``by`` is None where the
    installation does it, from its own command line."""
    known = set(ModelVersion.objects.filter(project=project).values_list("name", "version"))
    made = []
    for package in packages:
        if (package.name, package.version) in known:
            continue
        model = register_model(project=project, card=package.card, state=ModelState.REGISTERED)
        made.append(model)
        record_in_project(
            project_id=project.pk,
            by=by,
            action="model.registered",
            target_type="model",
            target_id=model.pk,
            details={"name": model.name, "version": model.version, "draws": model.task},
        )
    return made
