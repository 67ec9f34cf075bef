"""Detection: marks by hand, a brute-force FROC as the second way."""

import numpy as np
import pytest

from cmrkit.agreement import Mark, froc, match_masks, match_points
from cmrkit.errors import InvalidGeometry, InvalidRatings
from tests.unit.cmrkit.agreement.samples import counted


def test_the_surest_mark_takes_the_nearest_finding() -> None:
    findings = [[0, 0, 0], [10, 0, 0]]
    marks = match_points([[4, 0, 0], [6, 0, 0], [40, 0, 0]], [0.9, 0.8, 0.7], findings, within_mm=7)
    assert [mark.hit for mark in marks] == [0, 1, None]
    # a second mark of the same finding is a false one, whatever the order it came in
    marks = match_points([[1, 0, 0], [0, 0, 0]], [0.5, 0.9], [[0, 0, 0]], within_mm=5)
    assert [mark.hit for mark in marks] == [None, 0]


def test_lesions_by_overlap() -> None:
    lesion = np.zeros((10, 10), bool)
    lesion[2:6, 2:6] = True
    near, far = np.roll(lesion, 1, axis=0), np.roll(lesion, 4, axis=1)
    assert [m.hit for m in match_masks([near, far], [1, 2], [lesion])] == [0, None]
    assert match_masks([], [], [lesion]) == []
    assert [m.hit for m in match_masks([near], [1], [])] == [None]


def brute_force(images: list[list[Mark]], n_findings: int) -> list[tuple[float, float]]:
    points = []
    for threshold in sorted({m.score for image in images for m in image}, reverse=True):
        found, wrong = set(), 0
        for i, image in enumerate(images):
            for mark in image:
                if mark.score >= threshold:
                    found |= {(i, mark.hit)} if mark.hit is not None else set()
                    wrong += mark.hit is None
        points.append((len(found) / n_findings, wrong / len(images)))
    return points


@counted
def test_froc_beside_brute_force(count: int) -> None:
    for seed in range(count):
        r = np.random.default_rng(seed)
        images, total = [], 0
        for _ in range(r.integers(1, 6)):
            findings = r.uniform(0, 50, (r.integers(0, 4), 3))
            marks = np.concatenate(
                [findings + r.normal(0, 4, findings.shape), r.uniform(0, 50, (r.integers(0, 5), 3))]
            )
            images.append(
                match_points(marks, r.integers(0, 6, len(marks)) / 5, findings, within_mm=8)
            )
            total += len(findings)
        if total == 0:
            continue
        curve, want = froc(images, total), brute_force(images, total)
        got = list(zip(curve.sensitivity, curve.false_per_image, strict=True))
        assert np.allclose(got, want), seed
        reached = [
            max((s for s, w in want if w <= rate), default=0)
            for rate in (0.125, 0.25, 0.5, 1, 2, 4, 8)
        ]
        assert curve.at_rates == pytest.approx(reached)


def test_nothing_to_find_and_nothing_found() -> None:
    assert froc([[Mark(0.5, None)]], 0).score is None
    empty = froc([[], []], 3)
    assert (empty.sensitivity, empty.score) == ((), 0)
    perfect = froc([[Mark(0.9, 0)], [Mark(0.9, 0)]], 2)  # ties fall together
    assert (perfect.thresholds, perfect.sensitivity, perfect.score) == ((0.9,), (1.0,), 1.0)


def test_what_must_fail() -> None:
    with pytest.raises(InvalidRatings):
        froc([], 1)
    with pytest.raises(InvalidRatings):
        froc([[Mark(float("nan"), 0)]], 1)
    with pytest.raises(InvalidRatings):
        match_points([[0, 0, 0]], [], [[0, 0, 0]], within_mm=3)
    with pytest.raises(InvalidGeometry):
        match_points([[0, 0, 0]], [1], [[0, 0, 0]], within_mm=0)
    with pytest.raises(InvalidGeometry):
        match_points([[0, 0, float("inf")]], [1], [[0, 0, 0]], within_mm=2)
