"""Signing in is safe: hashing, limits, CSRF, sessions that end, links that work once."""

from datetime import timedelta
from importlib import import_module
from smtplib import SMTPServerDisconnected
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.accounts.models import OneTimeLink, User, UserSession
from portal.accounts.services.rate_limit import MAX_FAILURES
from portal.accounts.services.tokens import make_token
from portal.audit.models import AuditEvent
from portal.projects.models import Invitation, Membership, Project
from tests.factories import reading as f

pytestmark = pytest.mark.django_db
SESSION, NEW = "/api/v1/session/", "quite another pass 5"
PER_ADDRESS = 40


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    return f.user("Petra Person")


def post(client: Client, path: str, body: dict[str, Any], **extra: Any) -> Any:
    return client.post(path, data=body, content_type="application/json", **extra)


def sign_in(
    person: User, password: str = f.PASSWORD, client: Client | None = None, **extra: Any
) -> tuple[Client, Any]:
    client = client or Client()
    return client, post(client, SESSION, {"email": person.email, "password": password}, **extra)


def signed_in(client: Client) -> bool:
    return client.get(SESSION).json()["user"] is not None


def test_passwords_are_hashed_with_argon2(person: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = import_module("portal.settings.base").PASSWORD_HASHERS
    person.set_password(NEW)
    person.save()
    assert person.password.startswith("argon2$argon2id$")
    assert sign_in(person, NEW)[1].status_code == 200


def test_a_new_session_with_a_new_key_and_a_cookie_for_the_server_alone(person: User) -> None:
    client = Client()
    client.get(SESSION)
    client.session.save()
    before = client.session.session_key
    _, answer = sign_in(person, client=client)
    cookie = answer.cookies["accord_session"]
    assert cookie.value != before
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert person.password not in answer.content.decode()


def test_wrong_unknown_and_closed_accounts_look_the_same(person: User) -> None:
    closed = f.user("Clara Closed")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    nobody = User(email="nobody@example.org")
    answers = [sign_in(person, "wrong")[1], sign_in(closed)[1], sign_in(nobody)[1]]
    assert {(a.status_code, a.content) for a in answers} == {(403, answers[0].content)}
    assert answers[0].json()["error"]["code"] == "sign_in_failed"


def test_an_account_is_guarded_whatever_address_the_guesses_claim(person: User) -> None:
    for n in range(MAX_FAILURES):
        _, answer = sign_in(person, "wrong", headers={"X-Forwarded-For": f"10.0.0.{n}"})
        assert answer.status_code == 403
    _, answer = sign_in(person, headers={"X-Forwarded-For": "10.1.1.1"})
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_many_attempts"
    assert sign_in(f.user("Another"))[1].status_code == 200


def test_an_address_is_limited_by_where_it_is_and_not_by_what_it_claims(person: User) -> None:
    """Neither a way round the limit, nor a way to use up somebody else's."""
    victim = "192.0.2.7"
    for n in range(PER_ADDRESS):
        claims = {"X-Forwarded-For": f"{victim}, 10.0.0.{n}", "Forwarded": f"for={victim}"}
        guess = User(email=f"guess{n}@example.org")
        sign_in(guess, "x", headers=claims, REMOTE_ADDR="203.0.113.9")
    assert sign_in(person, REMOTE_ADDR="203.0.113.9")[1].status_code == 429
    assert sign_in(person, REMOTE_ADDR=victim)[1].status_code == 200


def test_signing_in_and_everything_after_needs_the_csrf_token(world: f.World) -> None:
    client = Client(enforce_csrf_checks=True)
    person = world.owner
    _, refused = sign_in(person, client=client)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "csrf_failed")
    client.get(SESSION)
    token = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert sign_in(person, client=client, headers=token)[1].status_code == 200
    path, body = f"/api/v1/projects/{world.slug}/invitations/", {"roles": ["observer"]}
    assert post(client, path, body).status_code == 403
    assert Invitation.objects.count() == 0
    token = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert post(client, path, body, headers=token).status_code == 201
    assert client.delete(SESSION).status_code == 403
    assert signed_in(client)


def test_storing_over_dicomweb_with_a_session_needs_the_csrf_token(world: f.World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.coordinator)
    answer = client.post(f"/dicomweb/{world.slug}/studies", data=b"", content_type="text/plain")
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["error"]["message"]


def test_ones_sessions_are_listed_and_can_be_ended(person: User) -> None:
    here, there = sign_in(person)[0], sign_in(person)[0]
    rows = here.get("/api/v1/sessions/").json()
    assert len(rows) == 2
    assert [row["is_current"] for row in rows].count(True) == 1
    other = next(row for row in rows if not row["is_current"])
    assert here.delete(f"/api/v1/sessions/{other['id']}/").status_code == 204
    assert there.get("/api/v1/my-work/").status_code == 401
    assert signed_in(here)


