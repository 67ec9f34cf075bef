"""Ways in from the server's disk: folders, archives, discs; each file once, none by its name."""

import io
import os
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage, generate_uid

from portal.intake.errors import SourceUnreadable
from portal.intake.models import ImportBatch, ImportItem, ImportOutcome
from portal.intake.sources import files_in
from tests.factories import reading as f
from tests.factories.hostile import deflated_bomb
from tests.factories.imaging import phantom_files

CONTENTS = {"a/IM1": b"one", "a/b/IM2": bytes(range(256)) * 100, "c": b""}


def put(folder: Path) -> Path:
    for name, data in CONTENTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def zipped(folder: Path) -> Path:
    path = folder / "no-extension-of-its-own"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in CONTENTS.items():
            archive.writestr(name, data)
    return path


def tarred(folder: Path, mode: str) -> Path:
    path = folder / "archive"
    with tarfile.open(path, mode) as archive:
        for name, data in CONTENTS.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("a/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


WAYS = {
    "folder": put,
    "zip": zipped,
    "tar": lambda folder: tarred(folder, "w"),
    "tar.gz": lambda folder: tarred(folder, "w:gz"),
}


def read_all(*paths: Path) -> list[bytes]:
    return [b"".join(chunks) for chunks in files_in(paths)]


@pytest.mark.parametrize("way", WAYS)
def test_every_file_comes_once(way: str, tmp_path: Path) -> None:
    assert sorted(read_all(WAYS[way](tmp_path))) == sorted(CONTENTS.values())


@pytest.mark.parametrize("way", ["zip", "tar", "tar.gz"])
def test_an_archive_inside_a_folder_is_unpacked(way: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    WAYS[way](tmp_path / "in")
    assert sorted(read_all(tmp_path / "in")) == sorted(CONTENTS.values())


def test_a_dicom_file_is_no_archive() -> None:
    assert read_all(phantom_files()[0]) == [phantom_files()[0].read_bytes()]


@pytest.mark.parametrize("way", ["zip", "tar", "tar.gz"])
@pytest.mark.parametrize("harm", ["cut", "zeros"])
def test_a_damaged_archive_is_named_and_ends(way: str, harm: str, tmp_path: Path) -> None:
    path = WAYS[way](tmp_path)
    data = bytearray(path.read_bytes())
    if harm == "cut":
        del data[len(data) // 2 :]
    else:
        data[len(data) // 3 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 3)
    path.write_bytes(data)
    found, problems = [], 0
    for chunks in files_in([path]):
        try:
            found.append(b"".join(chunks))
        except SourceUnreadable:
            problems += 1
    # a zip without its index, and a tar without its first head, are files that aren't DICOM; a
    # tar has no checksums of what it holds: other bytes inside are other bytes
    quiet = found == [bytes(data)] or len(found) < len(CONTENTS) or (way, harm) == ("tar", "zeros")
    assert problems or quiet
    assert len(found) + problems <= len(CONTENTS) + 1


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "Müller^Hans.dcm"
    os.symlink(tmp_path / "nowhere", missing)
    (tmp_path / "x").write_bytes(b"x")
    missing.unlink()
    generator = files_in([tmp_path])
    chunks = next(generator)
    (tmp_path / "x").unlink()
    with pytest.raises(SourceUnreadable) as caught:
        list(chunks)
    assert "x" not in str(caught.value).replace("FileNotFoundError", "").split()


def disc(folder: Path, names: list[list[str]]) -> Path:
    """A DICOMDIR that names files, as written on a CD."""
    directory = Dataset()
    directory.FileSetID = "SECRET"
    directory.DirectoryRecordSequence = []
    for parts in names:
        record = Dataset()
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = parts
        directory.DirectoryRecordSequence.append(record)
    directory.file_meta = FileMetaDataset()
    directory.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    directory.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    directory.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path = folder / "DICOMDIR"
    dcmwrite(path, directory, enforce_file_format=True)
    return path


def test_a_disc_brings_the_files_it_names_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "im1").write_bytes(b"one")
    (tmp_path / "not-named").write_bytes(b"other")
    (tmp_path.parent / "outside").write_bytes(b"outside")
    path = disc(tmp_path, [["IMAGES", "IM1"], ["..", "outside"], ["IMAGES", "GONE"]])
    found, problems = [], 0
    for chunks in files_in([path]):
        try:
            found.append(b"".join(chunks))
        except SourceUnreadable:
            problems += 1
    assert (found, problems) == ([b"one"], 2)


def test_a_bomb_is_handed_on_as_it_is(tmp_path: Path) -> None:
    bomb = deflated_bomb(512 << 20)
    (tmp_path / "DICOMDIR").write_bytes(bomb)
    tracemalloc.start()
    (chunks,) = files_in([tmp_path / "DICOMDIR"])
    assert b"".join(chunks) == bomb
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 << 20


@pytest.mark.django_db
def test_the_index_of_a_disc_in_a_folder_is_set_aside_by_name(
    world: f.World, tmp_path: Path
) -> None:
    from django.core.management import call_command

    disc(tmp_path, [["IM1"]])
    (tmp_path / "IM1").write_bytes(phantom_files()[0].read_bytes())
    call_command("import_dicom", str(tmp_path), project=world.slug, json=True)
    found = dict(ImportItem.objects.values_list("outcome", "code"))
    assert found == {ImportOutcome.QUARANTINED: "media_directory", ImportOutcome.STORED: ""}
    assert not hasattr(ImportItem.objects.get(code="media_directory"), "kept")
    assert tmp_path.name not in ImportBatch.objects.get(items__code="media_directory").label
