"""Bringing people in by link."""

import hashlib
import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.services.users import create_user
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput, NotFound
from portal.projects.errors import InvitationExpired, InvitationForAnother
from portal.projects.models import Invitation, Project
from portal.projects.roles import Permission
from portal.projects.selectors import has_permission, require
from portal.projects.services.team import grant, parse_roles

logger = logging.getLogger(__name__)
LIFETIME = timedelta(days=14)


def invite(
    *, by: User, project: Project, roles: Iterable[str], email: str = ""
) -> tuple[str, datetime]:
    """A link that gives the roles; mailed too where an address and SMTP are there."""
    require(by, Permission.MANAGE_TEAM, project)
    wanted = sorted(parse_roles(roles))
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + LIFETIME
    with transaction.atomic():
        invitation = Invitation.objects.create(
            project=project,
            token_sha256=_hash(token),
            email=email.strip().lower(),
            roles=wanted,
            invited_by=by,
            expires_at=expires_at,
        )
        record_in_project(
            project_id=project.pk,
            by=by,
            action="invitation.made",
            target_type="invitation",
            target_id=invitation.pk,
            details={"roles": wanted},
        )
    url = f"{settings.ACCORD_PUBLIC_URL}/invitations/{token}"
    if email:
        _send(by, project, email, url)
    return url, expires_at


def _send(by: User, project: Project, email: str, url: str) -> None:
    """Where it fails, whoever invites still has the link to hand over."""
    name = " ".join(project.name.split())  # a subject is one line
    try:
        send_mail(
            f"Join {name} on Accord",
            f"{by.display_name} invites you to {name}:\n\n{url}\n",
            settings.DEFAULT_FROM_EMAIL,
            [email],
        )
    except OSError as error:
        logger.warning("an invitation could not be sent: %s", type(error).__name__)


@transaction.atomic
def withdraw(*, by: User, project: Project, invitation_id: UUID) -> None:
    """The link works no more; an accepted one has nothing left to withdraw."""
    require(by, Permission.MANAGE_TEAM, project)
    # the condition is in the DELETE: who accepts at the same time is in, or is told it's over
    waiting = Invitation.objects.filter(pk=invitation_id, project=project, accepted_at__isnull=True)
    if not waiting.delete()[0]:
        raise NotFound()
    record_in_project(
        project_id=project.pk,
        by=by,
        action="invitation.withdrawn",
        target_type="invitation",
        target_id=invitation_id,
    )


def open_invitation(token: str) -> Invitation:
    """The invitation behind a link that still works, else InvitationExpired. It works as long as
    whoever made it may still bring people in."""
    invitation = (
        Invitation.objects.select_related("project", "invited_by")
        .filter(token_sha256=_hash(token), accepted_at__isnull=True, expires_at__gt=timezone.now())
        .first()
    )
    if invitation is None or not has_permission(
        invitation.invited_by, Permission.MANAGE_TEAM, invitation.project
    ):
        raise InvitationExpired()
    return invitation


@transaction.atomic
def accept(
    *,
    token: str,
    by: User | None,
    email: str = "",
    display_name: str = "",
    password: str = "",
) -> tuple[Invitation, User]:
    """Join as the signed-in person, or make an account and join with it."""
    invitation = open_invitation(token)
    if invitation.email and by is not None and by.email != invitation.email:
        raise InvitationForAnother()
    if by is None:
        address = invitation.email or email
        if not address or not display_name.strip():
            raise InvalidInput(
                None,
                **{
                    name: ["This is needed."]
                    for name, value in (("email", address), ("display_name", display_name.strip()))
                    if not value
                },
            )
        by = create_user(email=address, display_name=display_name, password=password)
    # the condition is in the UPDATE: of two people with one link, one gets in
    accepted = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).update(
        accepted_at=timezone.now(), accepted_by=by
    )
    if not accepted:
        raise InvitationExpired()
    record_in_project(
        project_id=invitation.project_id,
        by=by,
        action="invitation.accepted",
        target_type="invitation",
        target_id=invitation.pk,
    )
    grant(by=None, project=invitation.project, user=by, roles=parse_roles(invitation.roles))
    return invitation, by


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
