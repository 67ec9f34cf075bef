"""``python -m ml_workers predict``: the interface that others script against."""

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file
from scipy import ndimage

from cmrkit.agreement import dice
from cmrkit.dicomio import assemble_stacks, read_header
from cmrkit.dicomio.sunnybrook import read_contours
from cmrkit.geometry import ras_affine, rasterise
from cmrkit.phantom import CinePhantom, HeartParameters, simulate_cine, write_cine_dicom
from cmrkit.phantom.picture import Scene
from cmrkit.writers import label_volume
from ml_workers.__main__ import main

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR UI")


@dataclass(frozen=True)
class Case:
    """A phantom wider than it is high, so that a turned axis shows, as DICOM and as NIfTI."""

    phantom: CinePhantom
    dicom: Path
    nifti: Path


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("predict")
    scene = Scene(seed=5, matrix=(96, 120), spacing_mm=2.5, centre_mm=(148.0, 118.0))
    phantom = simulate_cine(
        HeartParameters(), n_slices=6, n_phases=2, slice_spacing_mm=14, seed=5, scene=scene
    )
    write_cine_dicom(phantom, folder / "dicom")
    values = np.clip(np.rint(phantom.pixels), 0, 4095).astype(np.int16).transpose(3, 2, 0, 1)
    image = nibabel.Nifti1Image(values, ras_affine(phantom.meta))
    image.header.set_xyzt_units("mm", "sec")
    nibabel.save(image, folder / "cine.nii.gz")
    return Case(phantom, folder / "dicom", folder / "cine.nii.gz")


def predict(source: Path, target: Path, *options: str) -> Any:
    assert main(["predict", str(source), str(target), *options]) == 0
    return nibabel.load(target)


def labels_of(image: Any) -> np.ndarray:
    values = np.asanyarray(image.dataobj)
    assert values.dtype == np.uint8
    assert set(np.unique(values)) <= {0, 1, 2, 3}
    return values


def left_ventricle_dice(labels: np.ndarray, phantom: CinePhantom, phase: int) -> float:
    """Of a file's volume (column, row, slice), over all slices at once."""
    truth = label_volume(phantom.meta, phantom.labels, phase)
    return float(dice(labels.transpose(2, 1, 0) == 3, truth == 3) or 0.0)