def test_signing_out_ends_the_session_for_a_kept_cookie_too(person: User) -> None:
    client, _ = sign_in(person)
    kept = client.cookies.copy()
    assert client.delete(SESSION).status_code == 204
    client.cookies = kept
    assert client.get("/api/v1/my-work/").status_code == 401
    assert UserSession.objects.count() == 0


def test_a_changed_password_ends_all_other_sessions(person: User) -> None:
    here, there = sign_in(person)[0], sign_in(person)[0]
    body = {"current_password": "wrong", "new_password": NEW}
    assert post(here, "/api/v1/password/change/", body).status_code == 403
    weak = {"current_password": f.PASSWORD, "new_password": "password12"}
    assert post(here, "/api/v1/password/change/", weak).status_code == 422
    assert signed_in(there)
    body["current_password"] = f.PASSWORD
    assert post(here, "/api/v1/password/change/", body).status_code == 204
    assert signed_in(here)
    assert not signed_in(there)
    assert sign_in(person)[1].status_code == 403
    assert sign_in(person, NEW)[1].status_code == 200


def test_a_closed_account_is_out_at_once(world: f.World) -> None:
    client, _ = sign_in(world.reader_a)
    admin = f.Api(world.admin).client
    path = f"/api/v1/users/{world.reader_a.pk}/"
    admin.patch(path, data={"is_active": False}, content_type="application/json")
    assert client.get("/api/v1/my-work/").status_code == 401


def mailed_token(person: User) -> str:
    assert post(Client(), "/api/v1/password/reset/", {"email": person.email}).status_code == 202
    text = str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == [person.email]
    return next(line for line in text.split() if "http" in line).rsplit("/", 1)[1].split("=")[-1]


def confirm(token: str, new: str = NEW) -> Any:
    return post(Client(), "/api/v1/password/reset/confirm/", {"token": token, "new_password": new})


def test_a_reset_link_works_once_and_ends_all_sessions(person: User) -> None:
    client, _ = sign_in(person)
    token = mailed_token(person)
    assert token not in str(list(OneTimeLink.objects.values()))
    assert confirm(token).status_code == 204
    assert not signed_in(client)
    again = confirm(token, "yet another pass 6")
    assert (again.status_code, again.json()["error"]["code"]) == (404, "link_expired")
    assert sign_in(person, NEW)[1].status_code == 200


def test_a_new_password_ends_every_link_to_set_another(person: User) -> None:
    first, second, third = (mailed_token(person) for _ in range(3))
    assert confirm(first).status_code == 204
    assert confirm(second, "yet another pass 6").status_code == 404
    client, _ = sign_in(person, NEW)
    late = mailed_token(person)
    body = {"current_password": NEW, "new_password": "yet another pass 6"}
    assert post(client, "/api/v1/password/change/", body).status_code == 204
    assert [confirm(token).status_code for token in (third, late)] == [404, 404]


def test_a_reset_deletes_api_tokens_and_a_change_keeps_them(person: User) -> None:
    row, text = make_token(by=person, name="script")
    client, _ = sign_in(person)
    body = {"current_password": f.PASSWORD, "new_password": NEW}
    assert post(client, "/api/v1/password/change/", body).status_code == 204
    bearer = {"Authorization": f"Bearer {text}"}
    assert Client().get("/api/v1/my-work/", headers=bearer).status_code == 200
    assert confirm(mailed_token(person), "yet another pass 6").status_code == 204
    assert Client().get("/api/v1/my-work/", headers=bearer).status_code == 401
    deleted = AuditEvent.objects.filter(action="token.deleted")
    assert [event.target_id for event in deleted] == [str(row.pk)]


def no_mail() -> Any:
    return mock.patch(
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
        side_effect=SMTPServerDisconnected(),
    )


def test_a_mail_that_fails_neither_tells_of_an_account_nor_loses_an_invitation(
    world: f.World,
) -> None:
    with no_mail():
        for address in (world.reader_a.email, "nobody@example.org"):
            answer = post(Client(), "/api/v1/password/reset/", {"email": address})
            assert (answer.status_code, answer.content) == (202, b"")
        token = invite(world, email="nora@example.org")
    new = {"display_name": "Nora New", "password": NEW}
    assert accept(Client(), token, **new).status_code == 200


def test_a_project_of_two_lines_is_a_subject_of_one(world: f.World) -> None:
    Project.objects.update(name="Heart\nTrial")
    invite(world, email="nora@example.org")
    assert mail.outbox[-1].subject == "Join Heart Trial on Accord"


