"""Who was scanned stays in the images and their metadata: not in audit, logs, errors, addresses,
jobs or metrics, and not in what a reader gets."""

import json
import logging
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from portal.accounts.models import Notification
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.imaging.models import Study
from portal.jobs.models import Job
from tests.factories import reading as f
from tests.factories.crawl import crawl
from tests.factories.identity import (
    BIRTH_DATE,
    SECRET,
    as_bytes,
    files_with_identity,
    with_identity,
)
from tests.factories.imaging import phantom_files
from tests.integration.permissions.people_and_things import make_champion, stowed

pytestmark = pytest.mark.django_db


def bad_files() -> list[bytes]:
    """Refused for another reason each, with an identity in all of them."""
    good = files_with_identity()[0]
    ct = with_identity(phantom_files(3)[1].read_bytes())
    ct.Modality = "CT"
    changed = with_identity(phantom_files(3)[0].read_bytes())
    changed.PatientName = f"{SECRET}^changed"
    nameless = with_identity(phantom_files(3)[2].read_bytes())
    del nameless.SeriesInstanceUID
    return [as_bytes(ct), as_bytes(changed), as_bytes(nameless), good[: len(good) // 2], b"SECRET"]


def send_all(client: Client, slug: str) -> list[Any]:
    """Import good and bad files as a browser would; every answer on the way."""
    root = f"/api/v1/projects/{slug}/imports/"
    answers = [client.post(root, data={"name": "x"}, content_type="application/json")]
    batch = answers[0].json()["id"]
    for sequence, data in enumerate([*files_with_identity(), *bad_files()]):
        path = f"{root}{batch}/files/?sequence={sequence}"
        answers.append(client.post(path, data=data, content_type="application/octet-stream"))
    answers += [client.post(f"{root}{batch}/finish/"), client.get(f"{root}{batch}/")]
    dicomweb = f"/dicomweb/{slug}/studies"
    for data in bad_files():
        body, content_type = stowed(data)
        answers.append(client.post(dicomweb, data=body, content_type=content_type))
    answers.append(client.get(f"{dicomweb}?NoSuchAttribute={SECRET}"))
    answers.append(client.get(f"{dicomweb}?PatientID={SECRET}&limit=x"))
    answers.append(client.get(f"{dicomweb}/{SECRET}/metadata"))
    return answers


def addresses_in(value: Any) -> list[str]:
    """Everything in an answer that is an address."""
    if isinstance(value, dict):
        return [a for v in value.values() for a in addresses_in(v)]
    if isinstance(value, list):
        return [a for v in value for a in addresses_in(v)]
    return [value] if isinstance(value, str) and value.startswith(("/", "http")) else []


def assert_clean(what: str, text: str) -> None:
    assert SECRET not in text, (what, text[max(0, text.find(SECRET) - 200) :][:400])
    assert BIRTH_DATE not in text, what


def test_identity_stays_in_the_images(world: f.World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    coordinator = f.Api(world.coordinator)
    answers = send_all(coordinator.client, world.slug)
    assert {a.status_code for a in answers} >= {200, 201, 400, 404, 409}
    assert max(a.status_code for a in answers) < 500
    # the files themselves do hold it, as far as the coordinator is concerned
    metadata = coordinator.get(f"/dicomweb/{world.slug}/studies").content.decode()
    assert SECRET in metadata
    for answer in answers:
        if "/studies/" not in str(answer.request["PATH_INFO"]):
            for address in addresses_in(answer.json() if answer.content else {}):
                assert_clean("address", address)
        if answer.status_code >= 400:
            assert_clean("error", answer.content.decode())
    for seen, (status, content) in crawl(coordinator).items():
        assert_clean("address", seen)
        if status >= 400 or "/jobs/" in seen or "/notifications/" in seen:
            assert_clean(seen, content.decode())
    rows = json.dumps(list(AuditEvent.objects.values()), default=str)
    assert "import.finished" in rows
    assert_clean("audit", rows)
    for path in ("/metrics", "/healthz", "/readyz"):
        answer = Client().get(path)
        assert answer.status_code == 200
        assert_clean(path, answer.content.decode())
    assert_clean("log", caplog.text)


def test_a_worker_gets_pixels_and_no_identity(world: f.World) -> None:
    send_all(f.Api(world.coordinator).client, world.slug)
    make_champion(world)
    case = Case.objects.get(project=world.project)
    body = {"case_ids": [str(case.pk)]}
    asked = f.Api(world.coordinator).post(f"projects/{world.slug}/preannotate/", body)
    assert asked.status_code == 201, asked.content
    bearer = {"Authorization": f"Bearer {settings.ACCORD_WORKER_TOKEN}"}
    lease = Client().post(
        f"/api/v1/worker/jobs/{Job.objects.get().pk}/lease/",
        data={"worker": "w"},
        content_type="application/json",
        headers=bearer,
    )
    assert lease.status_code == 200, lease.content
    assert_clean("envelope", lease.content.decode())
    inputs = lease.json()["inputs"]
    assert inputs
    for link in inputs:
        data = Client().get(urlsplit(link["pixels_url"]).path).content
        assert data
        assert SECRET.encode() not in data
    for row in Notification.objects.all():
        assert_clean("notification", row.text)


def test_a_reader_gets_a_rendition_without_identity(world: f.World) -> None:
    send_all(f.Api(world.coordinator).client, world.slug)
    study = Study.objects.get(project=world.project)
    assert study.case is not None
    (read,) = world.assign(study.case, world.reader_a)
    reader = f.Api(world.reader_a)
    seen = crawl(reader)
    opened = [address for address, (status, _) in seen.items() if status == 200]
    assert len([a for a in opened if a.endswith("/frames/1")]) == 12
    assert len([a for a in opened if a.endswith("/metadata")]) > 12
    for address in opened:
        assert_clean(address, seen[address][1].decode("latin-1"))
    instances = f"/dicomweb/{world.slug}/instances?includefield=all"
    assert_clean("search", reader.get(instances).content.decode())
    (mapping,) = reader.get(instances).json()[0]["00409096"]["Value"]
    assert mapping["00409225"]["Value"] == [0.5]  # what the values of a map need stays
    assert mapping["004008EA"]["Value"][0]["00080100"]["Value"] == ["ms"]
    # nor does a search tell whether a word is in what is hidden
    listed = f"projects/{world.slug}/studies/"
    assert reader.get(listed).json()["count"] == 0  # what is read is in the work list alone
    assert reader.get(f"{listed}?search={SECRET}").json()["count"] == 0
    assert reader.get(f"/dicomweb/{world.slug}/studies?PatientID={SECRET}*").status_code == 204
    row = reader.get(f"/dicomweb/{world.slug}/studies").json()[0]
    assert row["00100020"]["Value"] == [read.alias]
