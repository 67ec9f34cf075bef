"""Frame by frame: the general functions as the second way, levels, the empty rule."""

import numpy as np
import pytest

from cmrkit.agreement import (
    Level,
    Reading,
    base_is_first,
    compare_frames,
    dice,
    jaccard,
    pairs_of_phases,
    slice_levels,
    summarise,
    surface_distances,
)
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import rasterise, rasterise_box
from tests.unit.cmrkit.agreement.samples import counted
from tests.unit.cmrkit.make_fixtures import circle, raster_cases

SHAPE, SPACING = (64, 60), (1.4, 1.1)


def wobbly(r: np.random.Generator) -> list:
    x, y, radius = r.uniform(15, 45), r.uniform(15, 45), r.uniform(3, 14)
    return [(np.array(circle(x, y, radius)) + r.normal(0, 0.5, (32, 2))).tolist()]


@counted
def test_equals_the_general_functions(count: int) -> None:
    r = np.random.default_rng(3)
    for _ in range(count):
        a, b = wobbly(r), wobbly(r)
        (row,) = compare_frames(
            Reading({("lv_endo", 0, 0): a}, SHAPE, SPACING),
            Reading({("lv_endo", 0, 0): b}, SHAPE, SPACING),
            [("ED", 0, 0)],
            ["lv_endo"],
        )
        masks = rasterise(a, SHAPE), rasterise(b, SHAPE)
        assert row.dice == pytest.approx(dice(*masks))
        assert row.jaccard == pytest.approx(jaccard(*masks))
        found = surface_distances(*masks, SPACING)
        assert found is not None
        assert row.distances is not None
        assert row.distances.n == found.n
        for name in ("hd_mm", "hd95_mm", "mean_mm"):
            assert getattr(row.distances, name) == pytest.approx(getattr(found, name), abs=1e-9)


