"""Writing the chain: one row per change, in the transaction of the change."""

import hashlib
import hmac
import os
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.audit.models import AuditChain, AuditEvent
from portal.core.hashing import digest

GENESIS = "0" * 64
INSTALLATION = "installation"
CHAIN_OPENED = "chain.opened"


def project_scope(project_id: UUID) -> str:
    """The chain of one project."""
    return f"project:{project_id}"


def event_hash(
    *,
    scope: str,
    seq: int,
    at: datetime,
    actor_id: str,
    action: str,
    target_type: str,
    target_id: str,
    details: dict[str, Any],
    prev_hash: str,
) -> str:
    """The hash of a link; covers every field and the link before."""
    return digest(
        [scope, seq, at.isoformat(), actor_id, action, target_type, target_id, details, prev_hash]
    )


def record(
    *,
    scope: str,
    actor_id: str | UUID,
    action: str,
    target_type: str,
    target_id: str | UUID,
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one event. Must run inside the transaction of the change it tells of.

    ``details`` holds ids, counts and codes: never names, contours or answers.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit.record must be called inside the transaction of the change")
    chain, opened = _locked_chain(scope)
    fields: dict[str, Any] = {
        "scope": scope,
        "seq": chain.last_seq + 1,
        "at": timezone.now(),
        "actor_id": str(actor_id),
        "action": action,
        "target_type": target_type,
        "target_id": str(target_id),
        "details": details or {},
        "prev_hash": chain.head_hash,
    }
    event = AuditEvent.objects.create(**fields, hash=event_hash(**fields))
    chain.last_seq = event.seq
    chain.head_hash = event.hash
    chain.save(update_fields=["last_seq", "head_hash"])
    transaction.on_commit(lambda: _append_signed_head(event))
    if opened and scope != INSTALLATION:
        # the installation's chain knows every other, so that one cut away whole shows too
        record(
            scope=INSTALLATION,
            actor_id=actor_id,
            action=CHAIN_OPENED,
            target_type="chain",
            target_id=scope,
        )
    return event


def _locked_chain(scope: str) -> tuple[AuditChain, bool]:
    """The chain, locked, and whether it was opened just now."""
    held = AuditChain.objects.select_for_update().filter(scope=scope)
    chain = held.first()
    if chain is not None:
        return chain, False
    _, opened = AuditChain.objects.get_or_create(scope=scope, defaults={"head_hash": GENESIS})
    return held.get(), opened


def record_in_project(
    *,
    project_id: UUID,
    by: Any,
    action: str,
    target_type: str,
    target_id: str | UUID,
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append to a project's chain; ``by`` is a user, or None for the system itself."""
    return record(
        scope=project_scope(project_id),
        actor_id=getattr(by, "pk", None) or "system",
        action=action,
        target_type=target_type,
        target_id=target_id,
        details=details,
    )


def head_signature(scope: str, seq: int, hash_: str) -> str:
    """HMAC of a chain head under the installation's audit key."""
    message = f"{scope} {seq} {hash_}".encode()
    return hmac.new(settings.ACCORD_AUDIT_KEY.encode(), message, hashlib.sha256).hexdigest()


def _append_signed_head(event: AuditEvent) -> None:
    """Heads lie apart from the database, so that a cut tail shows."""
    folder = settings.ACCORD_DATA_DIR / "audit-heads"
    folder.mkdir(parents=True, exist_ok=True)
    line = f"{event.seq} {event.hash} {head_signature(event.scope, event.seq, event.hash)}\n"
    path = folder / f"{event.scope.replace(':', '-')}.log"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)
