"""Distances from a reference: each point left out by hand, and no bias between old and new."""

import numpy as np
import pytest

from cmrkit.drift import distances_from
from cmrkit.errors import UnsupportedInput


def by_hand(reference: np.ndarray, point: np.ndarray) -> float:
    """Straight from the definition."""
    mean, sd = reference.mean(axis=0), reference.std(axis=0, ddof=1)
    return float(np.sqrt((((point - mean) / sd) ** 2).mean()))


def test_equals_the_definition_with_each_point_left_out() -> None:
    r = np.random.default_rng(1)
    reference, others = r.normal(3, 2, (12, 5)), r.normal(3, 2, (4, 5))
    own, new = distances_from(reference, others)
    for i, found in enumerate(own):
        assert found == pytest.approx(by_hand(np.delete(reference, i, axis=0), reference[i]))
    assert new == pytest.approx([by_hand(reference, point) for point in others])


def test_one_dimension_worked_out() -> None:
    own, new = distances_from(np.array([[0.0], [2.0], [4.0]]), np.array([[6.0]]))
    # without 0: 2 and 4, mean 3, SD √2; without 2: 0 and 4, mean 2
    assert own == pytest.approx([3 / 2**0.5, 0.0, 3 / 2**0.5])
    assert new == pytest.approx([2.0])  # mean 2, SD 2


def test_old_and_new_points_of_one_kind_lie_as_far() -> None:
    """Otherwise a chart of distances would drift where nothing does."""
    r = np.random.default_rng(2)
    own, new = [], []
    for _ in range(200):
        points = r.normal(size=(60, 64))
        a, b = distances_from(points[:40], points[40:])
        own.append(a.mean())
        new.append(b.mean())
    assert np.mean(own) == pytest.approx(np.mean(new), rel=0.015)
    still = distances_from(points[:40], points[40:])[1]
    moved = distances_from(points[:40], points[40:] + 0.5)[1]
    assert moved.mean() > still.mean()


def test_what_does_not_vary_counts_for_nothing() -> None:
    reference = np.array([[1.0, 7.0], [2.0, 7.0], [3.0, 7.0]])
    own, new = distances_from(reference, np.array([[2.0, 9.0]]))
    assert new == pytest.approx([0.0])
    assert np.isfinite(own).all()
    still = np.full((3, 2), 7.0)
    assert [list(part) for part in distances_from(still, still[:1])] == [[0, 0, 0], [0]]


@pytest.mark.parametrize(
    ("reference", "others", "says"),
    [
        (np.zeros((2, 2)), np.zeros((1, 2)), "fewer than 3"),
        (np.zeros((3, 2)), np.zeros((1, 3)), "same number"),
        (np.array([[np.nan], [1], [2]]), np.zeros((1, 1)), "finite"),
    ],
)
def test_what_can_not_be_measured_is_refused(
    reference: np.ndarray, others: np.ndarray, says: str
) -> None:
    with pytest.raises(UnsupportedInput, match=says):
        distances_from(reference, others)
