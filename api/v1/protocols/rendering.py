"""How a protocol version looks wherever it is sent."""

from typing import Any

from portal.protocols.models import ProtocolVersion


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
        **version.rules,
    }
