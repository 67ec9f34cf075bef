"""Reading the chains."""

from django.db.models import QuerySet

from portal.audit.models import AuditEvent


def events(scope: str, *, action: str = "", actor_id: str = "") -> QuerySet[AuditEvent]:
    """Events of one chain, newest first; ``action`` matches a prefix such as ``read.``."""
    rows = AuditEvent.objects.filter(scope=scope).order_by("-seq")
    if action:
        rows = rows.filter(action__startswith=action)
    if actor_id:
        rows = rows.filter(actor_id=actor_id)
    return rows
