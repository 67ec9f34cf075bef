"""Annotations made elsewhere: through REST and commands into a read of their own; idempotent,
blinded, and in the way of nothing else."""

import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from django.core.management import CommandError, call_command

from cmrkit.contracts import StackMeta
from cmrkit.deid import Option, Procedure
from cmrkit.geometry import polygon_area_px
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.writers import SegAbout, label_volume, labels_nifti, write_segmentation
from portal.annotations.imports import case_of_file
from portal.annotations.models import Annotation, AnnotationImport, Revision
from portal.annotations.selectors import contents_of, labels_on
from portal.annotations.services import importing
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.imaging.models import Instance, Stack, Study
from portal.measurements.services.measuring import measure
from portal.projects.models import Project
from portal.reads.models import Read, Reader, ReadPurpose
from tests.factories import reading as f
from tests.factories import volumes as v
from tests.factories.imaging import import_files, import_phantom, small_phantom

pytestmark = pytest.mark.django_db
ABOUT = SegAbout("S1", "digest", datetime(2026, 1, 1, tzinfo=UTC), "1")


def seg_bytes(phase: int = 0) -> bytes:
    """Our own SEG of the small phantom."""
    phantom = small_phantom()
    sources = {str(d.SOPInstanceUID): d for d in cine_datasets(phantom)}
    out = BytesIO()
    write_segmentation(phantom.meta, phantom.labels, phase, sources, ABOUT).save_as(
        out, enforce_file_format=True
    )
    return out.getvalue()


def send(world: f.World, case: Case, data: bytes, by: f.User | None = None, query: str = "") -> Any:
    address = f"/api/v1/projects/{world.slug}/cases/{case.pk}/annotations/import/{query}"
    client = f.Api(by or world.coordinator).client
    return client.post(address, data=data, content_type="application/octet-stream")


@pytest.fixture
def case(world: f.World) -> Case:
    study = import_phantom(world.project, world.coordinator)
    assert study.case is not None
    return study.case


def imported(case: Case) -> Read:
    return Read.objects.select_related("stack", "reader", "protocol_version").get(
        case=case, purpose=ReadPurpose.IMPORTED
    )


def counts() -> tuple[int, ...]:
    models = (Case, Study, Instance, Stack, Read, Reader, Annotation, Revision, AnnotationImport)
    return tuple(m._default_manager.count() for m in models)


def test_a_seg_becomes_a_read_of_its_source(world: f.World, case: Case) -> None:
    answer = send(world, case, seg_bytes(), query="?source=Core+lab+Leipzig")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["source"], body["form"], body["read_id"]) == ("Core lab Leipzig", "seg", None)
    assert body["structures"] == ["lv_endo", "lv_epi", "rv_endo"]
    read = imported(case)
    assert (read.state, read.reader.kind, read.reader.user) == ("submitted", "imported", None)
    rows = contents_of(read).annotations
    assert {(a.origin, a.state) for a in rows} == {("imported", "auto")}
    assert body["n_contours"] == len(rows)
    phantom = small_phantom()
    back = label_volume(StackMeta.from_json(read.stack.meta), labels_on(read.stack, rows), 0)
    assert (back == label_volume(phantom.meta, phantom.labels, 0)).all()
    event = AuditEvent.objects.get(action="annotations.imported")
    assert event.details["contours"] == len(rows)
    assert "Leipzig" not in json.dumps(event.details)
    case.refresh_from_db()
    assert case.state == "ready"


def test_the_same_file_again_adds_nothing(world: f.World, case: Case) -> None:
    first = send(world, case, seg_bytes()).json()
    before, events = counts(), AuditEvent.objects.count()
    assert send(world, case, seg_bytes()).json() == first
    assert counts() == before
    assert AuditEvent.objects.count() == events


def test_a_later_file_of_the_source_adds_to_it(world: f.World, case: Case) -> None:
    send(world, case, seg_bytes(0), query="?source=X")
    n_before = Annotation.objects.count()
    send(world, case, seg_bytes(3), query="?source=X")
    read = imported(case)
    assert AnnotationImport.objects.filter(read=read).count() == 2
    assert Annotation.objects.filter(read=read).count() > n_before
    assert {a.version for a in Annotation.objects.filter(read=read)} == {1}
    send(world, case, seg_bytes(0), query="?source=Y")
    assert Read.objects.filter(case=case, purpose="imported").count() == 2


