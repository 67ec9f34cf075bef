from portal.protocols.models.protocol import Protocol, ProtocolVersion

__all__ = ["Protocol", "ProtocolVersion"]
