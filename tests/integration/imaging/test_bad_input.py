"""Whatever is sent: a named error or a flag that says what to do, nothing half-written, no 500."""

import errno
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, transaction

from portal.imaging.models import Instance, Series, Stack, Study
from portal.intake.models import ImportBatch, ImportItem, ImportOutcome, QuarantinedFile
from portal.intake.vault.spool import staging
from portal.projects.models import Project
from portal.storage import files
from portal.storage.models import Blob
from tests.factories import reading as f
from tests.factories.hostile import TEXTS, changed, deflated_bomb, odd_files, put, with_text
from tests.factories.imaging import import_files, phantom_files
from tests.factories.planted import as_file, image
from tests.integration.permissions.people_and_things import stowed

pytestmark = pytest.mark.django_db
MEGABYTE = 1 << 20


@pytest.fixture
def api(world: f.World) -> f.Api:
    api = f.Api(world.coordinator)
    api.client.raise_request_exception = False
    return api


def begin(api: f.Api, world: f.World) -> str:
    batch = api.post(f"projects/{world.slug}/imports/").json()["id"]
    return f"/api/v1/projects/{world.slug}/imports/{batch}/"


def upload(api: f.Api, root: str, data: bytes, sequence: int = 0) -> Any:
    path = f"{root}files/?sequence={sequence}"
    return api.client.post(path, data=data, content_type="application/octet-stream")


def store(api: f.Api, world: f.World, data: bytes) -> Any:
    body, content_type = stowed(data)
    path = f"/dicomweb/{world.slug}/studies"
    return api.client.post(path, data=body, content_type=content_type)


def assert_nothing_kept() -> None:
    for model in (Instance, Series, Study, Stack, Blob):
        assert model._default_manager.count() == 0, model
    assert_no_drafts()


def assert_no_drafts() -> None:
    for folder in (files.root() / "drafts", staging()):
        assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize("name", list(odd_files()))
def test_an_odd_file_is_stored_as_far_as_it_goes_or_refused_by_name(
    world: f.World, api: f.Api, name: str
) -> None:
    data = odd_files()[name]
    root = begin(api, world)
    answer = upload(api, root, data)
    assert answer.status_code == 200, answer.content
    item = answer.json()
    refused = item["outcome"] == ImportOutcome.QUARANTINED
    assert api.post(f"{root}finish/").status_code == 200
    if refused:
        assert item["code"] in ("unreadable_dicom", "unsupported_input")
        assert item["message"].endswith(".")
        assert_nothing_kept()
    for path in ("studies", "series", "instances"):
        answer = api.get(f"/dicomweb/{world.slug}/{path}")
        assert answer.status_code == (204 if refused else 200)
    stored = store(api, world, data)
    assert stored.status_code == (409 if refused else 200), stored.content


def test_the_odd_files_are_of_both_kinds(world: f.World, api: f.Api) -> None:
    import_files(world.project, world.coordinator, list(odd_files().values()))
    found = set(ImportItem.objects.values_list("outcome", flat=True))
    assert {ImportOutcome.STORED, ImportOutcome.QUARANTINED} <= found


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_words_of_dicom_stay_words(world: f.World, api: f.Api, text: str) -> None:
    (study,) = import_files(world.project, world.coordinator, [with_text(text)])
    study.refresh_from_db()
    assert study.description == text.strip()
    for path in (
        f"projects/{world.slug}/studies/",
        f"projects/{world.slug}/studies/{study.pk}/",
        f"projects/{world.slug}/cases/{study.case_id}/",
        f"/dicomweb/{world.slug}/studies/{study.study_uid}/metadata",
        f"/dicomweb/{world.slug}/studies?StudyDescription=no+such+thing",
    ):
        answer = api.get(path)
        assert answer.status_code in (200, 204)
        if answer.status_code == 200:
            assert answer.headers["Content-Type"] in ("application/json", "application/dicom+json")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
    metadata = api.get(f"/dicomweb/{world.slug}/studies/{study.study_uid}/metadata").json()
    assert metadata[0]["0008103E"]["Value"] == [text.strip()]
    listed = api.get(f"projects/{world.slug}/studies/").json()["results"][0]
    assert listed["description"] == text.strip()[:300]


def test_a_bomb_is_not_unpacked(world: f.World, api: f.Api) -> None:
    import tracemalloc

    bomb = deflated_bomb(512 * MEGABYTE)
    assert len(bomb) < MEGABYTE
    root = begin(api, world)
    tracemalloc.start()
    item = upload(api, root, bomb).json()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (item["outcome"], item["code"]) == ("quarantined", "unsupported_input")
    assert peak < 64 * MEGABYTE
    assert_nothing_kept()


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The storage's disk takes no byte more."""

    def fsync(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)


def assert_says_that_the_disk_is_full(answer: Any) -> None:
    assert answer.status_code == 503, answer.content
    error = answer.json()["error"]
    assert error["code"] == "storage_full"
    assert "free space" in error["message"]


def test_a_full_disk_is_named_and_nothing_is_half_written(
    world: f.World, api: f.Api, monkeypatch: pytest.MonkeyPatch, full_disk: None
) -> None:
    root = begin(api, world)
    data = phantom_files()[0].read_bytes()
    assert_says_that_the_disk_is_full(upload(api, root, data))
    assert_says_that_the_disk_is_full(store(api, world, data))
    assert ImportItem.objects.count() == 0
    assert_nothing_kept()
    monkeypatch.undo()
    assert upload(api, root, data).json()["outcome"] == "stored"