def test_a_folder_of_dicom_from_the_command_line(case: Case, tmp_path: Path) -> None:
    """As a user calls it, in a process of its own; the labels lie on the stack's oblique planes."""
    target, contours = tmp_path / "made" / "labels.nii.gz", tmp_path / "contours.json"
    summary_file, doubt = tmp_path / "summary.json", tmp_path / "doubt.nii.gz"
    options = ["--model", "cine-sax-free", "--contours", str(contours)]
    options += ["--json", str(summary_file), "--uncertainty", str(doubt)]
    done = subprocess.run(
        [sys.executable, "-m", "ml_workers", "predict", str(case.dicom), str(target), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["shape"], summary["model"]) == ([120, 96, 6, 2], "cine-sax-free")
    assert json.loads(summary_file.read_text()) == summary
    expected = summary["predicted_dice"]
    assert set(expected) == {"lv", "myocardium", "rv"}
    assert all(0 < value <= 1 for phases in expected.values() for value in phases.values())
    image: Any = nibabel.load(target)
    labels = labels_of(image)
    assert labels.shape == (120, 96, 6, 2)
    entropy = np.asanyarray(nibabel.load(doubt).dataobj)
    assert entropy.shape == labels.shape
    heart = labels > 0
    rim = heart & ~ndimage.binary_erosion(heart, np.ones((3, 3, 1, 1)))
    core = ndimage.binary_erosion(labels == 3, np.ones((3, 3, 1, 1)), iterations=3)
    assert entropy[rim].mean() > 2 * entropy[core].mean()
    assert np.abs(image.affine - ras_affine(case.phantom.meta)).max() < 1e-3
    assert image.header.get_xyzt_units()[0] == "mm"
    for phase in (0, 1):
        assert left_ventricle_dice(labels[..., phase], case.phantom, phase) > 0.6
    frames = json.loads(contours.read_text())["frames"]
    assert {f["phase"] for f in frames} == {0, 1}


def test_a_volume_in_metres_is_read_as_one_and_gives_labels_in_metres(
    case: Case, tmp_path: Path
) -> None:
    image: Any = nibabel.load(case.nifti)
    affine = np.diag([1e-3, 1e-3, 1e-3, 1.0]) @ image.affine
    in_metres = nibabel.Nifti1Image(np.asanyarray(image.dataobj)[..., :1], affine)
    in_metres.header.set_xyzt_units("meter", "sec")
    nibabel.save(in_metres, tmp_path / "metres.nii")
    made = predict(tmp_path / "metres.nii", tmp_path / "labels.nii")
    assert left_ventricle_dice(labels_of(made)[..., 0], case.phantom, 0) > 0.6
    assert made.header.get_xyzt_units()[0] == "meter"
    assert made.affine == pytest.approx(affine, abs=1e-6)


def test_a_nifti_keeps_its_grid_and_agrees_with_the_dicom(case: Case, tmp_path: Path) -> None:
    from_dicom = labels_of(predict(case.dicom, tmp_path / "a.nii.gz"))
    image = predict(case.nifti, tmp_path / "b.nii")
    source: Any = nibabel.load(case.nifti)
    assert np.array_equal(image.affine, source.affine)
    assert image.header.get_zooms()[:3] == source.header.get_zooms()[:3]
    from_nifti = labels_of(image)
    assert from_nifti.shape == source.shape
    for code in (1, 2, 3):
        assert (dice(from_nifti == code, from_dicom == code) or 0) > 0.99


def test_one_phase_has_three_axes(case: Case, tmp_path: Path) -> None:
    source: Any = nibabel.load(case.nifti)
    one = nibabel.Nifti1Image(np.asanyarray(source.dataobj)[..., 0], source.affine)
    nibabel.save(one, tmp_path / "one.nii.gz")
    labels = labels_of(predict(tmp_path / "one.nii.gz", tmp_path / "labels.nii.gz"))
    assert labels.shape == (120, 96, 6)
    assert left_ventricle_dice(labels, case.phantom, 0) > 0.6


@pytest.mark.parametrize("model", ["cine-sax-free", "cine-sax-acdc"])
def test_a_real_heart(shared_data: Path, tmp_path: Path, model: str) -> None:
    """SC-HF-I-4 at the two phases that experts drew: endocardium, on the files' own pixels."""
    folder = shared_data / "sunnybrook"
    with zipfile.ZipFile(folder / "SCD0000301.zip") as archive:
        files = {n: archive.read(n) for n in archive.namelist() if n.endswith(".dcm")}
    headers = {n: read_header(data) for n, data in files.items()}
    (whole,) = assemble_stacks(headers.values())
    phase_of = {a[1]: p for row in whole.addresses for p, a in enumerate(row) if a}
    source = tmp_path / "dicom"
    source.mkdir()
    kept = {n: h for n, h in headers.items() if phase_of[h.sop_instance_uid] in (6, 19)}
    for name in kept:
        (source / Path(name).name).write_bytes(files[name])
    image = predict(source, tmp_path / "labels.nii.gz", "--model", model)
    labels = labels_of(image)
    assert labels.shape == (256, 256, 10, 2)
    (stack,) = assemble_stacks(kept.values())
    place = {a[1]: (s, p) for s, row in enumerate(stack.addresses) for p, a in enumerate(row) if a}
    number = {int(Path(n).stem): h.sop_instance_uid for n, h in kept.items()}
    first = dcmread(
        BytesIO(files[next(n for n, h in kept.items() if place[h.sop_instance_uid] == (0, 0))])
    )
    corner = np.array([float(v) for v in first.ImagePositionPatient]) * (-1, -1, 1)
    assert np.abs(image.affine[:3, 3] - corner).max() < 1e-3
    found = []
    for (file, structure), polygon in read_contours(folder / "SC-HF-I-4").items():
        if structure == "lv_endo":
            s, p = place[number[file]]
            drawn = rasterise([polygon], (256, 256))
            found.append(float(dice(labels[:, :, s, p].T == 3, drawn) or 0.0))
    assert len(found) == 20
    assert np.median(found) > 0.85


def _empty(case: Case, folder: Path) -> list[str]:
    (folder / "empty").mkdir()
    return [str(folder / "empty")]


def _ct(case: Case, folder: Path) -> list[str]:
    (folder / "ct").mkdir()
    (folder / "ct" / "a.dcm").write_bytes(Path(str(get_testdata_file("CT_small.dcm"))).read_bytes())
    return [str(folder / "ct")]


def _damaged(case: Case, folder: Path) -> list[str]:
    (folder / "cut").mkdir()
    for path in sorted(case.dicom.iterdir())[:2]:
        (folder / "cut" / path.name).write_bytes(path.read_bytes()[:-5000])
    return [str(folder / "cut")]


def _no_nifti(case: Case, folder: Path) -> list[str]:
    (folder / "words.nii.gz").write_text("not an image")
    return [str(folder / "words.nii.gz")]


def _colour(case: Case, folder: Path) -> list[str]:
    kind = np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")])
    nibabel.save(nibabel.Nifti1Image(np.zeros((32, 32, 2), kind), np.eye(4)), folder / "rgb.nii.gz")
    return [str(folder / "rgb.nii.gz")]


@pytest.mark.parametrize(
    ("prepare", "code", "says"),
    [
        (_empty, "bad_input", "holds no files"),
        (_ct, "bad_input", "Modality CT"),
        (_damaged, "bad_input", "cut short"),
        (_no_nifti, "bad_input", "can't be read as NIfTI"),
        (_colour, "bad_input", "shape"),
        (lambda c, d: [str(d / "nowhere")], "bad_input", "no file or folder"),
        (lambda c, d: [str(c.dicom / "01-0001.dcm")], "bad_input", "neither a NIfTI"),
        (lambda c, d: [str(c.nifti), "--model", "nobody"], "model_missing", "cine-sax-free"),
        (lambda c, d: [str(c.nifti), "--model", str(d / "w.pt")], "model_missing", "w.pt"),
    ],
)
def test_what_can_not_be_read_is_one_line_and_exit_code_2(
    case: Case,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    prepare: Any,
    code: str,
    says: str,
) -> None:
    source, *options = prepare(case, tmp_path)
    target = tmp_path / "labels.nii.gz"
    assert main(["predict", source, str(target), *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.strip().splitlines()
    assert line.startswith(f"{code}: ")
    assert says in line
    assert not target.exists()


def _file(folder: Path, pixels: np.ndarray, mm: float = 1.5) -> list[str]:
    """Pixels (slice, phase, row, column) as a NIfTI."""
    image = nibabel.Nifti1Image(pixels.transpose(3, 2, 0, 1), np.diag([mm, mm, 8.0, 1.0]))
    image.header.set_xyzt_units("mm", "sec")
    nibabel.save(image, folder / "odd.nii")
    return [str(folder / "odd.nii")]


def _noise(*shape: int) -> np.ndarray:
    return np.abs(np.random.default_rng(0).normal(0, 200, shape)).astype(np.float32)


def _rings() -> np.ndarray:
    """A bone in its muscle, as a knee is cut: closed rings that never move."""
    y, x = np.mgrid[:128, :128]
    r = np.hypot(x - 64.0, y - 64.0)
    knee = 600.0 * (r < 55) - 450 * (r < 24) + 700 * (r < 18)
    return (ndimage.gaussian_filter(knee, 1) + _noise(6, 3, 128, 128) / 20).astype(np.float32)


def _not_a_number() -> np.ndarray:
    pixels = _noise(4, 2, 96, 96)
    pixels[1, 0, 3, 3] = np.nan
    return pixels


@pytest.mark.parametrize(
    ("pixels", "mm", "code"),
    [
        (_noise(4, 2, 96, 96), 1.5, "noise_only"),
        (_rings(), 1.5, "nothing_moves"),
        (_not_a_number(), 1.5, "not_finite"),
        (np.full((4, 2, 96, 96), 9, np.int16), 1.5, "no_contrast"),
        (np.where(_noise(4, 2, 96, 96) > 90, 40, -1000).astype(np.int16), 1.5, "signed_values"),
        (np.ones((1, 1, 2048, 2048), np.uint8), 0.3, "image_too_large"),
        (_noise(4, 2, 20, 20), 8.0, "image_too_small"),
        (_noise(4, 2, 96, 96), 0.4, "implausible_field_of_view"),
    ],
    ids=["noise", "knee", "nan", "constant", "ct", "huge", "tiny", "close-up"],
)
def test_what_is_no_cine_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pixels: np.ndarray, mm: float, code: str
) -> None:
    target = tmp_path / "labels.nii"
    assert main(["predict", *_file(tmp_path, pixels, mm), str(target)]) == 2
    assert capsys.readouterr().err.startswith(f"{code}: ")
    assert not target.exists()


def test_one_slice_is_drawn_and_flagged_and_anyway_draws_what_is_refused(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = _file(tmp_path, case.phantom.pixels[2:3], 2.5)
    predict(Path(one[0]), tmp_path / "labels.nii")
    found = json.loads(capsys.readouterr().out)["findings"]
    assert "few_slices" in {f["code"] for f in found}
    still = _file(tmp_path, _rings())
    predict(Path(still[0]), tmp_path / "labels.nii", "--anyway")
    found = json.loads(capsys.readouterr().out)["findings"]
    assert ("nothing_moves", "refusal") in {(f["code"], f["severity"]) for f in found}


def test_a_real_perfusion_series_is_refused(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(shared_data / "perfusion" / "dicom.zip") as archive:
        archive.extractall(tmp_path / "perfusion")
    assert main(["predict", str(tmp_path / "perfusion"), str(tmp_path / "labels.nii")]) == 2
    assert capsys.readouterr().err.startswith("not_cine: ")


def test_real_late_enhancement_without_a_header_is_never_drawn_unflagged(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted((shared_data / "lge_png" / "images").glob("Case_N006*.png"))
    pixels = np.stack([np.asarray(Image.open(p).convert("L")) for p in files])[:, None]
    predict(Path(_file(tmp_path, pixels)[0]), tmp_path / "labels.nii")
    found = json.loads(capsys.readouterr().out)["findings"]
    assert "one_phase" in {f["code"] for f in found}


def test_an_output_that_is_no_nifti_is_refused_before_any_work(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", str(case.nifti), str(tmp_path / "labels.txt")]) == 2
    assert ".nii.gz" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
