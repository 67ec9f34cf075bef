"""Agreement: known overlaps, SimpleITK as a second implementation, bands."""

from dataclasses import asdict

import numpy as np
import pytest
import SimpleITK as sitk

from cmrkit.agreement import compare_reads, dice, hausdorff95_mm
from cmrkit.contracts import StackLabels
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import rasterise
from cmrkit.volumes import lv_rv_function
from tests.unit.cmrkit.make_fixtures import beating, circle, meta

BANDS = {"edv_ml": 10.8, "esv_ml": 7.3, "ef_points": 5.3, "mass_g": 13.3, "dice_min": None}


def reading(radii: list[float]) -> tuple[StackLabels, dict]:
    labels = StackLabels(tuple(beating(radii, 5, rv=True)))
    return labels, asdict(lv_rv_function(meta(5, len(radii)), labels))


def test_dice_and_distance_beside_simpleitk() -> None:
    a = rasterise([circle(30, 30, 14)], (64, 64))
    b = rasterise([circle(34, 31, 15)], (64, 64))
    images = [sitk.GetImageFromArray(m.astype(np.uint8)) for m in (a, b)]
    overlap = sitk.LabelOverlapMeasuresImageFilter()
    overlap.Execute(*images)
    assert dice(a, b) == pytest.approx(overlap.GetDiceCoefficient())
    maximum = sitk.HausdorffDistanceImageFilter()
    maximum.Execute(*images)
    assert 0 < hausdorff95_mm(a, b, (1.0, 1.0)) <= maximum.GetHausdorffDistance()


def test_shifted_squares_are_as_far_apart_as_they_were_moved() -> None:
    a = np.zeros((40, 40), bool)
    a[10:20, 10:20] = True
    assert hausdorff95_mm(a, np.roll(a, 4, axis=1), (1.0, 1.5)) == pytest.approx(6.0)
    assert hausdorff95_mm(a, a, (1.0, 1.0)) == 0
    assert dice(a, np.zeros_like(a)) == 0
    assert dice(np.zeros_like(a), np.zeros_like(a)) is None


def test_equal_readings_agree() -> None:
    labels, function = reading([18, 14, 12])
    result = compare_reads(meta(5, 3), labels, labels, function, function, BANDS)
    assert result.reasons == ()
    assert all(row["pooled"] == 1 for row in result.dice)
    assert all(row["delta"] == 0 for row in result.differences)


def test_a_difference_beyond_its_band_is_named() -> None:
    (a, fa), (b, fb) = reading([18, 14, 12]), reading([20, 14, 12])
    result = compare_reads(meta(5, 3), a, b, fa, fb, BANDS)
    edv = next(row for row in result.differences if row["name"] == "edv_ml")
    assert edv["exceeds"]
    assert edv["delta"] == pytest.approx(fb["edv_ml"] - fa["edv_ml"])
    assert any(reason.startswith("EDV differs by") for reason in result.reasons)
    ed = [
        r["delta_ml"]
        for r in result.per_slice
        if (r["phase_name"], r["structure"]) == ("ED", "lv_endo")
    ]
    assert sum(ed) == pytest.approx(edv["delta"])


def test_discs_beyond_a_chosen_base_do_not_count() -> None:
    """A drew all five slices and chose the second as the base; B drew the other four alone."""
    a, _ = reading([18, 14, 12])
    b = StackLabels(tuple(frame for frame in a.frames if frame.slice_index > 0))
    fa = asdict(lv_rv_function(meta(5, 3), a, basal_slice=1))
    fb = asdict(lv_rv_function(meta(5, 3), b))
    result = compare_reads(meta(5, 3), a, b, fa, fb, BANDS, pins_a={"basal_slice": 1})
    edv = next(row for row in result.differences if row["name"] == "edv_ml")
    assert edv["delta"] == pytest.approx(0)
    rows = [r for r in result.per_slice if (r["phase_name"], r["structure"]) == ("ED", "lv_endo")]
    assert [row["slice"] for row in rows] == [1, 2, 3, 4]
    assert sum(row["delta_ml"] for row in rows) == pytest.approx(edv["delta"])
    # Dice is over all slices that were drawn
    assert next(row for row in result.dice if row["structure"] == "lv_endo")["ed"] < 1


def test_a_number_that_one_reading_lacks_is_a_reason() -> None:
    (a, fa), (b, fb) = reading([18, 14, 12]), reading([18])
    result = compare_reads(meta(5, 3), a, b, fa, fb, BANDS)
    assert "Only one reading has ESV." in result.reasons


def test_masks_of_other_shape_are_refused() -> None:
    with pytest.raises(InvalidGeometry):
        dice(np.zeros((2, 2), bool), np.zeros((3, 2), bool))
