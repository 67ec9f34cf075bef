"""One mail a day with the notifications that a person has not looked at.

The lines are those of the notification centre: no numbers, no answers, no identity. Nothing is
sent where no mail is configured, or to those who don't want it.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.models import Notification, Preference, User
from portal.accounts.services.preferences import wants_digest

logger = logging.getLogger(__name__)
EVERY = timedelta(days=1)
REST = timedelta(minutes=30)  # what is this new may still be looked at in the browser
SHOWN = 20


def send_digests() -> int:
    """Send what is due; returns how many mails went out. A mailbox that fails is tried again at
    the next turn, and keeps nobody else waiting."""
    if not settings.ACCORD_MAIL_CONFIGURED:
        return 0
    now = timezone.now()
    waiting = Notification.objects.filter(read_at__isnull=True, created_at__lte=now - REST)
    people = User.objects.filter(is_active=True, pk__in=waiting.values("user"))
    return sum(_send_to(person, waiting) for person in people)


def _send_to(person: User, waiting: QuerySet[Notification]) -> bool:
    if not wants_digest(person):
        return False
    now = timezone.now()
    row, _ = Preference.objects.get_or_create(user=person)
    last = row.digest_at
    if last is not None and now - last < EVERY:
        return False
    news = waiting.filter(user=person).order_by("-created_at")
    if last is not None:
        news = news.filter(created_at__gt=last - REST)
    lines = list(news.values_list("text", flat=True)[: SHOWN + 1])
    # taken before it is sent, and in one statement: of two processes one sends
    mine = Preference.objects.filter(pk=row.pk, digest_at=last)
    if not lines or not mine.update(digest_at=now):
        return False
    try:
        send_mail(
            "What waits for you in Accord",
            _body(lines),
            settings.DEFAULT_FROM_EMAIL,
            [person.email],
        )
    except OSError as error:
        logger.warning("a digest could not be sent: %s", type(error).__name__)
        Preference.objects.filter(pk=row.pk).update(digest_at=last)
        return False
    return True


def _body(lines: list[str]) -> str:
    shown = [f"- {line}" for line in lines[:SHOWN]]
    more = ["- and more"] if len(lines) > SHOWN else []
    address = settings.ACCORD_PUBLIC_URL.rstrip("/")
    return "\n".join(
        [
            "You have not looked at these yet:",
            "",
            *shown,
            *more,
            "",
            f"{address}/notifications",
            "",
            f"No more of these mails: {address}/account",
            "",
        ]
    )