def test_the_audit_trail_tells_granting_from_revoking(world: f.World) -> None:
    admin, path = f.Api(world.admin).client, f"/api/v1/users/{world.reader_a.pk}/"
    for change in ({"is_installation_admin": True}, {"is_installation_admin": False}):
        admin.patch(path, data=change, content_type="application/json")
    admin.patch(path, data={"display_name": "Rita"}, content_type="application/json")
    events = AuditEvent.objects.filter(action="user.changed").order_by("seq")
    assert [event.details for event in events] == [
        {"fields": ["is_installation_admin"], "is_installation_admin": True},
        {"fields": ["is_installation_admin"], "is_installation_admin": False},
        {"fields": ["display_name"]},
    ]


def test_the_audit_trail_says_which_invitation_was_accepted(world: f.World) -> None:
    assert accept(f.Api(world.scientist).client, invite(world)).status_code == 200
    (event,) = AuditEvent.objects.filter(action="invitation.accepted")
    assert event.target_id == str(Invitation.objects.get().pk)
    assert event.actor_id == str(world.scientist.pk)


def test_an_expired_reset_link_is_refused(person: User) -> None:
    token = mailed_token(person)
    OneTimeLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert confirm(token).status_code == 404
    assert sign_in(person)[1].status_code == 200


def test_asking_for_a_reset_tells_nothing_and_is_limited(person: User) -> None:
    for _ in range(10):
        answer = post(Client(), "/api/v1/password/reset/", {"email": "nobody@example.org"})
        assert (answer.status_code, answer.content) == (202, b"")
    assert mail.outbox == []
    assert post(Client(), "/api/v1/password/reset/", {"email": person.email}).status_code == 429


def test_an_admins_one_time_link_works_once(world: f.World) -> None:
    path = f"/api/v1/users/{world.reader_a.pk}/one-time-link/"
    made = f.Api(world.admin).client.post(path).json()
    token = made["url"].rsplit("/", 1)[1].split("=")[-1]
    assert confirm(token).status_code == 204
    assert confirm(token).status_code == 404


def invite(world: f.World, **body: Any) -> str:
    made = f.Api(world.owner).post(
        f"projects/{world.slug}/invitations/", {"roles": ["reader"], **body}
    )
    return str(made.json()["url"]).rsplit("/", 1)[1]


def accept(client: Client, token: str, **body: str) -> Any:
    return post(client, f"/api/v1/invitations/{token}/accept/", body)


def test_an_invitation_brings_in_one_person(world: f.World) -> None:
    token = invite(world)
    new = {"display_name": "Nora New", "email": "nora@example.org", "password": NEW}
    client = Client()
    assert accept(client, token, **new).status_code == 200
    assert signed_in(client)
    roles = Membership.objects.filter(user__email="nora@example.org").values_list("role", flat=True)
    assert list(roles) == ["reader"]
    late = accept(Client(), token, **{**new, "email": "late@example.org"})
    assert (late.status_code, late.json()["error"]["code"]) == (404, "invitation_expired")
    assert not User.objects.filter(email="late@example.org").exists()


def test_an_expired_invitation_and_one_for_another_are_refused(world: f.World) -> None:
    token = invite(world, email="nora@example.org")
    other = f.Api(world.scientist).client
    assert accept(other, token).status_code == 409
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    new = {"display_name": "Nora New", "email": "nora@example.org", "password": NEW}
    assert accept(Client(), token, **new).status_code == 404


def test_a_removed_owner_does_not_come_back_by_a_link_of_their_own(world: f.World) -> None:
    other = f.user("Odile Owner")
    Membership.objects.create(project=world.project, user=other, role="owner")
    token = invite(world, roles=["owner"])
    removed = f.Api(other).client.delete(f"/api/v1/projects/{world.slug}/members/{world.owner.pk}/")
    assert removed.status_code == 204
    assert Client().get(f"/api/v1/invitations/{token}/").status_code == 404
    late = accept(f.Api(world.owner).client, token)
    assert (late.status_code, late.json()["error"]["code"]) == (404, "invitation_expired")
    assert not Membership.objects.filter(user=world.owner).exists()
    (row,) = f.Api(other).get(f"projects/{world.slug}/invitations/").json()
    assert row["is_open"] is False


def test_an_invitation_is_withdrawn_until_somebody_accepts_it(world: f.World) -> None:
    owner, path = f.Api(world.owner), f"projects/{world.slug}/invitations/"
    token = invite(world)
    (row,) = owner.get(path).json()
    assert row["is_open"] is True
    assert owner.client.delete(f"/api/v1/{path}{row['id']}/").status_code == 204
    assert accept(f.Api(world.scientist).client, token).status_code == 404
    events = AuditEvent.objects.filter(action="invitation.withdrawn")
    assert [(e.actor_id, e.target_id) for e in events] == [(str(world.owner.pk), row["id"])]
    assert accept(f.Api(world.scientist).client, invite(world)).status_code == 200
    (row,) = owner.get(path).json()
    assert row["is_open"] is False
    assert owner.client.delete(f"/api/v1/{path}{row['id']}/").status_code == 404
