"""Reading protocols."""

from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.protocols.errors import NoProtocol
from portal.protocols.models import Protocol, ProtocolVersion
from portal.protocols.schema import Rules


def latest_versions(project: Project | UUID) -> QuerySet[ProtocolVersion]:
    """The newest version of each protocol of a project, oldest protocol first."""
    project_id = project.pk if isinstance(project, Project) else project
    newest = (
        ProtocolVersion.objects.filter(protocol=OuterRef("protocol"))
        .order_by("-number")
        .values("pk")[:1]
    )
    return (
        ProtocolVersion.objects.filter(protocol__project_id=project_id, pk=Subquery(newest))
        .select_related("protocol")
        .order_by("protocol__created_at", "protocol_id")
    )


def visible_protocols(user: User, project: Project) -> QuerySet[ProtocolVersion]:
    """Protocols are no secret inside a project."""
    require(user, Permission.VIEW_PROJECT, project)
    return latest_versions(project)


def visible_protocol(user: User, project: Project, protocol_id: UUID) -> Protocol:
    """The protocol, else NotFound."""
    require(user, Permission.VIEW_PROJECT, project)
    row = Protocol.objects.filter(project=project, pk=protocol_id).first()
    if row is None:
        raise NotFound()
    return row


def current_version(project_id: UUID) -> ProtocolVersion:
    """What new reads of the project use; raises NoProtocol."""
    row = latest_versions(project_id).first()
    if row is None:
        raise NoProtocol()
    return row


def rules_of(version: ProtocolVersion) -> Rules:
    return Rules(version.rules)
