from portal.audit.models.chain import AuditChain
from portal.audit.models.event import AuditEvent

__all__ = ["AuditChain", "AuditEvent"]
