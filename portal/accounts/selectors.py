"""Reading people."""

from django.db.models import Q, QuerySet

from portal.accounts.models import User
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
