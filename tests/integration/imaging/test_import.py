"""Imports: everything in, twice without harm, and each bad file named."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pydicom import dcmread

from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.imaging.models import Instance, Stack
from portal.intake.models import ImportItem, ImportOutcome
from portal.intake.services.batches import finish_import, start_import
from portal.intake.services.receiving import receive_file
from portal.projects.roles import Role
from portal.storage import files
from portal.storage.models import Blob
from tests.factories.imaging import import_files, import_phantom, phantom_files
from tests.factories.people import add, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return make_project()


@pytest.fixture
def coordinator(project):
    return add(project, "cora", Role.COORDINATOR)


def test_a_study_becomes_a_case_with_one_stack(project, coordinator) -> None:
    study = import_phantom(project, coordinator)
    stack = study.stacks.get()
    assert (stack.n_slices, stack.n_phases, stack.sequence_kind, stack.view) == (
        5,
        8,
        "cine",
        "SAX",
    )
    assert bytes(stack.thumbnail).startswith(b"\x89PNG")
    assert study.case.is_phantom
    assert study.deid_procedure == "none-v1"
    assert study.case.label == "C0001"
    events = AuditEvent.objects.filter(action="import.finished")
    assert events.get().details["stored"] == 40


def test_bytes_come_out_identical(project, coordinator) -> None:
    import_phantom(project, coordinator)
    for path in phantom_files()[:5]:
        uid = dcmread(path, stop_before_pixels=True).SOPInstanceUID
        row = Instance.objects.get(sop_instance_uid=uid)
        assert files.read_bytes(row.blob_id) == path.read_bytes()
        offset, length = row.frame_ranges[0]
        assert files.read_range(row.blob_id, offset, length) == dcmread(path).PixelData


def test_the_same_study_again_is_only_duplicates(project, coordinator) -> None:
    import_phantom(project, coordinator)
    before = (Instance.objects.count(), Case.objects.count(), Stack.objects.count())
    import_phantom(project, coordinator)
    assert (Instance.objects.count(), Case.objects.count(), Stack.objects.count()) == before
    assert ImportItem.objects.filter(outcome=ImportOutcome.DUPLICATE).count() == 40


def test_two_projects_share_bytes_but_not_rows(project, coordinator) -> None:
    import_phantom(project, coordinator)
    other = make_project("other")
    import_phantom(other, add(other, "otto", Role.COORDINATOR))
    assert Instance.objects.count() == 80
    assert set(Blob.objects.values_list("reference_count", flat=True)) == {2}


def test_late_frames_make_a_new_version(project, coordinator) -> None:
    contents = [p.read_bytes() for p in phantom_files()]
    import_files(project, coordinator, contents[:-3])
    first = Stack.objects.get()
    assert first.findings[0]["code"] == "missing_frames"
    import_files(project, coordinator, contents[-3:])
    latest = Stack.objects.get(is_latest=True)
    assert latest.version == 2
    assert {f["severity"] for f in latest.findings} == {"warning", "info"}  # five coarse slices
    assert "missing_frames" not in {f["code"] for f in latest.findings}
    first.refresh_from_db()
    assert not first.is_latest


def bad_files() -> dict[str, tuple[bytes, str]]:
    good = phantom_files()[0].read_bytes()
    ct = dcmread(phantom_files()[1])
    ct.Modality = "CT"
    path = phantom_files()[0].parent / "ct.bin"
    ct.save_as(path)
    return {
        "text": (b"hello, this is no DICOM", "unreadable_dicom"),
        "empty": (b"", "unreadable_dicom"),
        "cut": (good[: len(good) // 2], "unreadable_dicom"),
        "ct": (path.read_bytes(), "unsupported_input"),
    }


@pytest.mark.parametrize("name", ["text", "empty", "cut", "ct"])
def test_a_bad_file_is_named_and_leaves_nothing(project, coordinator, name: str) -> None:
    data, code = bad_files()[name]
    import_files(project, coordinator, [data])
    item = ImportItem.objects.get()
    assert (item.outcome, item.code) == (ImportOutcome.QUARANTINED, code)
    assert item.message.endswith(".")
    assert Instance.objects.count() == Blob.objects.count() == 0
    assert not list((files.root() / "drafts").iterdir())


def test_same_uid_with_other_bytes_is_a_conflict(project, coordinator, tmp_path: Path) -> None:
    import_files(project, coordinator, [phantom_files()[0].read_bytes()])
    changed = dcmread(phantom_files()[0])
    changed.PatientID = "SOMEBODY-ELSE"
    changed.save_as(tmp_path / "x.dcm")
    import_files(project, coordinator, [(tmp_path / "x.dcm").read_bytes()])
    item = ImportItem.objects.get(outcome=ImportOutcome.QUARANTINED)
    assert item.code == "uid_conflict"
    assert Instance.objects.count() == 1


def test_the_same_sequence_number_again_changes_nothing(project, coordinator) -> None:
    batch = start_import(by=coordinator, project=project)
    data = phantom_files()[0].read_bytes()
    first = receive_file(batch=batch, sequence=0, chunks=[data])
    again = receive_file(batch=batch, sequence=0, chunks=[b"something else"])
    assert again.pk == first.pk
    assert finish_import(by=coordinator, batch=batch).state == "finished"
    assert finish_import(by=coordinator, batch=batch).state == "finished"


def test_an_upload_cut_halfway_leaves_nothing(project, coordinator) -> None:
    batch = start_import(by=coordinator, project=project)

    def cut():
        yield phantom_files()[0].read_bytes()[:1000]
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        receive_file(batch=batch, sequence=0, chunks=cut())
    assert ImportItem.objects.count() == 0
    assert not list((files.root() / "drafts").iterdir())


def test_command_reports_json(project, coordinator, capsys) -> None:
    call_command("import_dicom", str(phantom_files()[0].parent), project="trial", json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["stored"] == 40
    assert found["studies"] == [{"study": "C0001", "stacks": ["5×8"]}]
    assert "SECRET" not in json.dumps(found)


def test_command_refuses_an_empty_folder(project, coordinator, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no files"):
        call_command("import_dicom", str(tmp_path), project="trial")


def test_check_integrity_finds_a_changed_and_a_missing_file(project, coordinator, capsys) -> None:
    import_phantom(project, coordinator)
    call_command("check_integrity")
    first, second = Blob.objects.all()[:2]
    files.path_of(first.pk).write_bytes(b"changed")
    files.path_of(second.pk).unlink()
    with pytest.raises(SystemExit):
        call_command("check_integrity")
    out = capsys.readouterr().out
    assert "1 altered, 1 missing" in out
    files.path_of(first.pk).unlink()  # so that the next test stores its bytes anew
