"""Continuous agreement: pingouin and statsmodels beside ours, published and hand-worked cases."""

import math

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy.stats import norm
from statsmodels.stats.anova import AnovaRM
from statsmodels.stats.weightstats import DescrStatsW

from cmrkit.agreement import (
    Estimate,
    concordance,
    intraclass_correlation,
    limits_of_agreement,
    within_subject_cov,
)
from cmrkit.errors import InvalidRatings
from tests.unit.cmrkit.agreement.samples import counted, table_of

# Shrout and Fleiss 1979, table 2: six targets, four judges
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]
FORMS = ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")


@counted
def test_icc_beside_pingouin(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pingouin.options, "round.column.CI95", 12)
    for seed in range(count):
        x = table_of(seed)
        long = pd.DataFrame(x).reset_index().melt(id_vars="index", var_name="r", value_name="v")
        theirs = pingouin.intraclass_corr(long, targets="index", raters="r", ratings="v")
        ours = intraclass_correlation(x)
        for form, value, ci in zip(FORMS, theirs["ICC"], theirs["CI95"], strict=True):
            got: Estimate = getattr(ours, form)
            assert got.value == pytest.approx(value, abs=1e-6), (seed, form)
            if got.low is None or got.high is None:
                continue  # a mean's limit that runs away below zero
            assert [got.low, got.high] == pytest.approx(list(ci), abs=1e-6, rel=1e-6), (seed, form)


def test_icc_of_the_published_example() -> None:
    found = intraclass_correlation(SHROUT_FLEISS)
    published = (0.17, 0.29, 0.71, 0.44, 0.62, 0.91)
    assert [round(getattr(found, form).value, 2) for form in FORMS] == list(published)
    # McGraw and Wong's limits for these data, as R's psych prints them
    assert (found.icc1.low, found.icc1.high) == pytest.approx((-0.133, 0.723), abs=5e-4)
    assert (found.icc2.low, found.icc2.high) == pytest.approx((0.019, 0.761), abs=5e-4)
    assert (found.icc3.low, found.icc3.high) == pytest.approx((0.342, 0.946), abs=5e-4)


@counted
def test_bias_and_limits_beside_statsmodels(count: int) -> None:
    for seed in range(count):
        x = table_of(seed)[:, :2]
        ours = limits_of_agreement(x[:, 0], x[:, 1])
        d = DescrStatsW(x[:, 1] - x[:, 0], ddof=1)
        assert ours.bias.value == pytest.approx(d.mean, abs=1e-6)
        assert (ours.bias.low, ours.bias.high) == pytest.approx(d.tconfint_mean(), abs=1e-6)
        assert ours.sd == pytest.approx(d.std, abs=1e-6)
        z = norm.ppf(0.975)
        assert ours.lower.value == pytest.approx(d.mean - z * d.std, abs=1e-6)
        # the limit's standard error is √(1 + z²·n / (2(n - 1))) times the bias's
        widen = math.sqrt(1 + z**2 * ours.n / (2 * (ours.n - 1)))
        half = (ours.bias.high - ours.bias.low) / 2 * widen
        assert (ours.upper.low, ours.upper.high) == pytest.approx(
            (ours.upper.value - half, ours.upper.value + half), abs=1e-6
        )


@counted
def test_within_subject_variation_beside_statsmodels(count: int) -> None:
    for seed in range(count):
        x = table_of(seed)
        n, k = x.shape
        long = pd.DataFrame(x).reset_index().melt(id_vars="index", var_name="r", value_name="v")
        # its within mean square, put together from the F test of readers and the total
        table = AnovaRM(long.astype({"r": str}), "v", "index", within=["r"]).fit().anova_table
        columns = n * ((x.mean(axis=0) - x.mean()) ** 2).sum() / (k - 1)
        error = columns / table["F Value"].iloc[0] * (n - 1) * (k - 1)
        within = (columns * (k - 1) + error) / (n * (k - 1))
        assert within_subject_cov(x).value == pytest.approx(
            100 * math.sqrt(within) / x.mean(), rel=1e-6
        )


def ccc_by_moments(m: np.ndarray) -> float:
    mx, my, vx, vy, c = m
    return float(2 * c / (vx + vy + (mx - my) ** 2))


def ccc_variance(x: np.ndarray, y: np.ndarray) -> float:
    """The delta method by finite differences, from the covariance of a normal pair's moments:
    none of the published formula."""
    n = len(x)
    m = np.array([x.mean(), y.mean(), x.var(), y.var(), np.cov(x, y, ddof=0)[0, 1]])
    _, _, vx, vy, c = m
    spread = np.zeros((5, 5))
    spread[:2, :2] = [[vx, c], [c, vy]]
    spread[2:, 2:] = [
        [2 * vx**2, 2 * c**2, 2 * vx * c],
        [2 * c**2, 2 * vy**2, 2 * vy * c],
        [2 * vx * c, 2 * vy * c, vx * vy + c**2],
    ]
    slope = np.zeros(5)
    for i in range(5):
        h = np.zeros(5)
        h[i] = 1e-5 * max(abs(m[i]), 1)
        slope[i] = (ccc_by_moments(m + h) - ccc_by_moments(m - h)) / (2 * h[i])
    return float(slope @ spread @ slope) / (n - 2)


