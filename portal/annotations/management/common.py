"""What the importing commands share: project, person, meanings."""

from argparse import ArgumentTypeError

from django.core.management.base import CommandError, CommandParser

from cmrkit.annotations_in import Tissue, parse_mapping
from cmrkit.errors import CmrkitError
from portal.accounts.models import User
from portal.accounts.selectors import person_with_email
from portal.core.errors import NotFound
from portal.projects.models import Membership, Project
from portal.projects.roles import Permission
from portal.projects.selectors import has_permission


def add_common_arguments(parser: CommandParser) -> None:
    parser.add_argument("--project", required=True, metavar="SLUG")
    parser.add_argument("--by", metavar="EMAIL", help="who imports (default: a coordinator)")
    parser.add_argument("--source", default="", metavar="LABEL", help="who made the annotations")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="NAME=MEANING",
        help="what a label's name or number means: rv_cavity, myocardium, lv_cavity, lv_whole, a "
        "structure of the protocol, or ignore; may be repeated",
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def project_named(slug: str) -> Project:
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise CommandError(f"There is no project {slug!r}.")
    return project


def importer(project: Project, email: str | None) -> User:
    """The person of that address, else whoever may import in the project."""
    if email:
        try:
            return person_with_email(email)
        except NotFound as error:
            raise CommandError(str(error)) from error
    for row in Membership.objects.filter(project=project).select_related("user"):
        if has_permission(row.user, Permission.IMPORT, project):
            return row.user
    raise CommandError("Nobody in this project may import. Add a coordinator, or give --by EMAIL.")


def mapping_of(texts: list[str]) -> dict[str, Tissue | None] | None:
    try:
        return parse_mapping(texts) or None
    except CmrkitError as error:
        raise CommandError(str(error)) from error


def triple(text: str) -> tuple[float, float, float]:
    """``X,Y,Z`` in mm."""
    try:
        x, y, z = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ArgumentTypeError("give three numbers, as in 1.4,1.4,8") from error
    return x, y, z
