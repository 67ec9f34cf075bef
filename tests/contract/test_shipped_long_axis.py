"""The shipped long-axis model: on phantoms kept out, from the command line, and as a job."""

import json
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from cmrkit.agreement import dice
from cmrkit.contracts import JobKind, LandmarkCode, Split, StackLabels
from cmrkit.geometry import ras_affine, rasterise
from cmrkit.phantom import (
    HeartParameters,
    LongAxisCine,
    LongAxisView,
    simulate_cine,
    simulate_long_axis,
    write_cine_dicom,
)
from cmrkit.volumes.area_length import LongAxisSection, single_plane_ml
from ml_workers.__main__ import main
from ml_workers.errors import OutOfScope
from ml_workers.registry import WEIGHTS, package_named
from ml_workers.task import CINE_LAX
from portal.modelhub.packages import shipped_packages
from tests.factories.working import Kept

NAME = "lax-free"
SEED = 4711


@pytest.fixture(scope="module")
def cine() -> LongAxisCine:
    return simulate_long_axis(HeartParameters(), LongAxisView.FOUR_CHAMBER, n_phases=4, seed=SEED)


def test_the_chambers_of_a_phantom_are_found_in_dicom_and_nifti(
    cine: LongAxisCine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_cine_dicom(cine, tmp_path / "dicom")
    image = nibabel.Nifti1Image(cine.pixels.transpose(3, 2, 0, 1), ras_affine(cine.meta))
    image.header.set_xyzt_units("mm", "sec")
    nibabel.save(image, tmp_path / "lax.nii.gz")
    for source in ("dicom", "lax.nii.gz"):
        target, said = tmp_path / "labels.nii.gz", tmp_path / "contours.json"
        asked = [str(tmp_path / source), str(target), "--model", NAME, "--contours", str(said)]
        assert main(["predict", *asked]) == 0
        assert json.loads(capsys.readouterr().out)["shape"] == [192, 192, 1, 4]
        found: Any = np.asarray(nibabel.load(target).dataobj).transpose(2, 3, 1, 0)  # type: ignore[attr-defined]
        truth = cine.labels.frames[0].structures
        for value, code in ((3, "lv_endo"), (1, "rv_endo"), (4, "la"), (5, "ra")):
            overlap = dice(found[0, 0] == value, rasterise(truth[code], (192, 192)))
            assert overlap is not None
            assert overlap > 0.85, (source, code)
        contours = StackLabels.from_json(json.loads(said.read_text()))
        assert {"lv_endo", "lv_epi", "la"} <= set(contours.frames[0].structures)


def test_a_job_hands_in_contours_landmarks_and_numbers(cine: LongAxisCine) -> None:
    kept = Kept()
    item = kept.add("lax", cine, Split.TEST)  # type: ignore[arg-type]
    output = kept.run(JobKind.SEGMENT, [item], model=NAME)
    assert len(StackLabels.from_json(json.loads(kept.artifacts["labels"])).frames) == 4
    assert {mark["code"] for mark in output["landmarks"]} == {
        LandmarkCode.APEX,
        LandmarkCode.MITRAL_VALVE,
        LandmarkCode.TRICUSPID_VALVE,
    }
    real = single_plane_ml(LongAxisSection(cine.areas_mm2[0]["lv_endo"], 88.0))
    assert output["long_axis"]["edv_ml"] == pytest.approx(real, rel=0.15)
    assert output["findings"] == []


def test_a_short_axis_is_refused_by_it_and_a_long_one_by_the_other(cine: LongAxisCine) -> None:
    short = simulate_cine(HeartParameters(), n_slices=4, n_phases=4, seed=SEED)
    kept = Kept()
    item = kept.add("sax", short, Split.TEST)
    with pytest.raises(OutOfScope) as refused:
        kept.run(JobKind.SEGMENT, [item], model=NAME)
    assert refused.value.code == "not_chamber_view"
    item = kept.add("lax", cine, Split.TEST)  # type: ignore[arg-type]
    with pytest.raises(OutOfScope) as refused:
        kept.run(JobKind.SEGMENT, [item], model="cine-sax-undertrained")
    assert refused.value.code == "not_short_axis"


def test_its_card_says_what_it_is() -> None:
    package = package_named(NAME)
    card = package.card
    assert package.task is CINE_LAX
    assert (card["licence"], card["noncommercial"]) == ("Apache-2.0", False)
    assert "no real long-axis labels existed" in card["summary"]
    assert (package.folder / WEIGHTS).stat().st_size < 8e6
    rows = {
        (table["title"], row["name"]): row["value"]
        for table in card["metrics"]
        for row in table["rows"]
    }
    assert rows["Dice on 40 phantom hearts kept out", "LV cavity"] > 0.95
    assert NAME not in {package.name for package in shipped_packages()}
