"""People of the installation."""

from uuid import UUID

from django.db import IntegrityError, transaction

from portal.accounts.closing import run_closing_hooks
from portal.accounts.errors import EmailTaken, LastAdmin
from portal.accounts.models import User
from portal.accounts.services.passwords import check_strength
from portal.accounts.services.sessions import end_all_sessions
from portal.audit.services import INSTALLATION, record
from portal.core.errors import NotAllowed, NotFound


def create_user(
    *,
    email: str,
    display_name: str,
    password: str,
    by: User | None = None,
    is_installation_admin: bool = False,
    check: bool = True,
) -> User:
    """A new person; ``by`` is None when they accept an invitation or a command makes them."""
    if check:
        check_strength(password, User(email=email, display_name=display_name))
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                password,
                display_name=display_name.strip()[:120],
                is_installation_admin=is_installation_admin,
            )
            record(
                scope=INSTALLATION,
                actor_id=by.pk if by else user.pk,
                action="user.created",
                target_type="user",
                target_id=user.pk,
            )
    except IntegrityError as error:
        raise EmailTaken() from error
    return user


@transaction.atomic
def update_user(
    *,
    by: User,
    user_id: UUID | str,
    is_active: bool | None = None,
    display_name: str | None = None,
    is_installation_admin: bool | None = None,
) -> User:
    """Change a person, as installation admin; deactivating ends their sessions."""
    if not by.is_installation_admin:
        raise NotAllowed()
    admins = list(
        User.objects.select_for_update()
        .filter(is_installation_admin=True, is_active=True)
        .values_list("pk", flat=True)
    )
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound()
    loses_admin = is_active is False or is_installation_admin is False
    if loses_admin and admins == [user.pk]:
        raise LastAdmin()
    changes = {
        "is_active": is_active,
        "display_name": display_name,
        "is_installation_admin": is_installation_admin,
    }
    named = {name: value for name, value in changes.items() if value is not None}
    for name, value in named.items():
        setattr(user, name, value)
    user.save()
    if is_active is False:
        end_all_sessions(user=user)
        run_closing_hooks(user)
    record(
        scope=INSTALLATION,
        actor_id=by.pk,
        action="user.changed",
        target_type="user",
        target_id=user.pk,
        details={
            "fields": sorted(named),
            **{name: value for name, value in named.items() if isinstance(value, bool)},
        },
    )
    return user