def test_a_label_map_needs_its_phase(world: f.World, case: Case) -> None:
    phantom = small_phantom()
    data = labels_nifti(phantom.meta, phantom.labels, 3)
    refused = send(world, case, data)
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "phase_needed")
    assert not Read.objects.filter(purpose="imported").exists()
    assert send(world, case, data, query="?phase=3").status_code == 201
    back = label_volume(
        phantom.meta, labels_on(imported(case).stack, contents_of(imported(case)).annotations), 3
    )
    assert (back == label_volume(phantom.meta, phantom.labels, 3)).all()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"hello", "unreadable_annotations"),
        (b"", "unreadable_annotations"),
        (b"<a>", "unreadable_annotations"),
        (v.nifti(v.heart()[..., 0]), "phase_needed"),
    ],
)
def test_what_can_not_be_used_leaves_nothing(
    world: f.World, case: Case, data: bytes, code: str
) -> None:
    before = counts()
    answer = send(world, case, data)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert counts() == before


def test_a_failing_audit_undoes_the_import(
    world: f.World, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("no audit")

    before = counts()
    monkeypatch.setattr(importing, "record_in_project", fail)
    with pytest.raises(RuntimeError):
        send(world, case, seg_bytes())
    assert counts() == before


def test_a_project_that_cleans_takes_files_that_know_the_uids_as_sent(world: f.World) -> None:
    cleaning = Procedure(frozenset({Option.DATES})).name
    Project.objects.filter(pk=world.project.pk).update(deid_procedure=cleaning)
    world.project.refresh_from_db()
    study = import_phantom(world.project, world.coordinator)
    sent = {str(d.SOPInstanceUID) for d in cine_datasets(small_phantom())}
    assert not Instance.objects.filter(sop_instance_uid__in=sent).exists()
    file, sha256 = importing.received([seg_bytes()])
    found = case_of_file(world.project, file)
    assert found.pk == study.case_id
    row = importing.import_annotations(by=world.coordinator, case=found, file=file, sha256=sha256)
    assert row.n_contours > 5
    phantom = small_phantom()
    read = imported(found)
    back = label_volume(
        StackMeta.from_json(read.stack.meta),
        labels_on(read.stack, contents_of(read).annotations),
        0,
    )
    truth = label_volume(phantom.meta, phantom.labels, 0)
    assert (back == truth).all() or (back[::-1] == truth).all()


# ---- who may see it


def test_nobody_sees_the_contours_before_all_reads_are_in(world: f.World, case: Case) -> None:
    send(world, case, seg_bytes(), query="?source=Truth")
    read = imported(case)
    a, b = world.assign_both(case)
    boss, judge = f.Api(world.coordinator), f.Api(world.adjudicator)
    mine = f.Api(world.reader_a)
    address = f"projects/{world.slug}/cases/{case.pk}/"

    def seen() -> list[int]:
        return [
            api.get(f"reads/{read.pk}/{part}").status_code
            for api in (mine, boss, judge)
            for part in ("", "annotations/", "measurements/")
        ]

    assert seen() == [404] * 9
    (row,) = boss.get(address).json()["imported_annotations"]
    assert (row["source"], row["read_id"]) == ("Truth", None)
    assert mine.get(address).status_code == 404
    for person, one in ((world.reader_a, a), (world.reader_b, b)):
        assert seen() == [404] * 9
        f.read_through_plain(person, one)
    assert seen() == [404] * 3 + [200] * 6
    (row,) = boss.get(address).json()["imported_annotations"]
    assert row["read_id"] == str(read.pk)
    (brief,) = judge.get(f"projects/{world.slug}/adjudications/").json()["results"]
    detail = judge.get(f"adjudications/{brief['id']}/").json()
    assert [r["read_id"] for r in detail["imported_annotations"]] == [str(read.pk)]
    assert judge.get(f"reads/{read.pk}/").json()["may_edit"] is False


def test_reads_start_without_it_and_it_counts_for_nothing(world: f.World, case: Case) -> None:
    send(world, case, seg_bytes())
    a, b = world.assign_both(case)
    assert not Annotation.objects.filter(read__in=[a, b]).exists()
    boss = f.Api(world.coordinator)
    found = boss.get(f"projects/{world.slug}/cases/{case.pk}/").json()
    assert found["read_counts"] == {"required": 2, "assigned": 2, "submitted": 0}
    assert found["draft"] == "none"
    assert {row["id"] for row in found["reads"]} == {str(a.pk), str(b.pk)}
    assert boss.post(f"reads/{imported(case).pk}/withdraw/", {"reason": "x"}).status_code == 404


def test_only_those_who_run_the_project_may_import(world: f.World, case: Case) -> None:
    assert send(world, case, seg_bytes(), by=world.reader_a).status_code == 404
    assert send(world, case, seg_bytes(), by=world.adjudicator).status_code == 404
    assert send(world, case, seg_bytes(), by=world.owner).status_code == 404
    assert not AnnotationImport.objects.exists()


# ---- commands


def run(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_import_annotations_finds_the_case_by_uids(
    world: f.World, case: Case, tmp_path: Path
) -> None:
    (tmp_path / "a.dcm").write_bytes(seg_bytes())
    (row,) = run("import_annotations", str(tmp_path), "--project", world.slug)["files"]
    assert (row["case"], row["form"], row["code"]) == (case.label, "seg", "")
    phantom = small_phantom()
    (tmp_path / "b.nii.gz").write_bytes(labels_nifti(phantom.meta, phantom.labels, 2))
    arguments = ["import_annotations", str(tmp_path / "b.nii.gz"), "--project", world.slug]
    with pytest.raises(CommandError, match="Not every file"):
        run(*arguments)
    out = StringIO()
    call_command(*arguments, "--case", case.label, "--phase", "3", stdout=out)
    assert f"{case.label}, " in out.getvalue()
    frames = {
        a.sop_instance_uid for a in Annotation.objects.filter(read__reader__label="NIfTI labels")
    }
    assert frames <= {row[2].sop_instance_uid for row in phantom.meta.frames if row[2]}


def test_import_annotations_refuses_in_one_line(world: f.World, case: Case, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("hello")
    base = ["import_annotations", str(tmp_path / "x.txt"), "--project"]
    for arguments, words in (
        ([*base, "nowhere"], "no project"),
        ([*base, world.slug, "--by", "nobody@example.org"], "nobody@example.org"),
        ([*base, world.slug, "--map", "a=b"], "NAME=MEANING"),
        ([*base, world.slug], "Not every file"),
        (["import_annotations", str(tmp_path / "absent"), "--project", world.slug], "no such path"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command(*arguments, stdout=StringIO())


def test_an_acdc_folder_comes_in_once_with_its_labels(world: f.World, tmp_path: Path) -> None:
    labels = v.heart(n_slices=4, n_phases=3)
    image = v.picture(labels)
    frames = {n: (image[..., n - 1], labels[..., n - 1]) for n in (1, 3)}
    v.write_acdc(tmp_path, "patient001", frames, whole=image)
    arguments = ("import_set", str(tmp_path), "--project", world.slug, "--layout", "acdc")
    (item,) = run(*arguments)["items"]
    assert (item["stored"], item["code"], item["item"]) == (12, "", "patient001")
    case = Case.objects.get(label=item["case"])
    read = imported(case)
    assert read.reader.label == "ACDC experts"
    assert read.stack.n_phases == 3
    found = labels_on(read.stack, contents_of(read).annotations)
    meta = StackMeta.from_json(read.stack.meta)
    for phase in (0, 2):
        back = label_volume(meta, found, phase)
        expected = labels[..., phase].transpose(2, 1, 0)
        reversed_ = meta.slice_positions_mm[0] != pytest.approx((40.0, -25.0, 12.0))
        assert (back == (expected[::-1] if reversed_ else expected)).all()
    before = counts()
    (again,) = run(*arguments)["items"]
    assert (again["stored"], again["duplicate"], again["case"]) == (0, 12, case.label)
    assert counts() == before


def test_real_acdc_patients_become_cases_with_imported_annotations(
    world: f.World, shared_data: Path, tmp_path: Path
) -> None:
    """Volumes in voxels, counted on the arrays: the copy has no spacing, and it is marked."""
    frames = {}
    for path in sorted((shared_data / "acdc").glob("patient061_frame*.h5")):
        with h5py.File(path) as file:
            pair = (file["image"][...], file["label"][...])
        frames[int(path.stem[-2:])] = tuple(a.transpose(2, 1, 0) for a in pair)
    v.write_acdc(tmp_path, "patient061", frames, affine=None)
    (item,) = run("import_set", str(tmp_path), "--project", world.slug, "--layout", "acdc")["items"]
    case = Case.objects.get(label=item["case"])
    read = imported(case)
    meta = StackMeta.from_json(read.stack.meta)
    assert meta.spacing_assumed
    found = labels_on(read.stack, contents_of(read).annotations)
    for phase, number in enumerate(sorted(frames)):
        back, truth = label_volume(meta, found, phase), frames[number][1]
        assert (
            np.bincount(back.ravel(), minlength=4).tolist()
            == np.bincount(truth.ravel(), minlength=4).tolist()
        )
        planes = {plane.tobytes() for plane in back}
        assert planes == {
            np.ascontiguousarray(truth[..., k].T).tobytes() for k in range(truth.shape[2])
        }
    numbers = measure(read)
    assert numbers["spacing_assumed"] is True
    ed = max(int((labels == 3).sum()) for _, labels in frames.values())
    assert numbers["edv_ml"] == pytest.approx(ed / 1000, rel=1e-9)  # 1 mm³ a voxel, assumed


def test_an_nnunet_folder_says_what_it_did_not_understand(world: f.World, tmp_path: Path) -> None:
    labels = v.heart()[..., 0]
    labels[0, 0, 0] = 4
    v.write_nnunet(
        tmp_path, {"a": (v.picture(labels), labels), "b": (v.picture(labels)[:9], labels)}
    )
    with pytest.raises(CommandError, match="1 of 2"):
        run("import_set", str(tmp_path), "--project", world.slug, "--layout", "nnunet")
    row = AnnotationImport.objects.get()
    assert [note["code"] for note in row.notes] == ["not_mapped"]
    assert row.structures == ["lv_endo", "lv_epi", "rv_endo"]
    assert Study.objects.count() == 1


def test_a_set_that_is_none_is_one_line(world: f.World, tmp_path: Path) -> None:
    for layout in ("acdc", "nnunet", "nifti"):
        with pytest.raises(CommandError, match=r"\.$"):
            run("import_set", str(tmp_path), "--project", world.slug, "--layout", layout)
    assert not Study.objects.exists()


def test_sunnybrook_contours_give_the_volumes_of_their_files(
    world: f.World, shared_data: Path
) -> None:
    """EDV and ESV of the portal against sums of the shoelace formula over the files."""
    with zipfile.ZipFile(shared_data / "sunnybrook" / "SCD0000301.zip") as archive:
        contents = [archive.read(name) for name in sorted(archive.namelist())]
    (study,) = import_files(world.project, world.coordinator, contents)
    assert study.case is not None
    folder = shared_data / "sunnybrook" / "SC-HF-I-4"
    arguments = ("import_annotations", str(folder), "--project", world.slug)
    (row,) = run(*arguments, "--case", study.case.label)["files"]
    files = sorted(folder.rglob("*.txt"))
    assert (row["form"], row["contours"], row["notes"]) == ("sunnybrook", len(files), [])
    read = imported(study.case)
    assert read.reader.label == "Sunnybrook contours"
    meta = StackMeta.from_json(read.stack.meta)
    by_phase: dict[int, float] = {}
    for path in folder.rglob("*icontour*"):
        x, y = np.loadtxt(path).T
        area = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
        phase = (int(path.name.split("-")[2]) - 1) % meta.n_phases
        by_phase[phase] = by_phase.get(phase, 0.0) + area
    ml = float(np.prod(meta.pixel_spacing_mm)) * meta.slice_spacing_mm / 1000
    numbers = measure(read)
    assert numbers["edv_ml"] == pytest.approx(max(by_phase.values()) * ml, rel=1e-6)
    assert numbers["esv_ml"] == pytest.approx(min(by_phase.values()) * ml, rel=1e-6)
    total = sum(
        polygon_area_px(a.parts) for a in contents_of(read).annotations if a.structure == "lv_endo"
    )
    assert total == pytest.approx(sum(by_phase.values()), rel=1e-6)
    before = counts()
    run(*arguments, "--case", study.case.label)
    assert counts() == before
