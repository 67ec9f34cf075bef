"""The archive of a dataset version: what is in it, that it is whole, and that it is the same twice."""

import gzip
import hashlib
import json
import subprocess
import zipfile
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pandas as pd
import pytest
from pydicom import dcmread

from cmrkit.contracts import ExportFormat, FrameLabels, InputRef, JobKind, Split, StackLabels
from cmrkit.errors import CmrkitError, InvalidGeometry, UnsupportedInput
from cmrkit.writers import label_volume
from ml_workers.errors import BadInput
from tests.factories.imaging import small_phantom
from tests.factories.working import Kept

ALL = ["dicom_seg", "nifti", "nnunet"]
EVERY = [name.value for name in ExportFormat]
DATASET = {
    "name": "Loop one",
    "version": 2,
    "content_hash": "c" * 64,
    "datasheet": {
        "project": "trial",
        "frozen_at": "2026-05-06T07:08:09+00:00",
        "use": "Research only.",
    },
}
FINDINGS = [
    {"author": "reference", "role": "reference", "name": "edv_ml", "value": 101.25, "unit": "mL"},
    {"author": "R-1", "role": "reader", "name": "edv_ml", "value": 99.5, "unit": "mL"},
    {"author": "reference", "role": "reference", "name": "class", "text": "=dilated"},
]
SPLITS = {"C 1": Split.TRAIN, "C-1": Split.VALIDATION, "C2": Split.TEST}


def items(kept: Kept, *, files: bool = True) -> list[InputRef]:
    made = []
    for seed, (case, split) in enumerate(SPLITS.items(), start=1):
        phantom = small_phantom(seed, 3, 3)
        extra: dict[str, Any] = {
            "case": case,
            "subject": f"S-{seed}",
            "is_phantom": seed < 3,
            "ed_phase": 0,
            "es_phase": 1,
            "reference_digest": str(seed) * 64,
            "findings": FINDINGS,
        }
        if files:
            extra["instances"] = kept.add_instances(phantom)
        made.append(kept.add(case, phantom, split, **extra))
    return made


