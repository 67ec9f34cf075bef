"""Making, amending and freezing protocols."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import Conflict
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.projects.setup import ProjectOptions
from portal.protocols.errors import ReadsPerCase
from portal.protocols.models import Protocol, ProtocolVersion
from portal.protocols.schema import READS_COMPARED, SUBMIT_REQUIRES, check_rules, default_rules

DEFAULT_NAME = "LV and RV function"


def add_default_protocol(project: Project, by: User, options: ProjectOptions) -> None:
    """The setup step of a new project: one protocol that can be used as it is."""
    _check_reads_per_case(options.reads_per_case)
    protocol = Protocol.objects.create(project=project, name=DEFAULT_NAME)
    version = ProtocolVersion.objects.create(
        protocol=protocol,
        number=1,
        reads_per_case=options.reads_per_case,
        ai_visible=options.ai_visible,
        blinded=True,
        rules=check_rules(default_rules()),
    )
    _record(by, "protocol.created", version)


@transaction.atomic
def amend_protocol(
    *,
    by: User,
    protocol: Protocol,
    name: str,
    reads_per_case: int,
    ai_visible: bool,
    rules: dict[str, Any],
) -> ProtocolVersion:
    """Change the protocol. A version that reads use is frozen: the change makes the next one.

    Reads are always blind to one another; what ``rules`` leaves out of the default stays so, and
    layouts that it doesn't name stay as they were."""
    require(by, Permission.EDIT_PROTOCOL, protocol.project_id)
    _check_reads_per_case(reads_per_case)
    Protocol.objects.select_for_update(no_key=True).get(pk=protocol.pk)
    latest = protocol.versions.select_for_update(no_key=True).order_by("-number")[0]
    kept = {"layouts": latest.rules.get("layouts", [])}
    rules = check_rules({"submit_requires": SUBMIT_REQUIRES[0], **kept, **rules})
    if Protocol.objects.filter(project=protocol.project_id, name=name).exclude(pk=protocol.pk):
        raise Conflict("Another protocol of this project has that name.")
    Protocol.objects.filter(pk=protocol.pk).update(name=name)
    fields = {
        "reads_per_case": reads_per_case,
        "ai_visible": ai_visible,
        "rules": rules,
    }
    if latest.frozen_at is None:
        ProtocolVersion.objects.filter(pk=latest.pk).update(**fields)
        _record(by, "protocol.changed", latest)
        version_id = latest.pk
    else:
        made = ProtocolVersion.objects.create(protocol=protocol, number=latest.number + 1, **fields)
        _record(by, "protocol.amended", made)
        version_id = made.pk
    return ProtocolVersion.objects.select_related("protocol").get(pk=version_id)


def freeze(version: ProtocolVersion) -> None:
    """A read uses this version from now on. Call inside the transaction that makes the read."""
    ProtocolVersion.objects.filter(pk=version.pk, frozen_at__isnull=True).update(
        frozen_at=timezone.now()
    )


def _check_reads_per_case(number: int) -> None:
    if number != READS_COMPARED:
        raise ReadsPerCase(reads_per_case=[ReadsPerCase.message])


def _record(by: User, action: str, version: ProtocolVersion) -> None:
    record_in_project(
        project_id=version.protocol.project_id,
        by=by,
        action=action,
        target_type="protocol",
        target_id=version.protocol_id,
        details={"version": version.number},
    )
