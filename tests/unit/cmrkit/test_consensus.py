"""Majority vote and STAPLE: hand-worked cases, and SimpleITK as the second implementation."""

import math

import numpy as np
import pytest

from cmrkit.consensus import majority, merge_contours, staple
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import polygon_area_px, rasterise

sitk = pytest.importorskip("SimpleITK")


def of(text: str) -> np.ndarray:
    return np.array([[c == "1" for c in row] for row in text.split()])


def circle(cx: float, cy: float, radius: float, n: int = 90) -> list[tuple[float, float]]:
    angles = [2 * math.pi * i / n for i in range(n)]
    return [(cx + radius * math.cos(a), cy + radius * math.sin(a)) for a in angles]


def readers(seed: int, n: int, size: int = 24) -> list[np.ndarray]:
    """Noisy discs: readers who differ in place, size and care."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:size, :size]
    found = []
    for _ in range(n):
        cy, cx, r = size / 2 + rng.normal(0, 1.5), size / 2 + rng.normal(0, 1.5), rng.uniform(3, 8)
        disc = (rows - cy) ** 2 + (columns - cx) ** 2 < r**2
        found.append(disc ^ (rng.random((size, size)) < rng.choice([0.0, 0.01, 0.1])))
    return found


# ---- majority


def test_more_than_half_is_inside() -> None:
    masks = [of("1100 1100"), of("1010 1100"), of("1000 0101")]
    assert (majority(masks) == of("1000 1100")).all()


def test_one_reader_is_its_own_majority() -> None:
    assert (majority([of("0110 0010")]) == of("0110 0010")).all()


def test_two_readers_meet_half_way() -> None:
    """Borders four columns apart, far from any other border."""
    short = np.zeros((60, 60), dtype=bool)
    short[10:50, 10:30] = True
    long = short.copy()
    long[10:50, 30:34] = True
    row = majority([short, long])[30]
    assert np.flatnonzero(row).tolist() == list(range(10, 32))


def test_a_tie_with_an_empty_mask_is_outside() -> None:
    assert not majority([of("111 111"), of("000 000")]).any()
    masks = [of("111"), of("000"), of("110"), of("000")]
    assert not majority(masks).any()


def test_empty_masks_vote_like_others() -> None:
    assert not majority([of("000"), of("000"), of("111")]).any()
    assert not majority([of("000")] * 3).any()


@pytest.mark.parametrize("masks", [[], [of("01"), of("011")]])
def test_masks_that_can_not_be_merged(masks: list[np.ndarray]) -> None:
    for method in (majority, staple):
        with pytest.raises(InvalidGeometry):
            method(masks)


@pytest.mark.parametrize("n", [3, 5, 7])
def test_majority_as_simpleitk_votes(n: int) -> None:
    for seed in range(100):
        masks = readers(seed, n)
        images = [sitk.GetImageFromArray(m.astype(np.uint8)) for m in masks]
        theirs = sitk.GetArrayFromImage(sitk.LabelVoting(images, 255)) == 1
        assert (majority(masks) == theirs).all()


# ---- STAPLE


def test_staple_as_simpleitk_to_a_millionth() -> None:
    worst = 0.0
    for seed in range(300):
        masks = readers(seed, 2 + seed % 6)
        ours = staple(masks)
        filter_ = sitk.STAPLEImageFilter()
        filter_.SetForegroundValue(1)
        images = [sitk.GetImageFromArray(m.astype(np.uint8)) for m in masks]
        theirs = sitk.GetArrayFromImage(filter_.Execute(images))
        differs = float(np.abs(ours.probability - theirs).max())
        worst = max(worst, differs)
        assert np.allclose(ours.sensitivity, filter_.GetSensitivity(), atol=1e-6)
        assert np.allclose(ours.specificity, filter_.GetSpecificity(), atol=1e-6)
    assert worst < 1e-6


def test_staple_finds_the_careless_reader() -> None:
    """Two readers who agree outweigh one who draws noise."""
    good = readers(1, 1)[0]
    noise = np.random.default_rng(5).random(good.shape) < 0.5
    found = staple([good, good, noise])
    assert (found.mask == good).all()
    assert min(found.sensitivity[0], found.specificity[0]) > 0.99  # type: ignore[type-var]
    assert found.sensitivity[2] is not None
    assert found.sensitivity[2] < 0.7


def test_staple_of_one_of_none_and_of_all() -> None:
    mask = of("0110 0010")
    assert (staple([mask]).mask == mask).all()
    empty, full = np.zeros((3, 3), dtype=bool), np.ones((3, 3), dtype=bool)
    assert not staple([empty, empty]).mask.any()
    assert staple([empty, empty]).sensitivity == (None, None)
    assert staple([full, full]).mask.all()
    assert staple([full, full]).specificity == (None, None)


# ---- from polygons to polygons


@pytest.mark.parametrize("method", ["majority", "staple"])
def test_readers_who_agree_get_their_contour_back(method: str) -> None:
    """To a third of a pixel: the area of the fine cells that it covers."""
    one = [circle(30.2, 28.7, 11.3)]
    merged = merge_contours([one, one, one], (64, 64), method)  # type: ignore[arg-type]
    assert (rasterise(merged, (64, 64)) == rasterise(one, (64, 64))).all()
    assert polygon_area_px(merged) == pytest.approx(polygon_area_px(one), rel=0.005)


def test_the_merged_contour_says_what_the_vote_at_each_pixel_was() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        parts = [
            [circle(30 + rng.normal(0, 3), 30 + rng.normal(0, 3), rng.uniform(3, 12))]
            for _ in range(3)
        ]
        merged = merge_contours(parts, (64, 64), "majority")
        counts = np.sum([rasterise(p, (64, 64)) for p in parts], axis=0)
        assert (rasterise(merged, (64, 64)) == (counts >= 2)).all()


def test_concentric_circles_meet_half_way() -> None:
    merged = merge_contours([[circle(30, 30, 8)], [circle(30, 30, 12)]], (64, 64), "majority")
    assert polygon_area_px(merged) == pytest.approx(math.pi * 100, rel=0.02)


def test_holes_and_parts_survive() -> None:
    ring = [circle(30, 30, 14), circle(30, 30, 6)]
    apart = [*ring, circle(8, 8, 4)]
    merged = merge_contours([ring, apart, apart], (64, 64), "majority")
    assert len(merged) == 3
    assert not rasterise(merged, (64, 64))[30, 30]
    assert rasterise(merged, (64, 64))[8, 8]


def test_one_reading_stays_as_it_was_drawn() -> None:
    drawn = [circle(30.25, 30.5, 9)]
    assert merge_contours([drawn], (64, 64), "majority")[0] == tuple(drawn[0])


def test_readings_of_which_most_have_nothing() -> None:
    one = [circle(30, 30, 9)]
    assert merge_contours([one, [], []], (64, 64), "majority") == ()
    assert merge_contours([one, []], (64, 64), "majority") == ()
    assert merge_contours([[], []], (64, 64), "staple") == ()
    with pytest.raises(InvalidGeometry):
        merge_contours([], (64, 64), "majority")


def test_contours_at_the_border_of_the_frame() -> None:
    at_corner = [circle(0, 0, 9)]
    merged = merge_contours([at_corner] * 3, (32, 32), "majority")
    assert (rasterise(merged, (32, 32)) == rasterise(at_corner, (32, 32))).all()


def test_a_border_of_too_many_points_follows_the_pixels() -> None:
    """A comb of 60 teeth, which nobody could edit at a third of a pixel."""
    teeth = [point for n in range(60) for point in _tooth(12 + 4 * n)]
    comb = [[(10.2, 250.3), *teeth, (258.1, 250.3)]]
    merged = merge_contours([comb] * 3, (260, 260), "majority")
    assert all(len(part) <= 2000 for part in merged)
    assert (rasterise(merged, (260, 260)) == rasterise(comb, (260, 260))).all()


def _tooth(x: float) -> list[tuple[float, float]]:
    return [(x + 0.31, 240.2), (x + 3.317, 20.3), (x + 4.273, 21.4), (x + 1.331, 240.2)]
