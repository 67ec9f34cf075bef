"""Bias and limits of agreement."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from cmrkit.agreement.estimate import Array, Estimate, not_defined, numbers, resampled_counts
from cmrkit.errors import InvalidRatings

METHOD = "Bland-Altman 1999, t"
BY_CASE = "bootstrap by case, seeded"


@dataclass(frozen=True)
class LimitsOfAgreement:
    """In the unit of what was measured. ``sd``: standard deviation of the differences (n - 1);
    ``lower`` and ``upper``: bias ∓ 1.96 SD. ``by_case``: pairs of one case were not independent,
    so the intervals resample cases."""

    n: int
    bias: Estimate
    sd: float | None
    lower: Estimate
    upper: Estimate
    by_case: bool = False


def limits_of_agreement(
    first: Sequence[float] | Array,
    second: Sequence[float] | Array,
    *,
    cases: Sequence[str] | None = None,
    level: float = 0.95,
) -> LimitsOfAgreement:
    """Differences second - first of paired numbers (n,), with limits of agreement.

    Bland and Altman 1986; intervals after Bland and Altman 1999: bias ± t·SD/√n, limits ± t·SE
    with SE² = SD²·(1/n + z²/(2(n - 1))), z = 1.96 and t of n - 1 degrees of freedom.
    ``cases`` names the case of each pair: where one case has several pairs (more than two
    readers), the intervals are percentiles over resampled cases instead, since pairs of one case
    are not independent; bias and SD stay those of all pairs. Fewer than two pairs: no SD.
    Raises InvalidRatings for different lengths or numbers that are not finite.
    """
    a, b = numbers(first, axes=1), numbers(second, axes=1)
    if a.shape != b.shape or (cases is not None and len(cases) != len(a)):
        raise InvalidRatings("Each number needs its partner.")
    d, n = b - a, len(a)
    if n == 0:
        none = not_defined(0, "No pairs of numbers.", level)
        return LimitsOfAgreement(0, none, None, none, none)
    if n == 1:
        why = "One pair alone has no spread."
        none = not_defined(1, why, level)
        return LimitsOfAgreement(
            1, Estimate(float(d[0]), None, None, 1, level, "", why), None, none, none
        )
    z = float(norm.ppf(0.975))
    if cases is not None and len(set(cases)) < n:
        return _by_case(d, list(cases), z, level)
    bias, sd = float(d.mean()), float(d.std(ddof=1))
    reach = float(t.ppf((1 + level) / 2, n - 1))
    around_bias = reach * sd / np.sqrt(n)
    around_limit = reach * sd * np.sqrt(1 / n + z**2 / (2 * (n - 1)))

    def estimate(value: float, half: float) -> Estimate:
        return Estimate(value, float(value - half), float(value + half), n, level, METHOD)

    return LimitsOfAgreement(
        n,
        estimate(bias, around_bias),
        sd,
        estimate(bias - z * sd, around_limit),
        estimate(bias + z * sd, around_limit),
    )


def _by_case(d: Array, cases: list[str], z: float, level: float) -> LimitsOfAgreement:
    """Of every resample the mean and SD of its pairs, from each case's count, sum and sum of
    squares: all resamples at once, since this is asked for many groups."""
    names = {name: i for i, name in enumerate(sorted(set(cases)))}
    of = np.array([names[name] for name in cases])
    bias, sd = float(d.mean()), float(d.std(ddof=1))
    away = d - bias  # squares of large numbers would lose digits
    parts = np.stack([np.bincount(of, weights=w) for w in (np.ones(len(d)), away, away**2)], axis=1)
    found = np.concatenate(
        [_moments((times @ parts).astype(np.float64)) for times in resampled_counts(len(names))]
    )

    def estimate(side: float) -> Estimate:
        value = bias + side * z * sd
        if len(names) < 2:
            why = "Pairs of one case alone: no interval."
            return Estimate(value, None, None, len(names), level, "", why)
        ends = [(1 - level) / 2, (1 + level) / 2]
        low, high = np.quantile(bias + found[:, 0] + side * z * found[:, 1], ends)
        return Estimate(value, float(low), float(high), len(names), level, BY_CASE)

    return LimitsOfAgreement(len(d), estimate(0), sd, estimate(-1), estimate(1), by_case=True)


def _moments(sums: Array) -> Array:
    """(resamples, 2): mean and SD from (resamples, 3): count, sum, sum of squares. A resample of
    one pair alone has no SD and is left out."""
    sums = sums[sums[:, 0] >= 2]
    total, first, second = sums.T
    mean = first / total
    spread = np.maximum(second - total * mean**2, 0) / (total - 1)
    return np.stack([mean, np.sqrt(spread)], axis=1)
