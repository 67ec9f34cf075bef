"""Under which AE title a project receives, and from whom."""

import ipaddress
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.intake.errors import AeTitleTaken
from portal.intake.models import AllowedSender, ReceivingAE
from portal.intake.models.receiving import is_ae_title
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require


@dataclass(frozen=True)
class Sender:
    """Who may send: ``network`` is an address or a CIDR, empty for any."""

    ae_title: str
    network: str = ""
    active: bool = True


@transaction.atomic
def set_receiving(
    *, by: User, project: Project, ae_title: str, enabled: bool, senders: list[Sender]
) -> ReceivingAE:
    """Replace the settings as a whole. Raises InvalidInput and AeTitleTaken."""
    require(by, Permission.EDIT_SETTINGS, project)
    title = _title(ae_title, "ae_title")
    wanted = {(_title(s.ae_title, "senders"), _network(s.network)): s.active for s in senders}
    if ReceivingAE.objects.filter(ae_title=title).exclude(project=project).exists():
        raise AeTitleTaken(None, ae_title=[AeTitleTaken.message])
    receiver, _ = ReceivingAE.objects.update_or_create(
        project=project, defaults={"ae_title": title, "enabled": enabled}
    )
    receiver.senders.all().delete()
    AllowedSender.objects.bulk_create(
        AllowedSender(receiver=receiver, ae_title=name, network=network, active=active)
        for (name, network), active in wanted.items()
    )
    record_in_project(
        project_id=project.pk,
        by=by,
        action="receiving.changed",
        target_type="receiver",
        target_id=receiver.pk,
        details={
            "ae_title": title,
            "enabled": enabled,
            "senders": [
                f"{name} {network}".strip() for (name, network), on in wanted.items() if on
            ],
        },
    )
    return receiver


def _title(text: str, field: str) -> str:
    try:
        is_ae_title(text.strip())
    except ValidationError as error:
        raise InvalidInput(None, **{field: [f"An AE title has {error.messages[0]}"]}) from error
    return text.strip()


def _network(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError as error:
        hint = "Give an address or a network, such as 10.1.2.3 or 10.1.2.0/24."
        raise InvalidInput(None, senders=[hint]) from error
