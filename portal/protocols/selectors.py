"""Reading protocols."""

from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.protocols.changes import Change, changes
from portal.protocols.documents import document_of, document_problems, rules_in
from portal.protocols.errors import NoProtocol
from portal.protocols.mapping import Mapping, proposed, stays_same, to_ask
from portal.protocols.models import Protocol, ProtocolVersion
from portal.protocols.schema import Rules

MOST_VERSIONS = 100_000  # beyond it a number in an address is a slip


def latest_versions(project: Project | UUID) -> QuerySet[ProtocolVersion]:
    """The newest version of each protocol of a project: the one in use, then the oldest first."""
    project_id = project.pk if isinstance(project, Project) else project
    newest = (
        ProtocolVersion.objects.filter(protocol=OuterRef("protocol"))
        .order_by("-number")
        .values("pk")[:1]
    )
    return (
        ProtocolVersion.objects.filter(protocol__project_id=project_id, pk=Subquery(newest))
        .select_related("protocol")
        .order_by("-protocol__in_use", "protocol__created_at", "protocol_id")
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


def versions_of(protocol: Protocol) -> QuerySet[ProtocolVersion]:
    """All versions, newest first."""
    return protocol.versions.select_related("protocol").order_by("-number")


def version_of(protocol: Protocol, number: int) -> ProtocolVersion:
    row = versions_of(protocol).filter(number=number).first() if number < MOST_VERSIONS else None
    if row is None:
        raise NotFound()
    return row


def version_before(version: ProtocolVersion) -> ProtocolVersion | None:
    return ProtocolVersion.objects.filter(
        protocol=version.protocol_id, number=version.number - 1
    ).first()


def version_in_use(project: Project | UUID) -> ProtocolVersion | None:
    """What new reads of the project follow; None before it has a protocol."""
    return latest_versions(project).filter(protocol__in_use=True).first()


def current_version(project_id: UUID) -> ProtocolVersion:
    """What new reads of the project follow; raises NoProtocol."""
    row = version_in_use(project_id)
    if row is None:
        raise NoProtocol()
    return row


def rules_of(version: ProtocolVersion) -> Rules:
    """The rules of a version. The column says whether AI is shown from the start; rules of the
    first schema say no more than that."""
    stored = version.rules.get("ai")
    hidden = stored if stored in ("never", "after_first") else "never"
    return Rules({**version.rules, "ai": "from_start" if version.ai_visible else hidden})


def document(version: ProtocolVersion) -> dict[str, Any]:
    """The version as the file that is exported."""
    return document_of(
        name=version.protocol.name,
        reads_per_case=version.reads_per_case,
        rules=rules_of(version).full,
    )


def changes_between(before: ProtocolVersion, after: ProtocolVersion) -> list[Change]:
    """What an amendment changed. The name belongs to the protocol, not to its versions."""
    return changes(document(before), document(after))


def check_draft(
    *, user: User, project: Project, protocol: Protocol | None, wanted: Any
) -> dict[str, Any]:
    """What would become of a document that is being written: its problems by path and, where it
    amends a version in use, what it changes and which fates it leaves to be told."""
    require(user, Permission.EDIT_PROTOCOL, project)
    problems = document_problems(wanted)
    answer: dict[str, Any] = {
        "problems": problems,
        "version": 1,
        "changes": [],
        "mapping": None,
        "ask": None,
    }
    latest = versions_of(protocol).first() if protocol else None
    if latest is None:
        return answer
    frozen = latest.frozen_at is not None
    answer["version"] = latest.number + frozen
    amends = latest if frozen else version_before(latest)
    if problems:
        return answer
    whole = document_of(
        name=wanted["name"], reads_per_case=wanted["reads_per_case"], rules=rules_in(wanted)
    )
    answer["changes"] = changes(document(latest), whole)
    if amends is not None:
        old, new = rules_of(amends), Rules(rules_in(whole))
        answer |= {"mapping": proposed(old, new), "ask": to_ask(old, new)}
    return answer


def pooled_versions(
    version: ProtocolVersion, *, structure: str | None = None, question: str | None = None
) -> list[ProtocolVersion]:
    """Versions whose reads may be pooled with those of ``version`` in statistics of a structure or
    a question, oldest first: the unbroken chain around it through which it stayed the same. Empty
    where the version doesn't have it."""
    part, code = ("structures", structure) if structure else ("questions", question)
    if not code:
        raise ValueError("name a structure or a question")
    chain = list(
        ProtocolVersion.objects.filter(protocol=version.protocol_id)
        .select_related("protocol")
        .order_by("number")
    )
    here = next(n for n, row in enumerate(chain) if row.pk == version.pk)
    if all(row["code"] != code for row in rules_of(chain[here]).full[part]):
        return []
    first = last = here
    while first > 0 and _same(chain[first - 1], chain[first], part, code):
        first -= 1
    while last + 1 < len(chain) and _same(chain[last], chain[last + 1], part, code):
        last += 1
    return chain[first : last + 1]


def _same(old: ProtocolVersion, new: ProtocolVersion, part: str, code: str) -> bool:
    mapping: Mapping = new.mapping
    return stays_same(mapping, rules_of(old), rules_of(new), part=part, code=code)