@counted
def test_concordance_beside_a_numerical_delta_method(count: int) -> None:
    for seed in range(count):
        x, y = table_of(seed)[:, :2].T
        ours = concordance(x, y)
        value = ccc_by_moments(
            np.array([x.mean(), y.mean(), x.var(), y.var(), np.cov(x, y, ddof=0)[0, 1]])
        )
        assert ours.value == pytest.approx(value, abs=1e-6)
        half = 1.959963985 * math.sqrt(ccc_variance(x, y)) / (1 - value**2)
        limits = np.tanh(np.arctanh(value) + np.array([-half, half]))
        assert [ours.low, ours.high] == pytest.approx(limits.tolist(), abs=1e-6), seed


def test_concordance_by_hand() -> None:
    # x = 1..4, y = x + 1: covariance 1.25, variances 1.25, shift 1 → 2.5 / 3.5
    assert concordance([1, 2, 3, 4], [2, 3, 4, 5]).value == pytest.approx(2.5 / 3.5)
    assert concordance([1, 2, 3], [3, 2, 1]).value == pytest.approx(-1)


def test_limits_by_hand() -> None:
    # differences -1, 0, 1, 2, 3: mean 1, SD √2.5
    found = limits_of_agreement([0] * 5, [-1, 0, 1, 2, 3])
    assert (found.bias.value, found.sd) == (1, pytest.approx(math.sqrt(2.5)))
    assert found.upper.value == pytest.approx(1 + 1.959964 * math.sqrt(2.5), abs=1e-5)


def test_pairs_of_one_case_are_resampled_together() -> None:
    second = [v + e for v in (1.0, 3.0, 2.0, 5.0, 0.0, 4.0) for e in (0, 0.1, 0.2)]
    first, names = [0.0] * 18, [name for name in "abcdef" for _ in range(3)]
    alone = limits_of_agreement(first, second)
    together = limits_of_agreement(first, second, cases=names)
    assert together.by_case
    assert together.bias.n == 6
    assert together.bias.value == pytest.approx(alone.bias.value)
    assert together.upper.value == pytest.approx(alone.upper.value)
    assert together.bias.high - together.bias.low > alone.bias.high - alone.bias.low
    assert together == limits_of_agreement(first, second, cases=names)  # seeded


def test_resampling_by_case_beside_a_plain_loop() -> None:
    r = np.random.default_rng(2)
    names = [f"c{i}" for i in range(30) for _ in range(int(r.integers(1, 4)))]
    d = 500 + r.normal(0, 5, len(names))
    ours = limits_of_agreement(np.zeros(len(names)), d, cases=names)
    groups = [d[[name == f"c{i}" for name in names]] for i in range(30)]
    found = []
    for _ in range(4000):
        drawn = np.concatenate([groups[i] for i in r.integers(0, 30, 30)])
        found.append(drawn.mean() + 1.959964 * drawn.std(ddof=1))
    low, high = np.quantile(found, [0.025, 0.975])
    assert ours.upper.low == pytest.approx(low, abs=0.4)
    assert ours.upper.high == pytest.approx(high, abs=0.4)


def nothing(estimate: Estimate) -> bool:
    return (estimate.value, estimate.low, estimate.high) == (
        None,
        None,
        None,
    ) and estimate.why != ""


def test_too_little_or_no_variation_is_said_not_guessed() -> None:
    for table in ([[1.0, 2.0]], [[1.0], [2.0]], [[5.0, 5.0], [5.0, 5.0]], np.empty((0, 2))):
        assert all(nothing(getattr(intraclass_correlation(table), form)) for form in FORMS)
    assert nothing(within_subject_cov([[1.0], [2.0]]))
    assert nothing(within_subject_cov([[-1.0, 1.0]]))
    assert nothing(concordance([], []))
    assert nothing(concordance([1], [1]))
    assert nothing(concordance([3, 3, 3], [3, 3, 3]))
    assert concordance([3, 3, 3], [1, 2, 3]).value == 0
    none = limits_of_agreement([], [])
    assert (none.n, none.sd) == (0, None)
    assert nothing(none.bias)
    one = limits_of_agreement([1], [3])
    assert (one.bias.value, one.sd) == (2, None)
    assert nothing(one.upper)


def test_full_agreement() -> None:
    found = intraclass_correlation([[1, 1, 1], [2, 2, 2], [4, 4, 4]])
    assert all(getattr(found, form).value == pytest.approx(1) for form in FORMS)
    assert concordance([1, 2, 4], [1, 2, 4]).value == pytest.approx(1)
    assert within_subject_cov([[1, 1], [2, 2]]).value == 0
    shifted = intraclass_correlation([[1, 2], [2, 3], [4, 5]])
    assert shifted.icc3.value == pytest.approx(1)
    assert shifted.icc2.value < 1


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_what_must_fail(bad: float) -> None:
    with pytest.raises(InvalidRatings):
        intraclass_correlation([[1, 2], [3, bad]])
    with pytest.raises(InvalidRatings):
        concordance([1, 2], [1, bad])
    with pytest.raises(InvalidRatings):
        limits_of_agreement([1, 2], [1])
    with pytest.raises(InvalidRatings):
        intraclass_correlation([1, 2, 3])