@counted
def test_many_structures_at_once_equal_the_general_functions(count: int) -> None:
    """Near and far apart, of several parts, with holes, over the image's edge, crossing itself."""
    r = np.random.default_rng(4)
    for _ in range(max(1, count // 100)):
        keys = [("lv_endo", s, 0) for s in range(40)]
        sides = [{key: odd(r) for key in keys} for _ in range(2)]
        a, b = (Reading(side, SHAPE, SPACING) for side in sides)
        rows = {row.slice_index: row for row in compare_frames(a, b, [("ED", 0, 0)], ["lv_endo"])}
        for key in keys:
            masks = [rasterise(side[key], SHAPE) for side in sides]
            found = surface_distances(*masks, SPACING)
            if not (masks[0].any() or masks[1].any()):
                assert key[1] not in rows
                continue
            row = rows[key[1]]
            assert row.dice == pytest.approx(dice(*masks))
            assert row.both_px == int((masks[0] & masks[1]).sum())
            assert (row.distances is None) == (found is None)
            if found is not None and row.distances is not None:
                assert row.distances.n == found.n
                for name in ("hd_mm", "hd95_mm", "mean_mm"):
                    ours, theirs = getattr(row.distances, name), getattr(found, name)
                    assert ours == pytest.approx(theirs, abs=1e-9)


def odd(r: np.random.Generator) -> list:
    parts = [part for _ in range(r.integers(1, 4)) for part in wobbly(r)]
    shift = r.choice([0, 0, 30], 2)  # some lie half outside
    return [[[x + shift[0], y + shift[1]] for x, y in part] for part in parts]


def test_a_window_shows_the_same_pixels() -> None:
    for name, parts in raster_cases().items():
        whole = rasterise(parts, (16, 18)) if not isinstance(parts, dict) else None
        if whole is None:
            continue
        assert np.array_equal(rasterise_box(parts, (3, 2), (9, 11)), whole[3:12, 2:13]), name


def reading(slices: dict[int, float], phase: int = 0, structure: str = "lv_endo") -> Reading:
    return Reading(
        {(structure, s, phase): [circle(30, 30, r)] for s, r in slices.items()}, SHAPE, SPACING
    )


def test_the_empty_rule() -> None:
    a, b = reading({0: 10, 1: 9}), reading({1: 9, 2: 8})
    rows = compare_frames(a, b, [("ED", 0, 0)], ["lv_endo", "lv_epi"])
    assert [(row.slice_index, row.dice) for row in rows] == [(0, 0), (1, 1), (2, 0)]
    assert [row.distances is None for row in rows] == [True, False, True]
    (summary,) = [s for s in summarise(rows, {}) if s.phase == "ED"]
    assert (summary.n_frames, summary.one_sided, summary.hd_mm) == (3, 2, 0)
    one_only = compare_frames(a, reading({}), [("ED", 0, 0)], ["lv_endo"])
    (only,) = [s for s in summarise(one_only, {}) if s.phase == "ED"]
    assert (only.dice, only.hd_mm, only.hd95_mm, only.mean_mm) == (0, None, None, None)
    assert compare_frames(reading({}), reading({}), [("ED", 0, 0)], ["lv_endo"]) == []
    # a phase that one reading alone contoured was not read by the other
    assert compare_frames(a, reading({}), [("other", 0, 0)], ["lv_endo"]) == []


def test_smaller_than_a_pixel_is_empty() -> None:
    tiny = Reading({("lv_endo", 0, 0): [[[4.1, 4.1], [4.4, 4.1], [4.4, 4.4]]]}, SHAPE, SPACING)
    outside = Reading({("lv_endo", 0, 0): [circle(200, 200, 5)]}, SHAPE, SPACING)
    assert compare_frames(tiny, outside, [("ED", 0, 0)], ["lv_endo"]) == []


def test_phases_that_are_set_against_each_other() -> None:
    a = Reading({("lv_endo", 0, p): [circle(30, 30, 9)] for p in (0, 1, 3, 4)}, SHAPE, SPACING)
    b = Reading({("lv_endo", 0, p): [circle(30, 30, 9)] for p in (1, 2, 3, 4)}, SHAPE, SPACING)
    assert pairs_of_phases(a, b, (0, 1), (3, 3)) == [("ED", 0, 1), ("ES", 3, 3), ("other", 4, 4)]
    assert pairs_of_phases(a, b, (None, 1), (3, None)) == [("other", p, p) for p in (1, 3, 4)]


def test_levels() -> None:
    assert [str(v) for v in slice_levels(range(7), base_first=True).values()] == [
        "base", "base", "base", "mid", "mid", "apex", "apex",
    ]  # fmt: skip
    assert slice_levels([4, 9], base_first=False) == {9: Level.BASE, 4: Level.APEX}
    assert slice_levels([4], base_first=True) == {4: Level.MID}
    assert slice_levels([], base_first=True) == {}
    assert base_is_first({0: 5, 1: 9, 2: 8, 3: 1}) is True
    assert base_is_first({0: 1, 1: 9, 2: 8, 3: 5}) is False
    assert (base_is_first({3: 5}), base_is_first({0: 2, 1: 2})) == (None, None)


def test_levels_add_up_to_all() -> None:
    a, b = reading({0: 12, 1: 10, 2: 6}), reading({0: 11, 1: 10, 2: 7})
    rows = compare_frames(a, b, [("ED", 0, 0)], ["lv_endo"])
    found = {
        (s.level, s.phase): s for s in summarise(rows, slice_levels([0, 1, 2], base_first=True))
    }
    assert {level for level, _ in found} == {"base", "mid", "apex", "all"}
    assert found["all", "all"].n_frames == 3
    assert found["all", "ED"].hd_mm == max(found[v, "ED"].hd_mm for v in ("base", "mid", "apex"))
    pixels = [(r.a_px + r.b_px, r.both_px) for r in rows]
    assert found["all", "ED"].dice == 2 * sum(b for _, b in pixels) / sum(t for t, _ in pixels)


def test_what_must_fail() -> None:
    with pytest.raises(InvalidGeometry):
        Reading({}, SHAPE, (0, 1))
    with pytest.raises(InvalidGeometry):
        compare_frames(reading({0: 9}), Reading({}, (10, 10), SPACING), [], [])
