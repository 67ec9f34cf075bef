"""Telling readers that reads are due soon, or overdue: once each, in the portal and by mail where
mail is configured. No case is named."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q, QuerySet

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.core import clock
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import users_with
from portal.reads.blinding import OPEN_STATES, not_up_yet
from portal.reads.models import READ_BY_READERS, Read
from portal.reads.selectors import is_paused
from portal.reads.services.second_readings import announce_second_readings

SOON = timedelta(days=2)


def send_reminders() -> dict[str, int]:
    """Announce second readings that came up, then remind. Returns what was sent: ``announced``
    reads, ``reminded`` people, ``mails``. Safe to run as often as one likes."""
    announced = announce_second_readings()
    reminded = mails = 0
    groups: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    rows = _due().values_list("case__project_id", "reader__user_id", "pk")
    for project_id, user_id, pk in rows:
        if user_id is not None:
            groups[project_id, user_id].append(pk)
    for (project_id, user_id), ids in groups.items():
        user = User.objects.get(pk=user_id)
        if is_paused(user, project_id) or user_id not in users_with(Permission.READ, project_id):
            continue
        text = _remind(user, Project.objects.get(pk=project_id), ids)
        reminded += bool(text)
        mails += _mail(user, text)
    return {"announced": announced, "reminded": reminded, "mails": mails}


def _due() -> QuerySet[Read]:
    now = clock.now()
    return Read.objects.filter(
        # before the deadline once, and once more when it has passed
        Q(reminded_at__isnull=True) | Q(due_at__lte=now, reminded_at__lt=F("due_at")),
        due_at__lte=now + SOON,
        state__in=OPEN_STATES,
        purpose__in=READ_BY_READERS,
    ).exclude(not_up_yet())


@transaction.atomic
def _remind(user: User, project: Project, ids: list[UUID]) -> str:
    """The reminder's words; empty where another process was first."""
    now = clock.now()
    rows = _due().filter(pk__in=ids)
    late = rows.filter(due_at__lte=now).count()
    soon = rows.filter(due_at__gt=now).count()
    if not rows.update(reminded_at=now):
        return ""
    parts = []
    if late:
        parts.append(f"{_reads(late)} overdue")
    if soon:
        parts.append(f"{_reads(soon)} due within {SOON.days} days")
    text = f"{project.name}: {', '.join(parts)}."
    notify(user_ids=[user.pk], kind="reads_due", text=text, href="/", project=project.slug)
    return text


def _reads(n: int) -> str:
    return f"{n} {'read is' if n == 1 else 'reads are'}"


def _mail(user: User, text: str) -> int:
    """After the reminder is stored: mail that fails is not tried again."""
    if not text or not settings.ACCORD_MAIL_CONFIGURED:
        return 0
    body = f"{text}\n\nOpen My work in Accord to go on.\n"
    return send_mail(
        "Accord: reads are due", body, settings.DEFAULT_FROM_EMAIL, [user.email], fail_silently=True
    )
