"""Making, amending, using and freezing protocols."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.projects.setup import ProjectOptions
from portal.protocols.documents import (
    checked_document,
    document_digest,
    document_of,
    rules_in,
)
from portal.protocols.errors import NameTaken, ProtocolChanged
from portal.protocols.mapping import checked_mapping
from portal.protocols.models import Protocol, ProtocolVersion
from portal.protocols.ready import ready_document
from portal.protocols.schema import default_rules
from portal.protocols.selectors import document, rules_of, version_before

DEFAULT_NAME = "LV and RV function"


def add_first_protocol(project: Project, by: User, options: ProjectOptions) -> None:
    """The setup step of a new project: one protocol that can be used as it is."""
    if options.protocol:
        wanted = ready_document(options.protocol)
    else:
        ai = "from_start" if options.ai_visible else "never"
        wanted = document_of(
            name=DEFAULT_NAME,
            reads_per_case=options.reads_per_case,
            rules=default_rules() | {"ai": ai},
        )
    _create(by, project, checked_document(wanted), in_use=True)


@transaction.atomic
def create_protocol(*, by: User, project: Project, wanted: Any) -> ProtocolVersion:
    """Another protocol of the project, from a document; new reads follow it once it is put into
    use. Raises InvalidRules with messages by path."""
    require(by, Permission.EDIT_PROTOCOL, project)
    checked = checked_document(wanted)
    _check_name(project, checked["name"])
    first = not Protocol.objects.filter(project=project).exists()
    return _create(by, project, checked, in_use=first)


@transaction.atomic
def amend_protocol(
    *,
    by: User,
    protocol: Protocol,
    name: str,
    reads_per_case: int,
    rules: dict[str, Any],
    mapping: dict[str, Any] | None = None,
    base: str = "",
) -> ProtocolVersion:
    """Change the protocol. A version that reads use is frozen: the change makes the next one, with
    a mapping from the one before. ``base`` is the digest of what was changed: where it is no
    longer the newest, somebody else was faster.

    Reads are always blind to one another; what ``rules`` doesn't name stays as it was."""
    require(by, Permission.EDIT_PROTOCOL, protocol.project_id)
    protocol = Protocol.objects.select_for_update(no_key=True).get(pk=protocol.pk)
    latest = protocol.versions.select_for_update(no_key=True).order_by("-number")[0]
    latest.protocol = protocol
    if base and base != document_digest(document(latest)):
        raise ProtocolChanged()
    kept = rules_of(latest).full
    wanted = document_of(name=name, reads_per_case=reads_per_case, rules={**kept, **rules})
    checked = checked_document(wanted)
    _check_name(protocol.project, checked["name"], but=protocol)
    fields = _fields(checked)
    amends = latest if latest.frozen_at is not None else version_before(latest)
    if amends is not None:
        new = rules_of(ProtocolVersion(**fields))
        fields["mapping"] = checked_mapping(mapping or {}, rules_of(amends), new)
    Protocol.objects.filter(pk=protocol.pk).update(name=checked["name"])
    if latest.frozen_at is None:
        ProtocolVersion.objects.filter(pk=latest.pk).update(**fields)
        _record(by, "protocol.changed", latest)
        version_id = latest.pk
    else:
        made = ProtocolVersion.objects.create(protocol=protocol, number=latest.number + 1, **fields)
        _record(by, "protocol.amended", made)
        version_id = made.pk
    return ProtocolVersion.objects.select_related("protocol").get(pk=version_id)


@transaction.atomic
def use_protocol(*, by: User, protocol: Protocol) -> ProtocolVersion:
    """New reads follow this protocol from now on; those that are under way stay with theirs."""
    require(by, Permission.EDIT_PROTOCOL, protocol.project_id)
    rows = Protocol.objects.filter(project=protocol.project_id)
    list(rows.select_for_update(no_key=True).order_by("pk"))  # two at once: one after the other
    rows.filter(in_use=True).exclude(pk=protocol.pk).update(in_use=False)
    newly = rows.filter(pk=protocol.pk, in_use=False).update(in_use=True)
    version = (
        ProtocolVersion.objects.filter(protocol=protocol)
        .select_related("protocol")
        .order_by("-number")[0]
    )
    if newly:
        _record(by, "protocol.used", version)
    return version


def freeze(version: ProtocolVersion) -> None:
    """A read uses this version from now on. Call inside the transaction that makes the read."""
    ProtocolVersion.objects.filter(pk=version.pk, frozen_at__isnull=True).update(
        frozen_at=timezone.now()
    )


def _create(
    by: User, project: Project, checked: dict[str, Any], *, in_use: bool
) -> ProtocolVersion:
    try:
        with transaction.atomic():
            protocol = Protocol.objects.create(project=project, name=checked["name"], in_use=in_use)
    except IntegrityError:
        raise NameTaken(name=[NameTaken.message])
    version = ProtocolVersion.objects.create(
        protocol=protocol, number=1, blinded=True, **_fields(checked)
    )
    _record(by, "protocol.created", version)
    return version


def _fields(checked: dict[str, Any]) -> dict[str, Any]:
    rules = rules_in(checked)
    return {
        "reads_per_case": checked["reads_per_case"],
        "ai_visible": rules["ai"] == "from_start",
        "rules": rules,
    }


def _check_name(project: Project, name: str, but: Protocol | None = None) -> None:
    others = Protocol.objects.filter(project=project, name=name)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise NameTaken(name=[NameTaken.message])


def _record(by: User, action: str, version: ProtocolVersion) -> None:
    record_in_project(
        project_id=version.protocol.project_id,
        by=by,
        action=action,
        target_type="protocol",
        target_id=version.protocol_id,
        details={"version": version.number},
    )
