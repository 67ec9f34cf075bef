"""Signing in and out, and the list of a person's own sessions. Cookies are the interface's."""

from datetime import timedelta
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.errors import SignInFailed
from portal.accounts.models import User, UserSession
from portal.accounts.services.rate_limit import check_rate, forget_failures, note_failure
from portal.audit.services import INSTALLATION, record
from portal.core.errors import NotFound
from portal.core.events import publish_ended

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
    """Note a new sign-in, and forget the person's sign-ins whose session is gone."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    gone = UserSession.objects.filter(user=user).exclude(session_key__in=alive)
    stale = list(gone.values_list("pk", flat=True))
    UserSession.objects.filter(pk__in=stale).delete()
    if stale:
        publish_ended(user_id=user.pk, sign_ins=stale)  # a socket opened with one may be left
    row = UserSession.objects.create(
        user=user,
        session_key=session_key,
        user_agent=user_agent[:200],
        last_seen_at=timezone.now(),
    )
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    _audit(user, "session.started")
    return row


def touch_session(*, session_key: str) -> None:
    """Note that a session is in use, at most once a minute."""
    stale = timezone.now() - timedelta(seconds=SEEN_EVERY_S)
    UserSession.objects.filter(session_key=session_key, last_seen_at__lt=stale).update(
        last_seen_at=timezone.now()
    )


@transaction.atomic
def end_session(*, by: User, session_id: UUID | None = None, session_key: str = "") -> None:
    """End one of the person's own sessions, by its id or (signing out) by its key."""
    own = UserSession.objects.filter(user=by)
    rows = own.filter(pk=session_id) if session_id else own.filter(session_key=session_key)
    if session_id and not rows.exists():
        raise NotFound()
    _end(by, rows)
    _audit(by, "session.ended")


def end_all_sessions(*, user: User, except_key: str = "") -> None:
    """After a change of password or when an account is closed."""
    _end(user, UserSession.objects.filter(user=user).exclude(session_key=except_key))


def _end(user: User, rows: QuerySet[UserSession]) -> None:
    # without Django's own row the cookie is worth nothing on the very next request
    ended = dict(rows.values_list("session_key", "pk"))
    Session.objects.filter(session_key__in=ended).delete()
    rows.delete()
    publish_ended(user_id=user.pk, sign_ins=ended.values())


def _audit(user: User, action: str) -> None:
    with transaction.atomic():
        record(
            scope=INSTALLATION,
            actor_id=user.pk,
            action=action,
            target_type="user",
            target_id=user.pk,
        )
