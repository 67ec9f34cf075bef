"""Masks: SimpleITK beside our overlap and distances, closed forms, empty masks, oblique planes."""

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.distance import cdist

from cmrkit.agreement import dice, jaccard, surface_distances
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry.plane import image_to_patient
from tests.unit.cmrkit.agreement.samples import blobs_of, counted
from tests.unit.cmrkit.make_fixtures import meta


def itk_distances(a: np.ndarray, b: np.ndarray, spacing: tuple[float, ...]) -> np.ndarray:
    """Between the centres, in the patient, of what ITK calls the borders (label contour, faces) of
    images that lie askew: every distance there is, and the least of each."""
    turn, _ = np.linalg.qr(np.random.default_rng(int(a.sum())).normal(size=(a.ndim, a.ndim)))
    points = []
    for mask in (a, b):
        image = sitk.GetImageFromArray(mask.astype(np.uint8))
        image.SetSpacing(spacing[::-1])
        image.SetDirection(turn.ravel().tolist())
        edge = sitk.GetArrayFromImage(sitk.LabelContour(image, fullyConnected=False))
        places = np.argwhere(edge)[:, ::-1] * image.GetSpacing()
        points.append(places @ np.reshape(image.GetDirection(), turn.shape).T)
    apart = cdist(*points)
    return np.concatenate([apart.min(axis=1), apart.min(axis=0)])


@counted
@pytest.mark.parametrize("shape", [(32, 30), (9, 18, 20)], ids=["2D", "3D"])
def test_beside_simpleitk(count: int, shape: tuple[int, ...]) -> None:
    for seed in range(count):
        a, b = blobs_of(seed, shape)
        spacing = tuple(np.random.default_rng(seed).uniform(0.7, 10, len(shape)))
        overlap = sitk.LabelOverlapMeasuresImageFilter()
        overlap.Execute(*[sitk.GetImageFromArray(m.astype(np.uint8)) for m in (a, b)])
        assert dice(a, b) == pytest.approx(overlap.GetDiceCoefficient(), abs=1e-6)
        assert jaccard(a, b) == pytest.approx(overlap.GetJaccardCoefficient(), abs=1e-6)
        ours, theirs = surface_distances(a, b, spacing), itk_distances(a, b, spacing)
        assert ours is not None
        assert ours.n == len(theirs)
        assert ours.hd_mm == pytest.approx(theirs.max(), abs=1e-6)
        assert ours.hd95_mm == pytest.approx(np.percentile(theirs, 95), abs=1e-6)
        assert ours.mean_mm == pytest.approx(theirs.mean(), abs=1e-6)


def test_squares_moved_by_a_known_distance() -> None:
    a = np.zeros((40, 40), bool)
    a[10:20, 10:20] = True
    found = surface_distances(a, np.roll(a, 4, axis=1), (1.0, 1.5))
    assert found is not None
    assert (found.hd_mm, found.n) == (6.0, 72)
    same = surface_distances(a, a, (1.0, 1.5))
    assert same is not None
    assert (same.hd_mm, same.hd95_mm, same.mean_mm) == (0, 0, 0)


def test_oblique_distances_are_those_in_the_patient() -> None:
    """In the plane's own frame or in LPS through a tilted plane: rotation changes no distance."""
    tilt = np.deg2rad(37)
    plane = meta(2, 1)
    plane = type(plane)(
        **{
            **plane.__dict__,
            "row_direction": (float(np.cos(tilt)), 0.0, float(np.sin(tilt))),
            "column_direction": (0.0, 1.0, 0.0),
            "pixel_spacing_mm": (1.9, 0.8),
        }
    )
    a, b = blobs_of(5)
    affine = image_to_patient(plane, 0)
    points = []
    for mask in (a, b):
        inside = np.pad(mask, 1)
        every = (
            inside[1:-1, 1:-1]
            & inside[:-2, 1:-1]
            & inside[2:, 1:-1]
            & inside[1:-1, :-2]
            & inside[1:-1, 2:]
        )
        rows, columns = np.nonzero(mask & ~every)
        points.append((affine @ [columns, rows, np.zeros(len(rows)), np.ones(len(rows))])[:3].T)
    apart = cdist(*points)
    found = surface_distances(a, b, (1.9, 0.8))
    assert found is not None
    assert found.hd_mm == pytest.approx(max(apart.min(0).max(), apart.min(1).max()))


def test_empty_masks() -> None:
    full, empty = np.ones((3, 3), bool), np.zeros((3, 3), bool)
    assert (dice(empty, empty), jaccard(empty, empty)) == (None, None)
    assert (dice(full, empty), jaccard(empty, full)) == (0, 0)
    for a, b in ((full, empty), (empty, full), (empty, empty)):
        assert surface_distances(a, b, (1, 1)) is None


@pytest.mark.parametrize("spacing", [(1.0,), (1.0, 0.0), (1.0, -1.0), (1.0, float("nan"))])
def test_spacing_that_can_not_be_is_refused(spacing: tuple[float, ...]) -> None:
    with pytest.raises(InvalidGeometry):
        surface_distances(np.ones((3, 3), bool), np.ones((3, 3), bool), spacing)


def test_masks_of_other_shape_are_refused() -> None:
    for compare in (dice, jaccard, lambda a, b: surface_distances(a, b, (1, 1))):
        with pytest.raises(InvalidGeometry):
            compare(np.zeros((2, 2), bool), np.zeros((3, 2), bool))
