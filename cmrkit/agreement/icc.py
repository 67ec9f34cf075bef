"""Intraclass correlation in its six forms, and the within-subject coefficient of variation."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.stats import chi2, f

from cmrkit.agreement.estimate import Array, Estimate, not_defined, numbers

METHOD = "F, McGraw and Wong 1996"
TINY = 1e-12  # of the largest square: what is smaller is rounding


@dataclass(frozen=True)
class Icc:
    """Shrout and Fleiss' names: ``icc1`` one-way random; ``icc2`` two-way random, absolute
    agreement; ``icc3`` two-way mixed, consistency; ``…k`` of the mean of k readings."""

    icc1: Estimate
    icc2: Estimate
    icc3: Estimate
    icc1k: Estimate
    icc2k: Estimate
    icc3k: Estimate
    n_cases: int
    n_readings: int


@dataclass(frozen=True)
class _Squares:
    """Mean squares: rows (cases), columns (readers), error, and within cases."""

    n: int
    k: int
    rows: float
    columns: float
    error: float
    within: float


def intraclass_correlation(table: Sequence[Sequence[float]] | Array, *, level: float = 0.95) -> Icc:
    """ICC of a complete table (cases, readings), Shrout and Fleiss 1979; intervals McGraw and Wong
    1996. For the two-way forms column j must be the same reader throughout.

    Not defined, with the reason: fewer than 2 cases or 2 readings, or all numbers equal. Raises
    InvalidRatings unless the table has two axes and is finite.
    """
    x = numbers(table, axes=2)  # type: ignore[arg-type]
    n, k = x.shape
    if n < 2 or k < 2:
        return _all_not_defined(n, k, "Needs at least 2 cases with 2 readings each.", level)
    squares = _mean_squares(x)
    if float(np.ptp(x)) == 0:
        return _all_not_defined(n, k, "All numbers are equal: nothing varies.", level)
    one, two, three = _one_way(squares, level), _two_way(squares, level), _mixed(squares, level)
    mean_one, mean_two, mean_three = (_of_the_mean(e, k) for e in (one, two, three))
    return Icc(one, two, three, mean_one, mean_two, mean_three, n_cases=n, n_readings=k)


def within_subject_cov(
    table: Sequence[Sequence[float]] | Array, *, level: float = 0.95
) -> Estimate:
    """Within-subject SD / mean × 100, in percent, of a complete table (cases, readings).

    Within-subject SD: root of the within mean square of a one-way analysis of variance (Bland and
    Altman 1996). The interval is that of the SD (χ² of n(k - 1) degrees of freedom); the mean
    counts as known. Not defined for fewer than 2 readings, no case, or a mean that is not
    positive (a percentage of it would say nothing). Errors as :func:`intraclass_correlation`.
    """
    x = numbers(table, axes=2)  # type: ignore[arg-type]
    n, k = x.shape
    if n < 1 or k < 2:
        return not_defined(n, "Needs at least 2 readings of a case.", level)
    mean = float(x.mean())
    if mean <= 0:
        return not_defined(n, "The mean is not positive.", level)
    df = n * (k - 1)
    total = float(((x - x.mean(axis=1, keepdims=True)) ** 2).sum())
    low, high = (
        100 * np.sqrt(total / chi2.ppf(q, df)) / mean for q in ((1 + level) / 2, (1 - level) / 2)
    )
    value = 100 * np.sqrt(total / df) / mean
    return Estimate(float(value), float(low), float(high), n, level, "χ² of the SD")


def _mean_squares(x: Array) -> _Squares:
    n, k = x.shape
    centred = x - x.mean()
    rows, columns = centred.mean(axis=1, keepdims=True), centred.mean(axis=0, keepdims=True)
    between, across = k * float((rows**2).sum()), n * float((columns**2).sum())
    within = float(((centred - rows) ** 2).sum())
    error = float(((centred - rows - columns) ** 2).sum())
    floor = TINY * float((centred**2).sum())  # readers who agree to the last digit
    across, error, within = (0.0 if sq < floor else sq for sq in (across, error, within))
    return _Squares(
        n,
        k,
        between / (n - 1),
        across / (k - 1),
        error / ((n - 1) * (k - 1)),
        within / (n * (k - 1)),
    )


def _one_way(s: _Squares, level: float) -> Estimate:
    value = (s.rows - s.within) / (s.rows + (s.k - 1) * s.within)
    low, high = _from_ratio(s.rows, s.within, s.k, s.n - 1, s.n * (s.k - 1), level)
    return Estimate(value, low, high, s.n, level, METHOD)


def _mixed(s: _Squares, level: float) -> Estimate:
    below = s.rows + (s.k - 1) * s.error
    if below == 0:
        return not_defined(s.n, "Cases don't differ, and readers differ by a constant.", level)
    low, high = _from_ratio(s.rows, s.error, s.k, s.n - 1, (s.n - 1) * (s.k - 1), level)
    return Estimate((s.rows - s.error) / below, low, high, s.n, level, METHOD)


def _from_ratio(
    above: float, below: float, k: int, df1: int, df2: int, level: float
) -> tuple[float, float]:
    if below == 0:
        return 1.0, 1.0
    ratio, q = above / below, (1 + level) / 2
    low, high = ratio / f.ppf(q, df1, df2), ratio * f.ppf(q, df2, df1)
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _two_way(s: _Squares, level: float) -> Estimate:
    n, k = s.n, s.k
    below = s.rows + (k - 1) * s.error + k * (s.columns - s.error) / n
    if below == 0:
        return not_defined(n, "Nothing varies between cases.", level)
    value = (s.rows - s.error) / below
    if s.error == 0 and s.columns == 0:
        return Estimate(1.0, 1.0, 1.0, n, level, METHOD)
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    parts = (a * s.columns) ** 2 / (k - 1) + (b * s.error) ** 2 / ((n - 1) * (k - 1))
    why = "Satterthwaite's degrees of freedom are not defined here."
    if parts == 0:
        return Estimate(value, None, None, n, level, METHOD, why)
    v = (a * s.columns + b * s.error) ** 2 / parts
    q = (1 + level) / 2
    f_low, f_high = float(f.ppf(q, n - 1, v)), float(f.ppf(q, v, n - 1))
    shared = k * s.columns + (n * k - k - n) * s.error
    low = n * (s.rows - f_low * s.error) / (f_low * shared + n * s.rows)
    high = n * (f_high * s.rows - s.error) / (shared + n * f_high * s.rows)
    if not np.isfinite([low, high]).all():
        return Estimate(value, None, None, n, level, METHOD, why)
    return Estimate(value, float(low), float(high), n, level, METHOD)


def _of_the_mean(single: Estimate, k: int) -> Estimate:
    """Spearman and Brown: the reliability of the mean of k readings, its interval likewise."""

    def stepped(r: float | None) -> float | None:
        below = None if r is None else 1 + (k - 1) * r
        return None if r is None or not below or below <= 0 else k * r / below

    value = stepped(single.value)
    why = single.why
    if value is None and not why:
        why = "The single reading's value is too far below zero."
    fields = {**asdict(single), "value": value, "why": why}
    return Estimate(**{**fields, "low": stepped(single.low), "high": stepped(single.high)})


def _all_not_defined(n: int, k: int, why: str, level: float) -> Icc:
    none = not_defined(n, why, level)
    return Icc(none, none, none, none, none, none, n_cases=n, n_readings=k)
