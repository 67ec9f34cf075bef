"""The shipped model of late enhancement: on phantoms, from the command line, and what it says."""

import json
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from cmrkit.agreement import dice
from cmrkit.geometry import ras_affine
from cmrkit.phantom import (
    EnhancementPhantom,
    HeartParameters,
    Infarct,
    simulate_cine,
    simulate_enhancement,
    write_cine_dicom,
    write_enhancement_dicom,
)
from cmrkit.phantom.picture import Scene
from ml_workers.__main__ import main
from ml_workers.evaluation.emidec import BY_LEVEL, ON_EMIDEC, SIZE
from ml_workers.registry import WEIGHTS, package_named
from ml_workers.task import LGE_SAX
from ml_workers.weights import load_weights
from portal.modelhub.packages import default_packages_beside, shipped_packages

NAME = "lge-sax-free"
SCENE = Scene(seed=8, matrix=(128, 128), spacing_mm=1.6, centre_mm=(104.0, 98.0))


@pytest.fixture(scope="module")
def phantom() -> EnhancementPhantom:
    infarct = Infarct(half_rad=0.9, transmurality=0.8)
    heart = HeartParameters(wall_mm=11.0)
    return simulate_enhancement(heart, infarct, n_slices=7, slice_spacing_mm=10, scene=SCENE)


def predict(source: Path, target: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["predict", str(source), str(target), "--model", NAME]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_drawn_infarct_is_found_in_dicom_and_nifti_alike(
    phantom: EnhancementPhantom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_enhancement_dicom(phantom, tmp_path / "dicom")
    image = nibabel.Nifti1Image(phantom.pixels[:, 0].transpose(2, 1, 0), ras_affine(phantom.meta))
    image.header.set_xyzt_units("mm", "sec")
    nibabel.save(image, tmp_path / "lge.nii.gz")
    drawn = []
    for source in ("dicom", "lge.nii.gz"):
        summary = predict(tmp_path / source, tmp_path / "labels.nii.gz", capsys)
        assert summary["shape"] == [128, 128, 7]
        assert summary["scar_share"] == pytest.approx(phantom.infarct_share, abs=0.06)
        labels: Any = nibabel.load(tmp_path / "labels.nii.gz")
        assert np.abs(labels.affine - ras_affine(phantom.meta)).max() < 1e-3
        drawn.append(np.asanyarray(labels.dataobj).transpose(2, 1, 0))
    for code, least in ((1, 0.9), (2, 0.75), (3, 0.7)):
        assert (dice(drawn[0] == code, phantom.tissues == code) or 0) > least
    assert (dice(drawn[0] == 3, drawn[1] == 3) or 0) > 0.95


def test_a_cine_and_late_enhancement_are_not_taken_for_one_another(
    phantom: EnhancementPhantom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cine = simulate_cine(HeartParameters(), n_slices=3, n_phases=3, scene=SCENE)
    write_cine_dicom(cine, tmp_path / "cine")
    write_enhancement_dicom(phantom, tmp_path / "lge")
    image = nibabel.Nifti1Image(cine.pixels.transpose(3, 2, 0, 1), ras_affine(cine.meta))
    nibabel.save(image, tmp_path / "cine.nii.gz")
    target = tmp_path / "labels.nii.gz"
    for source, model, code in (
        ("cine", NAME, "not_late_enhancement"),
        ("cine.nii.gz", NAME, "not_late_enhancement"),
        ("lge", "cine-sax-free", "not_cine"),
    ):
        assert main(["predict", str(tmp_path / source), str(target), "--model", model]) == 2
        assert capsys.readouterr().err.startswith(f"{code}: ")
        assert not target.exists()


def test_the_card_says_that_it_learnt_from_drawings_and_what_it_is_worth_on_people() -> None:
    card = package_named(NAME).card
    assert not card["noncommercial"]
    assert "EMIDEC" not in " ".join(data["name"] for data in card["training_data"])
    assert "drawings" in card["title"]
    assert {table["title"] for table in card["metrics"]} == {ON_EMIDEC, BY_LEVEL, SIZE}
    rows = [row for table in card["metrics"] for row in table["rows"] if "low" in row]
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows)
    assert card["labels"] == {
        "0": "background",
        "1": "LV cavity",
        "2": "myocardium without scar",
        "3": "scar",
        "4": "no-reflow",
    }


def test_what_was_trained_on_emidec_is_not_here() -> None:
    folder = Path(__file__).resolve().parents[2] / "models"
    for path in folder.rglob("model.json"):
        assert "EMIDEC" not in json.loads(path.read_text())["training_data"][0]["name"]


def test_its_weights_alone_say_what_they_draw() -> None:
    assert load_weights(package_named(NAME).folder / WEIGHTS).task is LGE_SAX


def test_it_drafts_beside_the_champion_and_is_never_one() -> None:
    names = {package.name for package in shipped_packages()}
    assert "cine-sax-free" in names
    assert NAME not in names
    assert NAME in {package.name for package in default_packages_beside()}
