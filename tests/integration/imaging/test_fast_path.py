"""The fast path of DICOMweb: the same answers and refusals as the ordinary one, and every
revocation on the next request."""

import gzip
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.contrib.sessions.models import Session
from django.db import models
from django.test import Client

from api.dicomweb import lean
from portal.accounts.models import ApiToken, User, UserSession
from portal.accounts.services.passwords import change_password
from portal.accounts.services.users import update_user
from portal.imaging.aliases import OWN, Names
from portal.imaging.models import Instance, Study
from portal.intake.models import ImportItem
from portal.projects.models import Membership
from tests.factories import reading as f
from tests.factories.entry import AsgiClient, WsgiClient
from tests.factories.imaging import import_files, phantom_files
from tests.factories.tokens import token_for
from tests.integration.imaging.test_revocation import bearer, paths
from tests.integration.permissions.people_and_things import stowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(world: f.World) -> Study:
    contents = [p.read_bytes() for p in phantom_files()[:8]]
    (study,) = import_files(world.project, world.coordinator, contents)
    return study


@pytest.fixture
def handled(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For every request: whether the fast path answered it."""
    seen: list[bool] = []
    answer = lean.answer

    def watched(*arguments: Any) -> Any:
        reply = answer(*arguments)
        seen.append(reply is not None)
        return reply

    monkeypatch.setattr(lean, "answer", watched)
    return seen


def statuses(client: Client, world: f.World, study: Study, names: Names = OWN) -> dict[str, int]:
    fast = WsgiClient(client)
    return {name: fast.get(path).status_code for name, path in paths(world, study, names).items()}


@pytest.mark.parametrize("by_token", [False, True])
def test_it_answers_as_the_ordinary_path_does(
    world: f.World, study: Study, handled: list[bool], by_token: bool
) -> None:
    client = bearer(token_for(world.coordinator)) if by_token else f.Api(world.coordinator).client
    for name, path in paths(world, study).items():
        fast, slow = WsgiClient(client).get(path), client.get(path, HTTP_HOST="localhost")
        body = b"".join(slow.streaming_content) if slow.streaming else slow.content
        assert (fast.status_code, slow.status_code) == (200, 200), name
        cut = fast.headers["Content-Type"].rpartition("boundary=")[2].encode()
        other = slow.headers["Content-Type"].rpartition("boundary=")[2].encode()
        assert fast.content.replace(cut, b"") == body.replace(other, b""), name
        assert fast.headers.get("ETag") == slow.headers.get("ETag")
        for header in ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy"):
            assert fast.headers[header] == slow.headers[header], header
        assert "default-src 'none'" in fast.headers["Content-Security-Policy"]
    assert handled == [True] * len(paths(world, study))


def test_a_reader_gets_the_relabelled_rendition_and_no_file(
    world: f.World, study: Study, handled: list[bool]
) -> None:
    assert study.case is not None
    (read,) = world.assign(study.case, world.reader_a)
    names = f.names_of(read)
    boss, reader = (WsgiClient(f.Api(p).client) for p in (world.coordinator, world.reader_a))
    for _ in range(2):  # the second time from what is remembered
        for name in ("metadata", "search"):
            path = paths(world, study)[name]
            assert b"SECRET" in boss.get(path).content
            seen = reader.get(paths(world, study, names)[name])
            assert seen.status_code == 200
            for secret in ("SECRET", study.label, study.study_uid):
                assert secret.encode() not in seen.content
            assert read.alias.encode() in seen.content
        assert reader.get(paths(world, study, names)["file"]).status_code == 403
        assert reader.get(paths(world, study)["metadata"]).status_code == 404
    hidden = paths(world, study)["search"] + "?PatientID=SECRET1"
    assert boss.get(hidden).status_code == 200
    assert reader.get(hidden).status_code == 204
    assert all(handled)


def end_session(world: f.World, client: Client) -> None:
    Session.objects.all().delete()


def end_session_by_page(world: f.World, client: Client) -> None:
    assert client.delete("/api/v1/session/").status_code == 204


def change_the_password(world: f.World, client: Client) -> None:
    change_password(by=world.coordinator, current=f.PASSWORD, new="a longer word 9", session_key="")


def close_account(world: f.World, client: Client) -> None:
    update_user(by=world.admin, user_id=world.coordinator.pk, is_active=False)


@pytest.mark.parametrize(
    "revoke", [end_session, end_session_by_page, change_the_password, close_account]
)
def test_a_session_that_ended_opens_nothing(
    world: f.World, study: Study, revoke: Callable[[f.World, Client], None]
) -> None:
    client = f.Api(world.coordinator).client
    assert set(statuses(client, world, study).values()) == {200}
    kept = Client()  # whoever copied the cookie
    for name, morsel in client.cookies.items():
        kept.cookies[name] = morsel.value
    revoke(world, client)
    assert set(statuses(kept, world, study).values()) == {401}


def test_an_expired_session_opens_nothing(world: f.World, study: Study) -> None:
    client = f.Api(world.coordinator).client
    assert set(statuses(client, world, study).values()) == {200}
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    assert set(statuses(client, world, study).values()) == {401}


@pytest.mark.parametrize("delete", [True, False])
def test_a_token_that_was_revoked_opens_nothing(world: f.World, study: Study, delete: bool) -> None:
    client = bearer(token_for(world.coordinator))
    assert set(statuses(client, world, study).values()) == {200}
    if delete:
        ApiToken.objects.all().delete()
    else:
        close_account(world, client)
    assert set(statuses(client, world, study).values()) == {401}


@pytest.mark.parametrize("by_token", [False, True])
def test_leaving_the_team_holds_on_the_next_request(
    world: f.World, study: Study, by_token: bool
) -> None:
    client = bearer(token_for(world.coordinator)) if by_token else f.Api(world.coordinator).client
    assert set(statuses(client, world, study).values()) == {200}
    path = f"/api/v1/projects/{world.slug}/members/{world.coordinator.pk}/"
    assert f.Api(world.owner).client.delete(path).status_code == 204
    assert set(statuses(client, world, study).values()) == {404}


def test_a_withdrawn_read_closes_its_images(world: f.World, study: Study) -> None:
    assert study.case is not None
    (read,) = world.assign(study.case, world.reader_a)
    client = f.Api(world.reader_a).client
    names = f.names_of(read)
    assert statuses(client, world, study, names)["frame"] == 200
    f.Api(world.coordinator).post(f"reads/{read.pk}/withdraw/", {"reason": "swapped"})
    found = statuses(client, world, study, names)
    assert found.pop("search") == 204
    assert set(found.values()) == {404}


def test_another_project_is_closed(world: f.World, study: Study) -> None:
    other = f.make_world(slug="other")
    client = f.Api(other.coordinator).client
    assert set(statuses(client, world, study).values()) == {404}


def test_nobody_and_a_wrong_host_are_refused(world: f.World, study: Study) -> None:
    assert set(statuses(Client(), world, study).values()) == {401}
    asked = {"host": "evil.example", "accept": "*/*"}
    path = paths(world, study)["frame"]
    assert lean.answer("GET", path, "", "http", lambda name: asked.get(name, "")) is None


def test_new_and_deleted_instances_show_at_once(world: f.World, study: Study) -> None:
    """Whoever changes the rows: the database counts, nothing has to be told."""
    client = WsgiClient(f.Api(world.coordinator).client)
    root = f"/dicomweb/{world.slug}/studies"
    path = f"{root}/{study.study_uid}/metadata"

    def counts() -> tuple[int, int]:
        (row,) = orjson.loads(client.get(root).content)
        return len(orjson.loads(client.get(path).content)), row["00201208"]["Value"][0]

    assert counts() == (8, 8)
    last = Instance.objects.order_by("instance_number").last()
    assert last is not None
    frame = f"{root}/{study.study_uid}/series/{last.series.series_uid}/instances/{{}}/frames/1"
    assert client.get(frame.format(last.sop_instance_uid)).status_code == 200
    fields = {x.attname: getattr(last, x.attname) for x in Instance._meta.concrete_fields}
    ImportItem.objects.filter(instance=last).update(instance=None)
    Instance.objects.filter(pk=last.pk).delete()
    assert client.get(frame.format(last.sop_instance_uid)).status_code == 404
    assert counts() == (7, 7)
    Instance.objects.bulk_create([Instance(**fields)])
    assert counts() == (8, 8)
    assert client.get(frame.format(last.sop_instance_uid)).status_code == 200


def test_metadata_is_packed_and_has_a_tag(world: f.World, study: Study) -> None:
    client = WsgiClient(f.Api(world.coordinator).client)
    path = paths(world, study)["metadata"]
    plain = client.get(path)
    packed = client.get(path, accept_encoding="gzip, deflate")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    again = client.get(path, if_none_match=plain.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, if_none_match='"other"').status_code == 200


def test_what_decides_about_people_is_known_here() -> None:
    """The fast path asks the database itself. A new field on these may be a new reason to refuse:
    look at ``portal/imaging/admission.py``, then add it here."""
    known: dict[type[models.Model], str] = {
        ApiToken: "id created_at user name token_sha256 last_used_at",
        UserSession: "id created_at user session_key user_agent last_seen_at",
        User: "id password last_login email display_name is_active is_installation_admin "
        "must_change_password created_at",
        Membership: "id created_at project user role site",
    }
    for model, names in known.items():
        assert {x.name for x in model._meta.concrete_fields} == set(names.split()), model


@pytest.mark.django_db(transaction=True)
def test_under_asgi_too(world: f.World, study: Study) -> None:
    client = f.Api(world.coordinator).client
    fast = AsgiClient(client)
    for name, path in paths(world, study).items():
        answer = fast.get(path)
        assert answer is not None, name
        assert answer[0] == 200, name
        assert len(answer[1]) > 100
    Session.objects.all().delete()
    assert all(fast.get(path) is None for path in paths(world, study).values())


@pytest.mark.django_db(transaction=True)
def test_behind_tls_every_address_says_so(
    world: f.World, study: Study, settings: Any, handled: list[bool]
) -> None:
    """TLS ends at the proxy: what reaches the entry points says http."""
    settings.ACCORD_PUBLIC_URL = "https://accord.example.org"
    api = f.Api(world.coordinator)
    path = paths(world, study)["metadata"]
    fast, slow = WsgiClient(api.client).get(path).content, api.client.get(path).content
    asynchronous = AsgiClient(api.client).get(path)
    assert asynchronous is not None
    assert handled == [True, True]
    body, content_type = stowed(phantom_files()[9].read_bytes())
    stored = api.client.post(
        f"/dicomweb/{world.slug}/studies", data=body, content_type=content_type
    )
    assert stored.status_code == 200
    for content in (fast, slow, asynchronous[1], stored.content):
        assert b"http://" not in content
    bulk = orjson.loads(fast)[0]["7FE00010"]["BulkDataURI"]
    assert bulk.startswith(f"https://localhost/dicomweb/{world.slug}/studies/")
    retrieve = stored.json()["00081199"]["Value"][0]["00081190"]["Value"][0]
    assert retrieve.startswith(f"https://testserver/dicomweb/{world.slug}/studies/")
