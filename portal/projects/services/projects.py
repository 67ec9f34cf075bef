"""Creating and changing projects."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core import clock
from portal.core.errors import InvalidInput, NotAllowed
from portal.projects.deidentification import is_settled, procedure_name
from portal.projects.errors import DeidentificationFixed, SlugTaken, UnknownPerson
from portal.projects.models import Membership, Project, Site
from portal.projects.roles import Permission, Role
from portal.projects.selectors import require
from portal.projects.setup import ProjectOptions, run_setup_steps

DEFAULT_SITE = "Main"


@dataclass(frozen=True)
class Deidentification:
    """What the project page asks: whether, and what may stay (``cmrkit.deid.Option``)."""

    on: bool = False
    options: Iterable[str] = ()

    @property
    def procedure(self) -> str:
        return procedure_name(deidentify=self.on, options=self.options)


def create_project(
    *,
    by: User,
    name: str,
    slug: str = "",
    description: str = "",
    time_zone: str = "UTC",
    owner_email: str = "",
    deidentification: Deidentification | None = None,
    options: ProjectOptions | None = None,
) -> Project:
    """A new project with an owner and one site. Installation admins alone may."""
    if not by.is_installation_admin:
        raise NotAllowed("Only an installation admin creates projects. Ask one to name you owner.")
    if not name.strip():
        raise InvalidInput(name=["Give the project a name."])
    _check_zone(time_zone)
    owner = by
    if owner_email:
        found = User.objects.filter(email=owner_email.strip().lower(), is_active=True).first()
        if found is None:
            raise UnknownPerson(owner_email=[UnknownPerson.message])
        owner = found
    short = slugify(slug or name)[:60]
    if not short:
        raise InvalidInput(slug=["Use letters and digits for the short name."])
    if Project.objects.filter(slug=short).exists():
        raise SlugTaken(slug=[SlugTaken.message])
    procedure = (deidentification or Deidentification()).procedure
    try:
        with transaction.atomic():
            project = Project.objects.create(
                slug=short,
                name=name.strip(),
                description=description,
                time_zone=time_zone,
                deid_procedure=procedure,
            )
            Site.objects.create(project=project, name=DEFAULT_SITE)
            Membership.objects.create(project=project, user=owner, role=Role.OWNER)
            record_in_project(
                project_id=project.pk,
                by=by,
                action="project.created",
                target_type="project",
                target_id=project.pk,
                details={"owner": str(owner.pk), "deid_procedure": procedure},
            )
            run_setup_steps(project, by, options or ProjectOptions())
    except IntegrityError as error:
        raise SlugTaken(slug=[SlugTaken.message]) from error
    return project


@transaction.atomic
def update_project(
    *,
    by: User,
    project: Project,
    name: str | None = None,
    description: str | None = None,
    time_zone: str | None = None,
    deidentification: Deidentification | None = None,
) -> Project:
    require(by, Permission.EDIT_SETTINGS, project)
    if time_zone is not None:
        _check_zone(time_zone)
    changes = {"name": name, "description": description, "time_zone": time_zone}
    named = {key: value for key, value in changes.items() if value is not None}
    if deidentification is not None:
        named |= _chosen(project, deidentification.procedure)
    for key, value in named.items():
        setattr(project, key, value)
    if named:
        project.save(update_fields=list(named))
        record_in_project(
            project_id=project.pk,
            by=by,
            action="project.changed",
            target_type="project",
            target_id=project.pk,
            details={
                "fields": sorted(named),
                **{key: value for key, value in named.items() if key == "deid_procedure"},
            },
        )
    return project


def _check_zone(name: str) -> None:
    try:
        clock.zone_called(name)
    except ValueError as error:
        raise InvalidInput(
            time_zone=["There is no such time zone. Write it like Europe/London or UTC."]
        ) from error


def _chosen(project: Project, procedure: str) -> dict[str, str]:
    """The change to make, if it is one and may still be made; imports wait for this lock."""
    project.deid_procedure = Project.objects.select_for_update().get(pk=project.pk).deid_procedure
    if procedure == project.deid_procedure:
        return {}
    if is_settled(project):
        raise DeidentificationFixed(deidentification=[DeidentificationFixed.message])
    return {"deid_procedure": procedure}
