"""One mail a day of what was not looked at, for those who want it."""

from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.utils import timezone

from portal.accounts.models import Notification, Preference, User
from portal.accounts.services.digest import send_digests
from portal.accounts.services.notifications import notify
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.ACCORD_MAIL_CONFIGURED = True


def told(user: User, text: str, *, hours_ago: float = 1) -> Notification:
    notify(user_ids=[user.pk], kind="comment", text=text, href="/")
    row = Notification.objects.latest("created_at")
    Notification.objects.filter(pk=row.pk).update(
        created_at=timezone.now() - timedelta(hours=hours_ago)
    )
    return row


def test_one_mail_a_day_with_what_is_new() -> None:
    person = f.user("Mia Member")
    first = told(person, "Cora wrote about C-1.")
    told(person, "Just now", hours_ago=0)
    assert send_digests() == 1
    (sent,) = mail.outbox
    assert sent.to == [person.email]
    assert "- Cora wrote about C-1." in sent.body
    assert "Just now" not in sent.body
    told(person, "Later")
    assert send_digests() == 0
    # a day goes by
    Notification.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(days=1.1))
    Preference.objects.update(digest_at=timezone.now() - timedelta(days=1, minutes=1))
    assert send_digests() == 1
    assert "Later" in mail.outbox[1].body
    assert "Cora wrote" not in mail.outbox[1].body


@pytest.mark.parametrize("why", ["looked at", "not wanted", "gone", "no mail here"])
def test_nothing_is_sent_to_those_who_need_none(why: str, settings: Any) -> None:
    person = f.user("Mia Member")
    row = told(person, "Cora wrote about C-1.")
    if why == "looked at":
        Notification.objects.filter(pk=row.pk).update(read_at=timezone.now())
    if why == "not wanted":
        answer = f.Api(person).put("me/mail/", {"digest": False})
        assert answer.json() == {"digest": False, "possible": True}
    if why == "gone":
        User.objects.filter(pk=person.pk).update(is_active=False)
    settings.ACCORD_MAIL_CONFIGURED = why != "no mail here"
    assert send_digests() == 0
    assert mail.outbox == []


def test_a_mailbox_that_fails_is_tried_again_and_keeps_nobody_waiting() -> None:
    people = [f.user("Ann One"), f.user("Ben Two")]
    for person in people:
        told(person, "News")
    first = mock.patch(
        "portal.accounts.services.digest.send_mail", side_effect=[OSError("refused"), 1]
    )
    with first:
        assert send_digests() == 1
    assert send_digests() == 1
