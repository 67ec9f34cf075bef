"""How a protocol version looks wherever it is sent."""

from typing import Any

from portal.protocols.documents import document_digest
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import document, rules_of, versions_of


def protocol(version: ProtocolVersion) -> dict[str, Any]:
    """``Protocol`` of the wire contract; ``id`` is the protocol's, the same for all versions."""
    return {
        "id": version.protocol_id,
        "name": version.protocol.name,
        "version": version.number,
        "frozen": version.frozen_at is not None,
        "reads_per_case": version.reads_per_case,
        "ai_visible": version.ai_visible,
        "blinded": version.blinded,
        "in_use": version.protocol.in_use,
        **rules_of(version).full,
    }


def version(row: ProtocolVersion) -> dict[str, Any]:
    return {
        **protocol(row),
        "digest": document_digest(document(row)),
        "created_at": row.created_at,
        "mapping": row.mapping or None,
        "versions": [
            {
                "version": one.number,
                "frozen": one.frozen_at is not None,
                "created_at": one.created_at,
                "frozen_at": one.frozen_at,
            }
            for one in versions_of(row.protocol)
        ],
    }
