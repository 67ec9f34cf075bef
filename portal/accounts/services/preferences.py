"""A person's preferences, kept for them alone."""

import json
from typing import Any

from portal.accounts.errors import PreferencesTooLarge
from portal.accounts.models import Preference, User
from portal.core.errors import InvalidInput

MAX_BYTES = 32 << 10


def preferences_of(user: User) -> dict[str, Any]:
    row = Preference.objects.filter(user=user).first()
    return {"viewer": row.viewer if row else {}}


def set_preferences(*, by: User, viewer: Any) -> dict[str, Any]:
    """Replace them as a whole: the last one to save is right, as there is one person."""
    if not isinstance(viewer, dict):
        raise InvalidInput(None, viewer=["Give an object."])
    if len(json.dumps(viewer).encode()) > MAX_BYTES or "\\u0000" in json.dumps(viewer):
        raise PreferencesTooLarge()
    Preference.objects.update_or_create(user=by, defaults={"viewer": viewer})
    return {"viewer": viewer}


def wants_digest(user: User) -> bool:
    """Wanted unless somebody says otherwise."""
    row = Preference.objects.filter(user=user).first()
    return row.mail_digest if row else True


def set_digest(*, by: User, wanted: bool) -> None:
    Preference.objects.update_or_create(user=by, defaults={"mail_digest": wanted})
