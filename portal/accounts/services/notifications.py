"""The notification centre: lines for a person, never with numbers, answers or identity."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from portal.accounts.models import Notification, User
from portal.core.events import publish_changed


def notify(*, user_ids: Iterable[UUID], kind: str, text: str, href: str, project: str = "") -> None:
    """Leave one line for each person and tell their open browsers."""
    for user_id in set(user_ids):
        row = Notification.objects.create(user_id=user_id, kind=kind, text=text[:300], href=href)
        publish_changed(user_ids=[user_id], model="notification", object_id=row.pk, project=project)


def mark_read(*, by: User, ids: Iterable[UUID]) -> int:
    """Mark the person's own lines as read; returns how many changed."""
    return Notification.objects.filter(user=by, pk__in=list(ids), read_at__isnull=True).update(
        read_at=timezone.now()
    )
