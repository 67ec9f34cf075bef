"""Bearer tokens of people, for scripts and DICOMweb clients."""

import hashlib
import secrets
from uuid import UUID

from django.db import transaction

from portal.accounts.models import ApiToken, User
from portal.audit.services import INSTALLATION, record
from portal.core.errors import NotFound


@transaction.atomic
def make_token(*, by: User, name: str) -> tuple[ApiToken, str]:
    """A bearer token for scripts and DICOMweb clients; the text is returned once."""
    text = f"accord_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        user=by, name=name[:80], token_sha256=hashlib.sha256(text.encode()).hexdigest()
    )
    record(
        scope=INSTALLATION,
        actor_id=by.pk,
        action="token.made",
        target_type="token",
        target_id=row.pk,
    )
    return row, text


@transaction.atomic
def delete_token(*, by: User, token_id: UUID) -> None:
    row = ApiToken.objects.filter(user=by, pk=token_id).first()
    if row is None:
        raise NotFound()
    record(
        scope=INSTALLATION,
        actor_id=by.pk,
        action="token.deleted",
        target_type="token",
        target_id=row.pk,
    )
    row.delete()


def delete_all_tokens(user: User) -> None:
    """Their own, one after the other, each in the audit trail."""
    for token_id in ApiToken.objects.filter(user=user).values_list("pk", flat=True):
        delete_token(by=user, token_id=token_id)
