"""Means over cases with their intervals, by hand."""

from math import inf, sqrt

import pytest

from portal.agreement.cohort.tables import mean_over_cases


def test_a_case_counts_once_however_many_pairs_it_has() -> None:
    found = mean_over_cases([("a", 0.5), ("a", 0.7), ("b", 0.9), ("c", 0.6)], 1.0)
    # means 0.6, 0.9, 0.6; t of two degrees of freedom is 4.302653
    assert (found.value, found.n) == (pytest.approx(0.7), 3)
    assert found.low == pytest.approx(0.7 - 4.302653 * sqrt(0.03 / 3))
    assert found.high == 1.0  # by the formula 1.13, which no Dice can be


def test_an_interval_ends_where_the_measure_ends() -> None:
    found = mean_over_cases([("a", 0.0), ("b", 9.0)], inf)
    assert (found.value, found.low) == (4.5, 0.0)
    assert found.high == pytest.approx(4.5 + 12.706205 * 4.5, rel=1e-6)


def test_one_case_has_no_interval_and_none_has_no_mean() -> None:
    one = mean_over_cases([("a", 0.5), ("a", 0.7)], 1.0)
    assert (one.value, one.low, one.high) == (pytest.approx(0.6), None, None)
    assert "One case" in one.why
    none = mean_over_cases([], 1.0)
    assert (none.value, none.n) == (None, 0)
