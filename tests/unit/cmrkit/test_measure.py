"""Measuring against closed-form truth and a second implementation."""

import math

import numpy as np
import pytest
import SimpleITK as sitk
from skimage.measure import regionprops

from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import rasterise
from cmrkit.geometry.measure import (
    angle_degrees,
    ellipse_area_mm2,
    length_mm,
    polyline_length_mm,
    roi_statistics,
)
from cmrkit.geometry.plane import image_to_patient
from tests.unit.cmrkit.make_fixtures import circle, oblique


def test_lengths_and_angles_known_by_hand() -> None:
    assert length_mm((1, 2, 3), (4, 6, 3)) == 5
    assert polyline_length_mm([(1, 2, 3), (4, 6, 3), (4, 6, 5), (1, 2, 5)]) == 12
    assert polyline_length_mm([(1, 2, 3)]) == 0
    assert angle_degrees((1, 0, 0), (0, 0, 0), (0, 2, 0)) == pytest.approx(90)
    assert angle_degrees((1, 0, 0), (0, 0, 0), (-3, 0, 0)) == pytest.approx(180)
    assert angle_degrees((1, 0, 0), (0, 0, 0), (1, 1e-9, 0)) == pytest.approx(
        math.degrees(1e-9), rel=1e-9
    )
    assert ellipse_area_mm2([(-3, 0, 0), (3, 0, 0), (0, -2, 0), (0, 2, 0)]) == pytest.approx(
        6 * math.pi
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_length_on_an_oblique_plane_is_what_itk_says(seed: int) -> None:
    meta, rng = oblique(seed), np.random.default_rng(seed)
    image = sitk.Image(meta.columns, meta.rows, 1, sitk.sitkUInt8)
    between_rows, between_columns = meta.pixel_spacing_mm
    image.SetSpacing((between_columns, between_rows, 1.0))
    image.SetOrigin(meta.slice_positions_mm[1])
    normal = np.cross(meta.row_direction, meta.column_direction)
    columns = np.stack([meta.row_direction, meta.column_direction, normal], axis=1)
    image.SetDirection(columns.ravel())
    ends = rng.uniform(0, 150, size=(2, 2))
    ours = [(image_to_patient(meta, 1) @ [*end, 0, 1])[:3] for end in ends]
    theirs = [image.TransformContinuousIndexToPhysicalPoint((*end, 0.0)) for end in ends]
    assert np.allclose(ours, theirs, atol=1e-9)
    assert length_mm(*ours) == pytest.approx(float(np.linalg.norm(np.subtract(*theirs))), rel=1e-9)
    shifted = (image_to_patient(meta, 1) @ [ends[0][0] + 0.5, ends[0][1], 0, 1])[:3]
    assert length_mm(ours[0], shifted) == pytest.approx(between_columns / 2)


def test_statistics_are_scikit_images() -> None:
    rng = np.random.default_rng(3)
    image = rng.normal(300, 40, size=(64, 80))
    parts = [circle(30.2, 25.7, 12), circle(30.2, 25.7, 5)]
    found = roi_statistics(parts, image)
    assert found is not None
    mask = rasterise(tuple(tuple((x, y) for x, y in p) for p in parts), image.shape)
    (theirs,) = regionprops(mask.astype(np.uint8), intensity_image=image)
    assert found.n == theirs.area
    assert found.mean == pytest.approx(theirs.intensity_mean)
    assert found.sd == pytest.approx(float(np.std(image[mask], ddof=1)))
    assert (found.min, found.max) == pytest.approx((theirs.intensity_min, theirs.intensity_max))
    assert roi_statistics([circle(200, 200, 5)], image) is None
    (one,) = [roi_statistics([circle(10, 10, 0.4)], image)]
    assert one is not None
    assert (one.n, one.sd, one.mean) == (1, 0.0, image[10, 10])


@pytest.mark.parametrize(
    "call",
    [
        lambda: length_mm((0, 0), (1, 1)),
        lambda: length_mm((0, 0, math.nan), (1, 1, 1)),
        lambda: polyline_length_mm([]),
        lambda: angle_degrees((1, 1, 1), (1, 1, 1), (2, 2, 2)),
        lambda: ellipse_area_mm2([(0, 0, 0)] * 3),
    ],
)
def test_what_has_no_measure_is_refused(call: object) -> None:
    with pytest.raises(InvalidGeometry):
        call()  # type: ignore[operator]
