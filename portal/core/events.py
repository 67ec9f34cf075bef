"""Telling people's open browsers that something changed.

Callers name the people (from the selectors that decide what each may see); every person has a
socket group of their own, so a blinded reader can't be told by mistake through a shared one.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction


def group_of(user_id: UUID | str) -> str:
    """The socket group of one person."""
    return f"user.{user_id}"


def publish(*, user_ids: Iterable[UUID | str], message: dict[str, Any]) -> None:
    """Send ``message`` (see docs/architecture.md, sockets) once the transaction has committed."""
    recipients = {str(user_id) for user_id in user_ids}
    transaction.on_commit(lambda: _send(recipients, message), robust=True)


def publish_changed(
    *, user_ids: Iterable[UUID | str], model: str, object_id: UUID | str, project: str
) -> None:
    """Say that an object changed; the browser fetches it anew, under its own permissions."""
    publish(
        user_ids=user_ids,
        message={"type": "changed", "model": model, "id": str(object_id), "project": project},
    )


def publish_ended(*, user_id: UUID | str, sign_ins: Iterable[UUID | str]) -> None:
    """Close the sockets of sign-ins that are over, once the transaction has committed."""
    ended = [str(sign_in) for sign_in in sign_ins]
    event = {"type": "portal.ended", "sign_ins": ended}
    transaction.on_commit(lambda: _send_event({str(user_id)}, event), robust=True)


def publish_to_group(*, group: str, message: dict[str, Any]) -> None:
    """Send to a room that people have joined together (a meeting), once the transaction has
    committed. ``message`` holds what everybody in it may know, whoever joins is checked there."""
    transaction.on_commit(lambda: _send_to(group, message), robust=True)


def _send_to(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is not None:
        async_to_sync(layer.group_send)(group, message)


def _send(recipients: set[str], message: dict[str, Any]) -> None:
    _send_event(recipients, {"type": "portal.message", "message": message})


def _send_event(recipients: set[str], event: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    for user_id in recipients:
        async_to_sync(layer.group_send)(group_of(user_id), event)
