"""Electronic signature: re-authentication, a stated meaning, a digest of what is signed."""

from uuid import UUID

from django.utils import timezone

from portal.accounts.errors import WrongPassword
from portal.accounts.models import Signature, User
from portal.accounts.services.rate_limit import check_rate, note_failure
from portal.audit.models import AuditChain
from portal.audit.services import project_scope, record


def check_password(*, by: User, password: str) -> None:
    """Re-authenticate; raises WrongPassword, or TooManyAttempts after repeated failures."""
    check_rate("sign", str(by.pk))
    if not by.check_password(password):
        note_failure("sign", str(by.pk))
        raise WrongPassword()


def sign(
    *,
    by: User,
    password: str,
    meaning: str,
    project_id: UUID,
    target_type: str,
    target_id: UUID | str,
    digest: str,
) -> Signature:
    """Sign ``digest``. Call inside the transaction that makes or locks what is signed."""
    check_password(by=by, password=password)
    chain = AuditChain.objects.filter(scope=project_scope(project_id)).first()
    signature = Signature.objects.create(
        signer=by,
        meaning=meaning,
        target_type=target_type,
        target_id=str(target_id),
        digest=digest,
        audit_head=chain.head_hash if chain else "",
    )
    record(
        scope=project_scope(project_id),
        actor_id=by.pk,
        action="signature.made",
        target_type=target_type,
        target_id=target_id,
        details={"signature": str(signature.pk), "meaning": meaning, "digest": digest},
    )
    return signature


def void(*, signature: Signature) -> None:
    """What was signed has changed."""
    Signature.objects.filter(pk=signature.pk, voided_at__isnull=True).update(
        voided_at=timezone.now()
    )
