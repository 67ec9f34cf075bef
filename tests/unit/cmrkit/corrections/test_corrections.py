import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import distance_transform_edt

from cmrkit.corrections import Kind, change_of_frame, edges_added_mm, sum_up
from cmrkit.errors import InvalidGeometry

SQUARE = [[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]]
WIDER = [[(0.0, 0.0), (15.0, 0.0), (15.0, 10.0), (0.0, 10.0)]]
FAR = [[(50.0, 50.0), (60.0, 50.0), (60.0, 60.0), (50.0, 60.0)]]
SPACING = (2.0, 1.0)  # rows 2 mm apart, columns 1 mm


def test_change_of_frame_by_hand() -> None:
    # 5 px to the right: two pieces of 5 mm beyond the draft's side, and a new side of 20 mm
    found = change_of_frame(SQUARE, WIDER, SPACING, 0.0)
    assert found is not None
    assert found.kind == Kind.EDITED
    assert found.added_path_mm == pytest.approx(5 + 5 + 20)
    assert found.path_mm == pytest.approx(2 * (15 + 20))
    assert (found.draft_mm2, found.final_mm2) == (200, 300)
    assert found.dice == pytest.approx(2 * 200 / 500)


def test_tolerance_shortens_what_is_added() -> None:
    added, _ = edges_added_mm(SQUARE, WIDER, SPACING, 1.0)
    assert added == pytest.approx(4 + 4 + 20)


def test_kinds() -> None:
    kinds = [
        change_of_frame(*sides, SPACING, 0.5)
        for sides in ((SQUARE, SQUARE), (SQUARE, FAR), (SQUARE, []), ([], SQUARE))
    ]
    assert [found and found.kind for found in kinds] == ["kept", "redrawn", "rejected", "added"]
    assert [found and found.added_path_mm for found in kinds] == [0, 60, 0, 60]
    assert change_of_frame([], [], SPACING, 0.5) is None


def _on_a_grid(
    draft: NDArray[np.float64], final: NDArray[np.float64], tolerance_mm: float
) -> tuple[float, float]:
    """The draft drawn as a line on a grid of 0.05 mm, its distance map, and the final outline
    walked through it."""
    fine = 20
    canvas = Image.new("1", (150 * fine, 150 * fine), 1)
    ImageDraw.Draw(canvas).polygon([tuple(p) for p in (draft * fine).tolist()], outline=0)
    away = distance_transform_edt(np.asarray(canvas)) / fine
    closed = np.vstack([final, final[:1]])
    walked = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    at = (np.arange(20_000) + 0.5) / 20_000 * walked[-1]
    x, y = (np.rint(np.interp(at, walked, axis) * fine).astype(int) for axis in closed.T)
    return float((away[y, x] > tolerance_mm).mean() * walked[-1]), float(walked[-1])


@pytest.mark.parametrize("seed", range(4))
def test_added_path_as_a_fine_grid_has_it(seed: int) -> None:
    random = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    radius = 20 + random.normal(0, 0.4, 40)
    moved = radius + np.where(angles < 2, random.uniform(0, 5), 0)
    rings = [
        np.stack([40 + r * np.cos(angles), 40 + r * np.sin(angles)], axis=1)
        for r in (radius, moved)
    ]
    mm = [ring * [1.4, 1.7] for ring in rings]
    wanted, length = _on_a_grid(mm[0], mm[1], tolerance_mm=0.7)
    added, whole = edges_added_mm([rings[0].tolist()], [rings[1].tolist()], (1.7, 1.4), 0.7)
    assert whole == pytest.approx(length)
    assert added == pytest.approx(wanted, abs=0.7)


def test_circle_that_grew_is_all_new() -> None:
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    small, large = (
        [[(50 + r * math.cos(a), 50 + r * math.sin(a)) for a in angles]] for r in (10, 13)
    )
    found = change_of_frame(small, large, (1.0, 1.0), 0.5)
    assert found is not None
    assert found.added_path_mm == pytest.approx(2 * math.pi * 13, rel=1e-3)
    assert found.dice == pytest.approx(2 * 100 / (100 + 169), rel=1e-3)
    assert found.kind == Kind.REDRAWN


def test_sum_up_by_hand() -> None:
    changes = [
        change
        for sides in ((SQUARE, SQUARE), (SQUARE, WIDER), (SQUARE, []), ([], SQUARE))
        if (change := change_of_frame(*sides, SPACING, 0.0))
    ]
    found = sum_up(changes, 8.0)
    assert found.counts == {"kept": 1, "edited": 1, "redrawn": 0, "rejected": 1, "added": 1}
    assert found.overridden == 0.5
    assert found.added_path_mm == pytest.approx(30 + 60)
    assert found.volume_ml == pytest.approx(100 * 8 / 1000)
    assert found.dice == pytest.approx(2 * 400 / 1300)


@pytest.mark.parametrize("spacing", [(0.0, 1.0), (1.0, math.nan)])
def test_refuses_spacing(spacing: tuple[float, float]) -> None:
    with pytest.raises(InvalidGeometry):
        change_of_frame(SQUARE, WIDER, spacing, 0.5)


def test_refuses_nothing_to_sum() -> None:
    with pytest.raises(InvalidGeometry):
        sum_up([], 8.0)
    with pytest.raises(InvalidGeometry):
        edges_added_mm(SQUARE, WIDER, SPACING, -1.0)
    with pytest.raises(InvalidGeometry):
        edges_added_mm(SQUARE, [[(0, 0), (math.inf, 0), (0, 1)]], SPACING, 0.5)
