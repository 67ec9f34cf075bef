"""Signing in and out, and the list of a person's own sessions.

The domain keeps a hash of each session key; the interface layer owns cookies.
"""

import hashlib
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from portal.accounts.errors import SignInFailed
from portal.accounts.models import User, UserSession
from portal.accounts.services.rate_limit import check_rate, forget_failures, note_failure
from portal.audit.services import INSTALLATION, record
from portal.core.errors import NotFound

SEEN_EVERY_S = 60


def authenticate(*, email: str, password: str, address: str) -> User:
    """The active person of that e-mail and password; failures are rate-limited twice,
    by account and by network address. Raises SignInFailed or TooManyAttempts."""
    email = email.strip().lower()
    check_rate("sign-in", email)
    check_rate("sign-in-address", address, limit=40)
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        User().set_password(password)  # spend the same time as for a known account
    if user is None or not user.check_password(password):
        note_failure("sign-in", email)
        note_failure("sign-in-address", address)
        if user is not None:
            _audit(user, "session.refused")
        raise SignInFailed()
    forget_failures("sign-in", email)
    return user


@transaction.atomic
def register_session(*, user: User, session_key: str, user_agent: str) -> UserSession:
    """Note a new sign-in."""
    row = UserSession.objects.create(
        user=user,
        session_key=key_hash(session_key),
        user_agent=user_agent[:200],
        last_seen_at=timezone.now(),
    )
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    record(
        scope=INSTALLATION,
        actor_id=user.pk,
        action="session.started",
        target_type="user",
        target_id=user.pk,
    )
    return row


def touch_session(*, session_key: str) -> bool:
    """Whether the session still stands (it may have been ended elsewhere); notes that it lives."""
    row = UserSession.objects.filter(session_key=key_hash(session_key)).first()
    if row is None:
        return False
    now = timezone.now()
    if (now - row.last_seen_at).total_seconds() > SEEN_EVERY_S:
        UserSession.objects.filter(pk=row.pk).update(last_seen_at=now)
    return True


@transaction.atomic
def end_session(*, by: User, session_id: UUID | None = None, session_key: str = "") -> None:
    """End one of the person's own sessions, by its id or (signing out) by its key."""
    own = UserSession.objects.filter(user=by)
    row = (
        own.filter(pk=session_id).first()
        if session_id
        else own.filter(session_key=key_hash(session_key)).first()
    )
    if row is None:
        if session_id:
            raise NotFound()
        return
    row.delete()
    _audit(by, "session.ended")


def end_all_sessions(*, user: User, except_key: str = "") -> None:
    """After a change of password or a lost account; Django's own rows go with the hash check."""
    rows = UserSession.objects.filter(user=user)
    if except_key:
        rows = rows.exclude(session_key=key_hash(except_key))
    rows.delete()


def purge_expired() -> None:
    """Forget sign-ins whose session is gone."""
    alive = {key_hash(key) for key in Session.objects.values_list("session_key", flat=True)}
    for row in UserSession.objects.only("pk", "session_key").iterator():
        if row.session_key not in alive:
            row.delete()


def key_hash(session_key: str) -> str:
    """What is kept of a session key."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def _audit(user: User, action: str) -> None:
    with transaction.atomic():
        record(
            scope=INSTALLATION,
            actor_id=user.pk,
            action=action,
            target_type="user",
            target_id=user.pk,
        )
