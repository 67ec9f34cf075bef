"""Reading people."""

from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.models import User, UserSession
from portal.core.errors import NotAllowed, NotFound


def visible_users(user: User, search: str = "") -> QuerySet[User]:
    """All people, for installation admins alone."""
    if not user.is_installation_admin:
        raise NotAllowed()
    rows = User.objects.order_by("display_name", "pk")
    if search:
        rows = rows.filter(Q(display_name__icontains=search) | Q(email__icontains=search))
    return rows


def person_with_email(email: str) -> User:
    """The active person of that address, for commands; raises NotFound."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        raise NotFound(f"There is no active person with the address {email}.")
    return user


def sign_in_of(user: User, session_key: str) -> tuple[bool, UUID | None]:
    """Whether the session still stands, and the sign-in that it belongs to. Read anew: the user
    at hand may have been loaded before the session ended."""
    stands = (
        Session.objects.filter(session_key=session_key, expire_date__gt=timezone.now()).exists()
        and User.objects.filter(pk=user.pk, is_active=True).exists()
    )
    row = UserSession.objects.filter(user=user, session_key=session_key).first()
    return stands, row.pk if row else None
