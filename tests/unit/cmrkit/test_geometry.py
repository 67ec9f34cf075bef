"""Rasteriser and areas: shared fixtures, a second implementation, closed form, input that fails."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.measure import grid_points_in_poly

from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import (
    image_to_patient,
    mask_to_polygons,
    patient_to_image,
    polygon_area_px,
    polygon_areas_px,
    rasterise,
)
from cmrkit.geometry.area import _area_px
from cmrkit.geometry.edges import edges_of

from .make_fixtures import FIXTURES, circle, meta

RASTER = sorted((FIXTURES / "raster").glob("*.json"))


def test_there_are_enough_fixtures() -> None:
    assert len(RASTER) >= 25


@pytest.mark.parametrize("path", RASTER, ids=lambda p: p.stem)
def test_fixture(path: Path) -> None:
    case = json.loads(path.read_text())
    mask = rasterise(case["parts"], tuple(case["shape"]))
    assert ["".join("#" if v else "." for v in row) for row in mask] == case["mask"]
    assert polygon_area_px(case["parts"]) == pytest.approx(case["area_px"], abs=1e-9)


def test_same_as_a_second_rasteriser_away_from_borders() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        polygon = rng.uniform(2, 60, (7, 2))
        ours = rasterise([polygon.tolist()], (64, 64))
        theirs = grid_points_in_poly((64, 64), polygon[:, ::-1])
        assert (ours != theirs).sum() <= 2  # ties on an edge alone


def test_area_of_a_polygon_in_closed_form() -> None:
    n, r = 48, 20.0
    expected = n / 2 * r * r * math.sin(2 * math.pi / n)
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    ring = [(30 + r * math.cos(a), 30 + r * math.sin(a)) for a in angles]
    assert polygon_area_px([ring]) == pytest.approx(expected, rel=1e-12)


def test_area_counts_a_fine_raster_of_crossing_parts() -> None:
    parts = [[[2, 2], [12, 12], [12, 2], [2, 12]], circle(7, 7, 4)]
    scale = 64
    total = np.zeros((16 * scale, 16 * scale), bool)
    for part in parts:
        layer = rasterise([[[x * scale, y * scale] for x, y in part]], total.shape)
        total ^= layer
    assert polygon_area_px(parts) == pytest.approx(total.sum() / scale**2, rel=2e-3)


def in_bands(part: list) -> float:
    """The area by the general method, which knows nothing of simple outlines."""
    return _area_px(edges_of([part]).tobytes())


def test_simple_outlines_have_the_area_of_the_general_method() -> None:
    """Round ones, crescents that no point sees whole, crossing and touching ones."""
    r = np.random.default_rng(5)
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    for noise in (0.0, 0.3, 3.0, 12.0):  # from smooth to a tangle
        for _ in range(25):
            radius = 14 + r.normal(0, noise, 40)
            ring = np.stack([30 + radius * np.cos(angles), 30 + radius * np.sin(angles)], 1)
            half = angles[:20]
            outer = np.stack([40 + 20 * np.cos(half), 20 + 20 * np.sin(half)], 1)
            inner = np.stack([40 + 15 * np.cos(half), 14 + 15 * np.sin(half)], 1)[::-1]
            crescent = np.concatenate([outer, inner]) + r.normal(0, noise / 10, (40, 2))
            for part in (ring.tolist(), ring[::-1].tolist(), crescent.tolist()):
                assert polygon_area_px([part]) == pytest.approx(in_bands(part), abs=1e-7)


@pytest.mark.parametrize(
    ("part", "area"),
    [
        ([[0, 0], [4, 4], [4, 0], [0, 4]], 8.0),  # two triangles; the shoelace formula says 0
        ([[0, 0], [2, 2], [4, 0], [4, 4], [2, 2], [0, 4]], 8.0),  # the same, touching at a corner
        ([[0, 0], [4, 0], [4, 4], [4, 0], [0, 4]], 8.0),  # a spike there and back
        ([[0, 0], [4, 0], [4, 0], [4, 4], [0, 4]], 16.0),  # a point drawn twice
        ([[0, 0], [4, 0], [4, 4], [0, 4]] * 2, 0.0),  # twice around is nothing
    ],
)
def test_areas_that_the_shoelace_formula_would_miss(part: list, area: float) -> None:
    assert polygon_area_px([part]) == pytest.approx(area, abs=1e-9)


def test_many_structures_at_once_have_the_areas_of_each() -> None:
    many = [[circle(20, 20, 9)], [], [circle(20, 20, 9), circle(20, 20, 4)], [[[1, 1], [2, 2]]]]
    assert polygon_areas_px(many).tolist() == [polygon_area_px(parts) for parts in many]
    with pytest.raises(InvalidGeometry):
        polygon_areas_px([[circle(20, 20, 9)], [[[0, 0], [math.nan, 1], [1, 1]]]])


points = st.lists(st.tuples(st.floats(-5, 25), st.floats(-5, 25)), min_size=3, max_size=9)


@settings(max_examples=60, deadline=None)
@given(points)
def test_direction_and_start_do_not_matter(part: list[tuple[float, float]]) -> None:
    mask = rasterise([part], (20, 20))
    assert (rasterise([part[2:] + part[:2]], (20, 20)) == mask).all()
    assert polygon_area_px([part[::-1]]) == pytest.approx(polygon_area_px([part]), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(points)
def test_a_part_drawn_twice_is_nothing(part: list[tuple[float, float]]) -> None:
    assert not rasterise([part, part], (20, 20)).any()


def test_outlines_give_the_mask_back() -> None:
    mask = rasterise([circle(40, 44, 18), circle(40, 44, 9)], (96, 96))
    outlines = mask_to_polygons(mask)
    back = rasterise(outlines, mask.shape)
    assert len(outlines) == 2
    assert 2 * (mask & back).sum() / (mask.sum() + back.sum()) > 0.98
    assert polygon_area_px(outlines) == pytest.approx(mask.sum(), rel=0.01)


def test_small_specks_are_left_out() -> None:
    mask = np.zeros((32, 32), bool)
    mask[4:6, 4:6] = True
    assert mask_to_polygons(mask) == ()


def test_pixel_to_patient_and_back() -> None:
    stack = meta(3, 2, row_direction=(0.6, 0.8, 0.0), column_direction=(0.0, 0.0, -1.0))
    affine = image_to_patient(stack, 1)
    place = affine @ np.array([10, 20, 0, 1])
    assert place[:3] == pytest.approx([0.6 * 12.5, 0.8 * 12.5, 9.0 - 30.0])
    assert patient_to_image(stack, 1) @ place == pytest.approx([10, 20, 0, 1])


@pytest.mark.parametrize(
    "call",
    [
        lambda: rasterise([[(0, 0), (1, math.nan), (2, 2)]], (8, 8)),
        lambda: rasterise([[(0, 0), (5, 0), (5, 5)]], (0, 8)),
        lambda: polygon_area_px([[(0, 0), (math.inf, 0), (5, 5)]]),
        lambda: image_to_patient(meta(1, 1, row_direction=(1.0, 0.2, 0.0)), 0),
        lambda: image_to_patient(meta(1, 1, pixel_spacing_mm=(0.0, 1.0)), 0),
    ],
)
def test_impossible_geometry_is_refused(call) -> None:
    with pytest.raises(InvalidGeometry):
        call()
