"""Disagreement, k-centre and labels saved, each against a value by hand or another way."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cmrkit.errors import UnsupportedInput
from cmrkit.selection import disagreement, distances_to, k_centre, labels_saved, standardised

COORDINATES = st.floats(-5, 5, width=16)


def test_disagreement_by_hand() -> None:
    one = np.array([1, 1, 0, 0, 3])
    other = np.array([0, 1, 1, 0, 3])
    # structure 1: Dice 2 · 1 / 4; structure 3: 1
    assert disagreement(np.stack([one, other])) == pytest.approx((0.5 + 0) / 2)
    assert disagreement(np.stack([one, one])) == 0
    assert disagreement(np.array([[1, 0], [0, 1]])) == 1
    assert disagreement(np.zeros((3, 4), dtype=int)) == 0


def test_disagreement_over_three_members() -> None:
    drawn = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0]])
    # pairs: 2 · 1 / 3, then nothing in common, twice
    assert disagreement(drawn) == pytest.approx((1 / 3 + 1 + 1) / 3)


@pytest.mark.parametrize("shape", [(1, 4), (4,), (0, 4)])
def test_one_member_can_not_disagree(shape: tuple[int, ...]) -> None:
    with pytest.raises(UnsupportedInput):
        disagreement(np.ones(shape, dtype=int))


@given(arrays(np.uint8, (3, 6), elements=st.integers(0, 3)))
def test_disagreement_is_a_share_whoever_is_first(drawn: np.ndarray) -> None:
    found = disagreement(drawn)
    assert 0 <= found <= 1
    assert disagreement(drawn[::-1]) == pytest.approx(found)


def test_standardised_forgets_what_is_the_same_for_all() -> None:
    found = standardised(np.array([[1.0, 7.0], [3.0, 7.0]]))
    assert found.tolist() == [[-1, 0], [1, 0]]


def test_distances_by_hand() -> None:
    points = np.array([[0.0, 0.0], [3.0, 4.0]])
    assert distances_to(points, np.array([[0.0, 0.0], [3.0, 0.0]])).tolist() == [0, 4]
    assert distances_to(points, np.empty((0, 2))).tolist() == [-2.5, -2.5]


def test_k_centre_by_hand() -> None:
    line = np.array([[0.0], [4.0], [5.0], [9.0]])
    assert k_centre(line, np.array([[0.0]]), 3) == [3, 1, 2]
    assert k_centre(line, np.empty((0, 1)), 0) == []
    with pytest.raises(UnsupportedInput):
        k_centre(line, np.empty((0, 1)), 5)


@given(arrays(np.float64, (6, 2), elements=COORDINATES))
def test_k_centre_covers_at_most_twice_as_badly_as_the_best(points: np.ndarray) -> None:
    """Gonzalez' bound, against every choice there is; the first centre is one of the three."""
    taken = k_centre(points, np.empty((0, 2)), 3)

    def reach(chosen: tuple[int, ...] | list[int]) -> float:
        return float(distances_to(points, points[list(chosen)]).max())

    best = min(reach(chosen) for chosen in combinations(range(6), 3))
    assert len(set(taken)) == 3
    assert reach(taken) <= 2 * best + 1e-9


def test_labels_saved_by_hand() -> None:
    random = [(0, 0.70), (5, 0.75), (10, 0.85), (20, 0.86)]
    active = [(5, 0.80), (10, 0.72), (15, 0.86), (20, 0.90)]
    found = labels_saved(active, random)
    assert [each.needed for each in found] == [
        pytest.approx(7.5),
        pytest.approx(2),
        pytest.approx(20),
        None,
    ]
    assert [each.saved for each in found] == [
        pytest.approx(2.5),
        pytest.approx(-8),
        pytest.approx(5),
        None,
    ]


def test_labels_saved_where_random_begins_as_good() -> None:
    assert labels_saved([(5, 0.6)], [(0, 0.7), (5, 0.8)])[0].needed == 0


@pytest.mark.parametrize("curve", [[], [(5, 0.1), (5, 0.2)], [(5, 0.1), (4, 0.2)]])
def test_a_curve_has_rising_labels(curve: list[tuple[float, float]]) -> None:
    with pytest.raises(UnsupportedInput):
        labels_saved(curve, [(0, 0.5)])
    with pytest.raises(UnsupportedInput):
        labels_saved([(0, 0.5)], curve)
