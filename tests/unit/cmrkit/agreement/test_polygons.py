"""Contours without a grid: closed forms, and a fine grid as the second way."""

import numpy as np
import pytest
from scipy.spatial.distance import directed_hausdorff

from cmrkit.agreement import area_overlap, outline_distances
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import rasterise
from tests.unit.cmrkit.make_fixtures import circle

SQUARE = [[[10, 10], [20, 10], [20, 20], [10, 20]]]


def moved(parts: list, x: float, y: float = 0) -> list:
    return [[[px + x, py + y] for px, py in part] for part in parts]


def test_squares_in_closed_form() -> None:
    found = area_overlap(SQUARE, moved(SQUARE, 4, 5), (2.0, 0.5))
    assert (found.a_mm2, found.both_mm2) == (100, pytest.approx(30))
    assert found.dice == pytest.approx(0.3)
    assert found.jaccard == pytest.approx(30 / 170)
    apart = outline_distances(SQUARE, moved(SQUARE, 4), (2.0, 0.5))
    assert apart is not None
    assert apart.hd_mm == pytest.approx(2.0)


def test_two_circles_in_closed_form() -> None:
    a, b = [circle(50, 50, 20, 2000)], [circle(50, 50, 25, 2000)]
    found, apart = area_overlap(a, b, (1.5, 1.5)), outline_distances(a, b, (1.5, 1.5))
    assert found.dice == pytest.approx(2 * 400 / (400 + 625), abs=1e-4)
    assert apart is not None
    for value in (apart.hd_mm, apart.hd95_mm, apart.mean_mm):
        assert value == pytest.approx(7.5, abs=2e-3)


def test_holes_count_as_holes() -> None:
    ring, disc = [circle(30, 30, 20, 400), circle(30, 30, 10, 400)], [circle(30, 30, 10, 400)]
    assert area_overlap(ring, disc, (1, 1)).dice == pytest.approx(0, abs=1e-9)


def test_a_fine_grid_comes_to_the_same() -> None:
    for seed in range(20):
        r = np.random.default_rng(seed)
        a, b = (
            [
                (
                    np.array(circle(20 + r.uniform(-3, 3), 20, r.uniform(6, 12)))
                    + r.normal(0, 0.4, (32, 2))
                ).tolist()
            ]
            for _ in range(2)
        )
        fine = [[[20 * x, 20 * y] for x, y in part] for part in a + b]
        masks = [rasterise([part], (800, 800)) for part in fine]
        both, total = (masks[0] & masks[1]).sum(), masks[0].sum() + masks[1].sum()
        found = area_overlap(a, b, (1.0, 1.0))
        assert found.dice == pytest.approx(2 * both / total, abs=2e-3)
        dense = [
            np.concatenate(
                [
                    p + np.linspace(0, 1, 200)[:, None] * (q - p)
                    for p, q in zip(part, np.roll(part, -1, axis=0), strict=True)
                ]
            )
            for part in (np.array(a[0]), np.array(b[0]))
        ]
        apart = outline_distances(a, b, (1.0, 1.0), step_mm=0.05)
        assert apart is not None
        truth = max(directed_hausdorff(*dense)[0], directed_hausdorff(*dense[::-1])[0])
        assert apart.hd_mm == pytest.approx(truth, abs=0.03)


def test_nothing_drawn() -> None:
    assert area_overlap([], [], (1, 1)).dice is None
    assert area_overlap(SQUARE, [], (1, 1)).dice == 0
    assert outline_distances(SQUARE, [], (1, 1)) is None


def test_what_must_fail() -> None:
    with pytest.raises(InvalidGeometry):
        area_overlap(SQUARE, SQUARE, (0, 1))
    with pytest.raises(InvalidGeometry):
        outline_distances(SQUARE, [[[0, 0], [1, float("nan")], [2, 2]]], (1, 1))
