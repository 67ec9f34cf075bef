"""The vault: refused files are kept sealed, for the data steward alone, and for a time."""

import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils import timezone
from pydicom import dcmread

from portal.audit.models import AuditEvent
from portal.imaging.models import Instance, Stack
from portal.intake.models import ImportItem, ImportOutcome, QuarantinedFile
from portal.intake.services.purging import purge_vault
from portal.intake.services.quarantine import path_of
from portal.intake.vault.spool import staging
from portal.projects.roles import Role
from tests.factories import reading as f
from tests.factories.imaging import import_files, phantom_files
from tests.factories.people import add

pytestmark = pytest.mark.django_db
BAD = b"no DICOM, and the name of SECRET^PATIENT inside"


@pytest.fixture
def steward(world: f.World) -> f.Api:
    return f.Api(add(world.project, "stig", Role.DATA_STEWARD))


def vault_files() -> list[Path]:
    return [p for p in Path(configured.ACCORD_VAULT_DIR).rglob("*") if p.is_file()]


def quarantine_one(world: f.World, data: bytes = BAD) -> QuarantinedFile:
    import_files(world.project, world.coordinator, [data])
    return QuarantinedFile.objects.get(item__sha256=ImportItem.objects.latest("created_at").sha256)


@pytest.mark.parametrize("in_memory", [1 << 20, 10], ids=["small", "large"])
def test_a_refused_file_lies_sealed_and_comes_back_whole(
    world: f.World, steward: f.Api, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr("portal.intake.vault.spool.IN_MEMORY", in_memory)
    kept = quarantine_one(world)
    assert b"SECRET" not in path_of(kept).read_bytes()
    assert path_of(kept).stat().st_mode & 0o077 == 0
    answer = steward.get(f"projects/{world.slug}/quarantine/{kept.pk}/file/")
    assert b"".join(answer.streaming_content) == BAD
    assert AuditEvent.objects.filter(
        action="quarantine.opened", target_id=str(kept.item_id)
    ).exists()


def test_the_list_names_files_by_number_and_hash(world: f.World, steward: f.Api) -> None:
    quarantine_one(world)
    (row,) = steward.get(f"projects/{world.slug}/quarantine/").json()["results"]
    assert (row["sequence"], row["code"], row["size"]) == (0, "unreadable_dicom", len(BAD))
    assert "SECRET" not in str(row)


def test_a_file_that_is_good_by_now_is_stored_and_let_go(world: f.World, steward: f.Api) -> None:
    good = phantom_files()[0].read_bytes()
    dataset = dcmread(BytesIO(good))
    dataset.ImageComments = "the first to come"
    first = BytesIO()
    dataset.save_as(first)
    import_files(world.project, world.coordinator, [first.getvalue()])
    kept = quarantine_one(world, good)
    assert kept.item.code == "uid_conflict"
    path = f"projects/{world.slug}/quarantine/{kept.pk}/retry/"
    again = steward.post(path).json()
    assert (again["outcome"], again["code"]) == ("quarantined", "uid_conflict")
    assert path_of(kept).exists()
    Stack.objects.all().delete()
    ImportItem.objects.exclude(pk=kept.item_id).delete()
    Instance.objects.all().delete()
    found = steward.post(path).json()
    assert found["outcome"] == "stored"
    assert Stack.objects.count() == 1
    assert not path_of(kept).exists() or QuarantinedFile.objects.count() == 0
    assert steward.post(path).status_code == 404
    actions = AuditEvent.objects.filter(action="quarantine.retried").order_by("seq")
    assert [event.details["outcome"] for event in actions] == ["quarantined", "stored"]


def test_letting_go_keeps_the_report(
    world: f.World, steward: f.Api, django_capture_on_commit_callbacks: Any
) -> None:
    kept = quarantine_one(world)
    with django_capture_on_commit_callbacks(execute=True):
        answer = steward.client.delete(f"/api/v1/projects/{world.slug}/quarantine/{kept.pk}/")
    assert answer.status_code == 204
    assert not path_of(kept).exists()
    assert ImportItem.objects.get().outcome == ImportOutcome.QUARANTINED


def test_a_vault_whose_file_is_gone_says_so(world: f.World, steward: f.Api) -> None:
    kept = quarantine_one(world)
    path_of(kept).unlink()
    for answer in (
        steward.get(f"projects/{world.slug}/quarantine/{kept.pk}/file/"),
        steward.post(f"projects/{world.slug}/quarantine/{kept.pk}/retry/"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_kept")


def test_what_expired_and_what_was_left_behind_goes(world: f.World) -> None:
    old, young = quarantine_one(world, b"old"), quarantine_one(world, b"young")
    QuarantinedFile.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(1))
    left, fresh = staging() / "left-by-a-killed-process", staging() / "an-upload-now"
    for path in (left, fresh):
        path.write_bytes(b"sealed")
    os.utime(left, (time.time() - 86400, time.time() - 86400))
    os.utime(path_of(young), (time.time() - 86400, time.time() - 86400))
    assert purge_vault() == 2
    assert set(vault_files()) >= {path_of(young), fresh}
    assert not path_of(old).exists()
    assert not left.exists()
    fresh.unlink()


def test_files_known_by_hash_need_not_be_sent(world: f.World) -> None:
    api = f.Api(world.coordinator)
    import_files(world.project, world.coordinator, [phantom_files()[0].read_bytes()])
    known = ImportItem.objects.get().sha256
    root = f"projects/{world.slug}/imports/"
    batch = api.post(root).json()["id"]
    files = [{"sequence": 0, "sha256": known}, {"sequence": 1, "sha256": "0" * 64}]
    assert api.post(f"{root}{batch}/known/", {"files": files}).json() == {"known": [0]}
    assert api.post(f"{root}{batch}/known/", {"files": files}).json() == {"known": [0]}
    items = api.get(f"{root}{batch}/items/").json()
    assert [(i["sequence"], i["outcome"]) for i in items["results"]] == [(0, "duplicate")]


def test_the_report_is_json_without_names(world: f.World) -> None:
    api = f.Api(world.coordinator)
    import_files(world.project, world.coordinator, [phantom_files()[0].read_bytes(), BAD])
    batch = ImportItem.objects.first().batch_id
    answer = api.get(f"projects/{world.slug}/imports/{batch}/report/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    import json

    found = json.loads(b"".join(answer.streaming_content))
    assert [row["outcome"] for row in found["files"]] == ["stored", "quarantined"]
    assert found["counts"]["stored"] == 1
    assert "SECRET" not in json.dumps(found)
