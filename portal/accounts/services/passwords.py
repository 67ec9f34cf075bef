"""Changing and resetting passwords: by mail, or by an admin's one-time link."""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from portal.accounts.errors import LinkExpired, WeakPassword, WrongPassword
from portal.accounts.models import OneTimeLink, User
from portal.accounts.services.rate_limit import check_rate, note_failure
from portal.accounts.services.sessions import end_all_sessions
from portal.accounts.services.tokens import delete_all_tokens
from portal.audit.services import INSTALLATION, record
from portal.core.errors import NotAllowed, NotFound

logger = logging.getLogger(__name__)
LINK_LIFETIME = timedelta(hours=24)


def check_strength(password: str, user: User | None = None) -> None:
    """Raise WeakPassword with the reasons, per the configured validators."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(new_password=list(error.messages)) from error


@transaction.atomic
def change_password(*, by: User, current: str, new: str, session_key: str) -> None:
    """Change one's own; every other session of the person ends."""
    check_rate("sign", str(by.pk))
    if not by.check_password(current):
        note_failure("sign", str(by.pk))
        raise WrongPassword("That is not your current password. Nothing was changed.")
    _set(by, new, "password.changed", by)
    end_all_sessions(user=by, except_key=session_key)


def request_reset(*, email: str, address: str) -> None:
    """Send a link if there is such an account; the answer is the same if there is none."""
    check_rate("reset", address, limit=10)
    note_failure("reset", address)
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        return
    url, _ = make_link(user=user)
    try:
        send_mail(
            "Set a new Accord password",
            f"Set a new password here (once, within 24 hours):\n\n{url}\n\n"
            "If you did not ask for this, nothing has changed and you may ignore this message.\n",
            settings.DEFAULT_FROM_EMAIL,
            [user.email],
        )
    except OSError as error:  # an error would tell that there is such an account
        logger.warning("a password link could not be sent: %s", type(error).__name__)


def make_one_time_link(*, by: User, user_id: str) -> tuple[str, datetime]:
    """An admin's link for a person who can't get mail; the admin never learns the password."""
    if not by.is_installation_admin:
        raise NotAllowed()
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound()
    with transaction.atomic():
        url, expires_at = make_link(user=user)
        record(
            scope=INSTALLATION,
            actor_id=by.pk,
            action="one_time_link.made",
            target_type="user",
            target_id=user.pk,
        )
    return url, expires_at


def make_link(*, user: User) -> tuple[str, datetime]:
    """A new link; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + LINK_LIFETIME
    OneTimeLink.objects.create(user=user, token_sha256=_hash(token), expires_at=expires_at)
    return f"{settings.ACCORD_PUBLIC_URL}/reset/{token}", expires_at


def confirm_reset(*, token: str, new: str) -> None:
    """Set the password by a link; the link, all sessions and all API tokens of the person end:
    whoever resets may have lost the account to somebody else."""
    link = (
        OneTimeLink.objects.select_related("user")
        .filter(token_sha256=_hash(token), used_at__isnull=True, expires_at__gt=timezone.now())
        .first()
    )
    if link is None or not link.user.is_active:
        raise LinkExpired()
    check_strength(new, link.user)
    with transaction.atomic():
        # the condition is in the UPDATE: of two requests with one link, one wins
        used = OneTimeLink.objects.filter(pk=link.pk, used_at__isnull=True).update(
            used_at=timezone.now()
        )
        if not used:
            raise LinkExpired()
        _set(link.user, new, "password.reset", link.user)
        end_all_sessions(user=link.user)
        delete_all_tokens(link.user)


def _set(user: User, new: str, action: str, by: User) -> None:
    """The new password; links that were made to set another one end."""
    check_strength(new, user)
    OneTimeLink.objects.filter(user=user, used_at__isnull=True).update(used_at=timezone.now())
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(
        scope=INSTALLATION,
        actor_id=by.pk,
        action=action,
        target_type="user",
        target_id=user.pk,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