@pytest.mark.parametrize("procedure", ["none-v1", "basic-2026c-v1"])
def test_a_disk_that_takes_no_byte_is_named_in_every_project(
    world: f.World, api: f.Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, procedure: str
) -> None:
    Project.objects.filter(pk=world.project.pk).update(deid_procedure=procedure)
    name = tmp_path / "draft"

    def on_a_full_disk() -> files.Draft:
        name.touch()
        return files.Draft(os.open("/dev/full", os.O_RDWR), name)

    monkeypatch.setattr(files, "new_draft", on_a_full_disk)
    # one that a buffer holds, so that the disk sees it when it is read again, and a larger one
    for data in (as_file(image()), phantom_files()[1].read_bytes()):
        assert_says_that_the_disk_is_full(upload(api, begin(api, world), data))
        assert not name.exists()
    assert_nothing_kept()


@pytest.mark.parametrize(
    ("step", "nameless"),
    [
        ("os.link", True),
        ("os.link", False),
        ("tempfile.mkstemp", False),
        ("pathlib.Path.mkdir", True),
    ],
)
def test_a_full_disk_at_any_step_of_keeping_a_file(
    world: f.World, api: f.Api, monkeypatch: pytest.MonkeyPatch, step: str, nameless: bool
) -> None:
    if not nameless:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    root = begin(api, world)
    data = changed(put(ImageComments=f"never stored before: {step} {nameless}"))

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(step, full)
        assert_says_that_the_disk_is_full(upload(api, root, data))
    assert ImportItem.objects.count() == 0
    assert_nothing_kept()
    assert upload(api, root, data).json()["outcome"] == "stored"


@pytest.mark.parametrize("data", [b"no DICOM at all", None], ids=["small", "large"])
def test_a_full_disk_under_the_vault_is_named_too(
    world: f.World, api: f.Api, monkeypatch: pytest.MonkeyPatch, data: bytes | None
) -> None:
    monkeypatch.setattr("portal.intake.vault.spool.IN_MEMORY", 1000)
    root = begin(api, world)

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("portal.intake.vault.spool.os.fsync", full)
        assert_says_that_the_disk_is_full(
            upload(api, root, data or phantom_files()[0].read_bytes())
        )
    assert ImportItem.objects.count() == QuarantinedFile.objects.count() == 0
    assert_nothing_kept()


def test_a_full_disk_under_the_database_is_named_too(
    world: f.World, api: f.Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("database or disk is full")

    root = begin(api, world)
    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr("django.db.models.query.QuerySet.bulk_create", full)
        assert_says_that_the_disk_is_full(upload(api, root, phantom_files()[0].read_bytes()))
    assert_nothing_kept()


def test_a_study_sent_as_another_kind_of_body_is_named(world: f.World, api: f.Api) -> None:
    path = f"/dicomweb/{world.slug}/studies"
    for content_type in ("application/dicom", "multipart/related", "text/html"):
        answer = api.client.post(path, data=b"x", content_type=content_type)
        assert answer.status_code == 422
        assert "multipart/related" in answer.json()["error"]["message"]
    _, content_type = stowed()
    for body in (b"", b"no boundary at all", b"--x--\r\n"):
        answer = api.client.post(path, data=body, content_type=content_type)
        assert answer.status_code == 422, body
    assert ImportBatch.objects.count() == 0


def test_a_cut_store_request_keeps_none_of_its_parts(world: f.World, api: f.Api) -> None:
    """The first part had arrived whole; the sender can't know that, and sends all again."""
    first, content_type = stowed(phantom_files()[0].read_bytes())
    body = first.removesuffix(b"--x--\r\n") + stowed(phantom_files()[1].read_bytes())[0][:3000]
    path = f"/dicomweb/{world.slug}/studies"
    answer = api.client.post(path, data=body, content_type=content_type)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "upload_cut")
    assert ImportItem.objects.count() == 0
    assert ImportBatch.objects.get().state == "finished"
    assert_nothing_kept()


def import_path(path: Path) -> None:
    call_command("import_dicom", str(path), project="trial", json=True)


def test_an_archive_with_climbing_names_writes_nowhere_else(world: f.World, tmp_path: Path) -> None:
    archive = tmp_path / "in" / "study.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as made:
        for n, name in enumerate(("../../climbed.dcm", "/tmp/absolute.dcm", "a/../../b.dcm")):
            made.writestr(name, phantom_files()[n].read_bytes())
    before = sorted(p for p in tmp_path.rglob("*"))
    import_path(archive)
    assert ImportItem.objects.filter(outcome=ImportOutcome.STORED).count() == 3
    assert sorted(p for p in tmp_path.rglob("*")) == before
    assert not Path("/tmp/absolute.dcm").exists()
    assert_no_drafts()


def test_an_archive_that_unpacks_to_too_much_is_refused_and_the_rest_goes_on(
    world: f.World, tmp_path: Path, settings: Any
) -> None:
    settings.ACCORD_MAX_UPLOAD_BYTES = 8 * MEGABYTE
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("bomb", bytes(256 * MEGABYTE))
        made.write(phantom_files()[0], "good.dcm")
    assert archive.stat().st_size < MEGABYTE
    import_path(archive)
    codes = ImportItem.objects.order_by("sequence").values_list("outcome", "code")
    assert list(codes) == [("quarantined", "file_too_large"), ("stored", "")]
    assert_no_drafts()


def test_a_damaged_archive_is_named(world: f.World, tmp_path: Path) -> None:
    archive = tmp_path / "damaged.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.write(phantom_files()[0], "one.dcm")
    data = bytearray(archive.read_bytes())
    data[200:400] = bytes(200)
    archive.write_bytes(data)
    import_path(archive)
    item = ImportItem.objects.get()
    assert item.code in ("unreadable_archive", "unreadable_dicom")
    assert item.message.endswith(".")
    assert_nothing_kept()