@pytest.fixture(autouse=True)
def work_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the worker keeps what it has finished; empty again for each test."""
    monkeypatch.setenv("ACCORD_WORK_DIR", str(tmp_path))
    return tmp_path


def export(
    kept: Kept, refs: list[InputRef], formats: list[str], dataset: Any = DATASET
) -> dict[str, Any]:
    return kept.run(JobKind.EXPORT, refs, params={"formats": formats, "dataset": dataset})


def opened(kept: Kept) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(kept.artifacts["export.zip"]))


def test_the_archive_holds_every_format_and_says_what_it_holds() -> None:
    kept = Kept()
    output = export(kept, items(kept), ALL)
    archive = opened(kept)
    names = set(archive.namelist())
    cases = ("C-1", "C-1-2", "C2")  # two labels differ in what a file name can't hold
    phases = ("ed", "es")
    nn = "nnunet/Dataset001_Loop-one"
    assert names == {
        *(f"dicom_seg/{c}/{c}_{p}.dcm" for c in cases for p in phases),
        *(f"nifti/{c}/{c}_{p}{e}.nii.gz" for c in cases for p in phases for e in ("", "_labels")),
        *(f"nifti/{c}/{c}.json" for c in cases),
        *(f"{nn}/imagesTr/{c}_{p}_0000.nii.gz" for c in cases[:2] for p in phases),
        *(f"{nn}/labelsTr/{c}_{p}.nii.gz" for c in cases[:2] for p in phases),
        *(f"{nn}/imagesTs/C2_{p}_0000.nii.gz" for p in phases),
        *(f"{nn}/labelsTs/C2_{p}.nii.gz" for p in phases),
        f"{nn}/dataset.json",
        f"{nn}/splits_final.json",
        "datasheet.json",
        "datasheet.md",
        "README.txt",
        "manifest.json",
        "SHA256SUMS",
    }
    manifest = json.loads(archive.read("manifest.json"))
    assert set(manifest["files"]) == names - {"manifest.json", "SHA256SUMS"}
    for name, entry in manifest["files"].items():
        data = archive.read(name)
        assert (hashlib.sha256(data).hexdigest(), len(data)) == (entry["sha256"], entry["bytes"])
    assert manifest["dataset"] == DATASET
    assert [(c["case"], c["split"], c["phases"]) for c in manifest["cases"]] == [
        (c, s, {"ed": 0, "es": 1}) for c, s in zip(cases, SPLITS.values(), strict=True)
    ]
    assert json.loads(archive.read("datasheet.json")) == DATASET["datasheet"]
    assert json.loads(archive.read(f"{nn}/dataset.json"))["numTraining"] == 4
    assert json.loads(archive.read(f"{nn}/splits_final.json")) == [
        {"train": ["C-1_ed", "C-1_es"], "val": ["C-1-2_ed", "C-1-2_es"]}
    ]
    assert output == {
        "files": len(names),
        "bytes": len(kept.artifacts["export.zip"]),
        "cases": 3,
        "resumed_cases": 0,
        "spacing_assumed": 0,
    }
    progress = [fraction for fraction, _ in kept.reports]
    assert progress == sorted(progress)
    assert progress[-1] > 0.9


def test_the_labels_are_those_of_the_case() -> None:
    kept = Kept()
    export(kept, items(kept), ALL)
    archive, phantom = opened(kept), small_phantom(2, 3, 3)
    for name, phase in (("ed", 0), ("es", 1)):
        truth = label_volume(phantom.meta, phantom.labels, phase)
        for path in (
            f"nifti/C-1-2/C-1-2_{name}_labels.nii.gz",
            f"nnunet/Dataset001_Loop-one/labelsTr/C-1-2_{name}.nii.gz",
        ):
            image = nibabel.Nifti1Image.from_bytes(gzip.decompress(archive.read(path)))
            assert (np.asarray(image.dataobj).transpose(2, 1, 0) == truth).all()
        seg = dcmread(BytesIO(archive.read(f"dicom_seg/C-1-2/C-1-2_{name}.dcm")))
        assert seg.PatientID == "S-2"
        assert seg.pixel_array.sum() == (truth > 0).sum()


def test_readme_says_what_a_person_must_know() -> None:
    kept = Kept()
    refs = items(kept)
    refs[2] = replace(refs[2], meta=replace(refs[2].meta, spacing_assumed=True))
    output = export(kept, refs, ["nifti"])
    archive = opened(kept)
    text = archive.read("README.txt").decode()
    assert text.startswith("RESEARCH USE ONLY")
    assert "c" * 64 in text
    assert "SPACING ASSUMED" in text
    assert text[text.index("SPACING ASSUMED") :].split("Licence")[0].rstrip().endswith(": C2")
    assert "2 of 3 cases are phantoms" in text
    assert "belong to the project" in text
    assert output["spacing_assumed"] == 1
    cases = json.loads(archive.read("manifest.json"))["cases"]
    assert [c["spacing_assumed"] for c in cases] == [False, False, True]
    assert "SECRET" not in text


def test_the_same_dataset_gives_the_same_bytes() -> None:
    made = []
    for _ in range(2):
        kept = Kept()
        export(kept, items(kept), EVERY)
        made.append(kept.artifacts["export.zip"])
    assert made[0] == made[1]


def test_without_validation_cases_no_division_is_written() -> None:
    kept = Kept()
    refs = [replace(ref, split=Split.TRAIN) for ref in items(kept, files=False)]
    export(kept, refs, ["nnunet"])
    assert not [n for n in opened(kept).namelist() if n.endswith("splits_final.json")]


def outside(ref: InputRef, kept: Kept) -> InputRef:
    part = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0))
    labels = StackLabels((FrameLabels(9, 0, {"lv_endo": (part,)}),))
    kept.inputs[ref.labels_url or ""] = json.dumps(labels.to_json()).encode()
    return ref


def other_pixels(ref: InputRef, kept: Kept) -> InputRef:
    out = BytesIO()
    np.save(out, np.zeros((3, 3, 64, 60), dtype="<i2"))
    kept.inputs[ref.pixels_url] = out.getvalue()
    return ref


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (outside, InvalidGeometry),
        (other_pixels, BadInput),
        (lambda ref, kept: replace(ref, labels_url=None), BadInput),
        (lambda ref, kept: replace(ref, extra={**ref.extra, "instances": {}}), BadInput),
        (
            lambda ref, kept: replace(ref, extra={**ref.extra, "ed_phase": None, "es_phase": None}),
            BadInput,
        ),
        (lambda ref, kept: replace(ref, extra={**ref.extra, "case": "///"}), UnsupportedInput),
    ],
)
def test_a_case_that_can_not_be_written_ends_the_export(
    change: Any, error: type[CmrkitError | BadInput]
) -> None:
    """And nothing is handed in: an archive is whole or it is not there."""
    kept = Kept()
    first, *rest = items(kept)
    with pytest.raises(error):
        export(kept, [change(first, kept), *rest], ALL)
    assert kept.artifacts == {}


@pytest.mark.parametrize(
    ("formats", "dataset"),
    [
        ([], DATASET),
        (["nifti", "vtk"], DATASET),
        (["dicom_seg"], {**DATASET, "datasheet": {}}),
        (["nifti"], {}),
    ],
)
def test_an_export_that_is_not_described_is_refused(formats: list[str], dataset: Any) -> None:
    kept = Kept()
    with pytest.raises(BadInput):
        export(kept, items(kept), formats, dataset)
    with pytest.raises(BadInput):
        export(kept, [], ["nifti"])


def test_sums_are_those_of_the_files(tmp_path: Path) -> None:
    """As ``sha256sum -c`` reads them, in a folder that the archive was unpacked into."""
    kept = Kept()
    export(kept, items(kept), ALL)
    opened(kept).extractall(tmp_path / "out")
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"],
        cwd=tmp_path / "out",
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (tmp_path / "out" / "README.txt").write_text("changed")
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", "SHA256SUMS"],
        cwd=tmp_path / "out",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1


class KilledError(BaseException):
    """Stands for a process that ends where it is: no handler catches it."""


@dataclass
class Dying(Kept):
    """Ends when it hears of the third case."""

    def progress(self, fraction: float, message: str) -> None:
        if message.startswith("Case 3"):
            raise KilledError
        super().progress(fraction, message)


def test_a_killed_export_goes_on_where_it_was() -> None:
    whole = Kept()
    export(whole, items(whole), EVERY)
    dying = Dying()
    with pytest.raises(KilledError):
        export(dying, items(dying), EVERY)
    again = Kept()
    refs = items(again)
    for ref in refs[:2]:  # what was finished is not asked for once more
        del again.inputs[ref.pixels_url]
    output = export(again, refs, EVERY)
    assert output["resumed_cases"] == 2
    assert again.artifacts["export.zip"] == whole.artifacts["export.zip"]


def test_a_half_written_case_is_written_anew(work_dir: Path) -> None:
    dying = Dying()
    with pytest.raises(KilledError):
        export(dying, items(dying), ["nifti"])
    (folder,) = next(iter(work_dir.iterdir())).iterdir()
    (folder / "000001").rename(folder / "000001.draft")
    (folder / "000001.draft" / "shard.json").unlink()
    again = Kept()
    assert export(again, items(again), ["nifti"])["resumed_cases"] == 1


def test_another_export_takes_nothing_of_it() -> None:
    dying = Dying()
    with pytest.raises(KilledError):
        export(dying, items(dying), ["nifti"])
    again = Kept()
    other = {**DATASET, "content_hash": "d" * 64}
    assert export(again, items(again), ["nifti"], other)["resumed_cases"] == 0


def test_a_file_damaged_on_the_disk_is_not_handed_in(work_dir: Path) -> None:
    dying = Dying()
    with pytest.raises(KilledError):
        export(dying, items(dying), ["nifti"])
    victim = next(work_dir.rglob("000000/files/nifti/*/*_labels.nii.gz"))
    victim.write_bytes(victim.read_bytes()[:-1])
    again = Kept()
    with pytest.raises(BadInput, match="damaged"):
        export(again, items(again), ["nifti"])
    assert again.artifacts == {}


def test_nothing_is_left_on_the_disk_of_an_export_that_was_handed_in(work_dir: Path) -> None:
    kept = Kept()
    export(kept, items(kept), ["nifti"])
    assert [path for path in work_dir.rglob("*") if path.is_file()] == []


def test_tables_hold_the_numbers_as_they_are() -> None:
    kept = Kept()
    export(kept, items(kept), ["tables"])
    archive = opened(kept)
    table = pd.read_parquet(BytesIO(archive.read("tables/measurements.parquet")))
    assert len(table) == 9
    row = table[(table.case == "C-1-2") & (table.author == "R-1")].iloc[0]
    assert (row["name"], row["value"], row["unit"], row["role"]) == ("edv_ml", 99.5, "mL", "reader")
    assert set(table.split) == {"train", "validation", "test"}
    text = pd.read_csv(BytesIO(archive.read("tables/measurements.csv")))
    assert text["value"].dropna().tolist() == table["value"].dropna().tolist()
    assert set(text["text"].dropna()) == {"'=dilated"}  # no formula for a spreadsheet
    assert set(table["text"]) == {"", "=dilated"}


def test_what_refers_to_files_brings_them() -> None:
    kept = Kept()
    export(kept, items(kept), ["monai", "croissant"])
    names = set(opened(kept).namelist())
    listed = json.loads(opened(kept).read("monai_datalist.json"))
    files = {
        row[key]
        for side in ("training", "validation", "test")
        for row in listed[side]
        for key in ("image", "label")
    }
    assert len(files) == 12
    assert files <= names
    described = json.loads(opened(kept).read("croissant.json"))
    for entry in described["distribution"]:
        data = opened(kept).read(entry["contentUrl"])
        assert hashlib.sha256(data).hexdigest() == entry["sha256"]
