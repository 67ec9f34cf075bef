"""Who may open an association: decided before anything is received."""

import ipaddress
import logging
from enum import StrEnum

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.intake.models import ReceivingAE, RejectedCall

logger = logging.getLogger(__name__)
_NAMED_CALLERS = 50  # per called title: a scan of the port must not fill the database


class Refusal(StrEnum):
    """Why an association is rejected."""

    CALLED_UNKNOWN = "called_ae_title_unknown"
    CALLING_NOT_ALLOWED = "calling_ae_title_not_allowed"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"


# (result, source, diagnostic) of the A-ASSOCIATE-RJ, PS3.8 9.3.4: permanent, by the service user
REJECTION = {
    Refusal.CALLED_UNKNOWN: (1, 1, 7),
    Refusal.CALLING_NOT_ALLOWED: (1, 1, 3),
    Refusal.ADDRESS_NOT_ALLOWED: (1, 1, 3),
}
BUSY = (2, 3, 1)  # transient: the sender tries again


def admit(*, called: str, calling: str, address: str) -> ReceivingAE | Refusal:
    """The receiver that was called, or why the caller is turned away."""
    receiver = (
        ReceivingAE.objects.filter(ae_title=called, enabled=True).select_related("project").first()
    )
    if receiver is None:
        return Refusal.CALLED_UNKNOWN
    senders = list(receiver.senders.filter(ae_title=calling, active=True))
    if not senders:
        return Refusal.CALLING_NOT_ALLOWED
    if not any(_within(address, sender.network) for sender in senders):
        return Refusal.ADDRESS_NOT_ALLOWED
    return receiver


def _within(address: str, network: str) -> bool:
    if not network:
        return True
    try:
        found = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found in ipaddress.ip_network(network)


def count_rejected(*, called: str, calling: str, why: Refusal) -> None:
    """Written down without an address, for the settings page and the metrics."""
    logger.warning("association rejected: %s", why)
    if why == Refusal.CALLED_UNKNOWN:
        called, calling = "", ""
    rows = RejectedCall.objects.filter(called=called)
    if not rows.filter(calling=calling).exists() and rows.count() >= _NAMED_CALLERS:
        calling = ""
    with transaction.atomic():
        row, _ = RejectedCall.objects.get_or_create(called=called, calling=calling, reason=why)
        RejectedCall.objects.filter(pk=row.pk).update(count=F("count") + 1, last_at=timezone.now())
