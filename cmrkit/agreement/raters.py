"""Classes and numbers given by any number of readers: Fleiss, Gwet, Krippendorff."""

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement.classes import (
    TINY,
    Codes,
    Weights,
    agreement_weights,
    kept,
    with_interval,
)
from cmrkit.agreement.estimate import RESAMPLES, Array, Estimate, not_defined
from cmrkit.errors import InvalidRatings

Times = NDArray[np.int64]
Cases = Sequence[Hashable] | None
"""Whose each row is, where several rows may be of one case: they are drawn together."""
NOBODY_PAIRED = "No case has classes from two readers."


def fleiss_kappa(
    codes: Codes, *, level: float = 0.95, resamples: int = RESAMPLES, cases: Cases = None
) -> Estimate:
    """Fleiss 1971, for the same number of readings of every case; who gave them may differ.

    Cases with a missing class are left out. Not defined with fewer than two readers, no complete
    case, or one class throughout.
    """
    m = codes.table.shape[1]
    whole = np.asarray((codes.table >= 0).all(axis=1))
    counts, cases = codes.counts[whole], kept(cases, whole)
    n = len(counts)
    if m < 2 or n == 0:
        return not_defined(n, "No case has a class from every reader, of two or more.", level)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (m * (m - 1))

    def kappa(times: Times) -> float | None:
        total = times.sum()
        observed = float(times @ agreeing) / total
        expected = float((((times @ counts) / (total * m)) ** 2).sum())
        return None if 1 - expected < TINY else (observed - expected) / (1 - expected)

    return with_interval(kappa, n, level, resamples, cases)


def gwet(
    codes: Codes,
    weights: Weights = "nominal",
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    cases: Cases = None,
) -> Estimate:
    """AC1 (``nominal``) or AC2 (``linear``, ``quadratic``): Gwet 2008; with missing ratings and
    weights, Gwet 2014.

    Observed agreement is over cases with two ratings or more, the share of each class over cases
    with one or more. The number of categories is that named, given or not. Not defined where no
    case has two ratings or one category alone was named.
    """
    counts = codes.counts
    given = counts.sum(axis=1)
    cases = kept(cases, given > 0)
    counts, given = counts[given > 0], given[given > 0]
    n, q = counts.shape
    if not (given >= 2).any():
        return not_defined(n, NOBODY_PAIRED, level)
    if q < 2:
        return not_defined(n, "With one category there is nothing to agree on.", level)
    w = agreement_weights(q, weights)
    pairs = np.where(given >= 2, given * (given - 1), 1.0)
    agreeing = np.where(given >= 2, (counts * (counts @ w - 1)).sum(axis=1) / pairs, 0.0)
    paired, shares = (given >= 2).astype(float), counts / given[:, None]

    def coefficient(times: Times) -> float | None:
        of_pairs = float(times @ paired)
        if of_pairs == 0:
            return None
        observed = float(times @ agreeing) / of_pairs
        share = (times @ shares) / times.sum()
        expected = float(w.sum() / (q * (q - 1)) * (share * (1 - share)).sum())
        return None if 1 - expected < TINY else (observed - expected) / (1 - expected)

    return with_interval(coefficient, n, level, resamples, cases)


def krippendorff_alpha(
    codes: Codes,
    scale: Literal["nominal", "ordinal"] = "nominal",
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    cases: Cases = None,
) -> Estimate:
    """α = 1 - Do/De of classes with any number of readers and missing ratings (Krippendorff
    2011, "Computing Krippendorff's alpha-reliability").

    Ordinal distances are from how often each category was given. Cases with one rating count for
    nothing. Not defined where no case has two ratings or all are of one class. Raises
    InvalidRatings for another scale (numbers: :func:`krippendorff_interval`).
    """
    if scale not in ("nominal", "ordinal"):
        raise InvalidRatings("The scale of classes is nominal or ordinal.")
    counts = codes.counts
    paired = counts.sum(axis=1) >= 2
    counts, cases = counts[paired], kept(cases, paired)
    n, q = counts.shape
    if n == 0:
        return not_defined(0, NOBODY_PAIRED, level)
    m = counts.sum(axis=1)
    together = counts[:, :, None] * counts[:, None, :]
    together[:, np.arange(q), np.arange(q)] -= counts
    together = (together / (m - 1)[:, None, None]).reshape(n, q * q)

    def alpha(times: Times) -> float | None:
        found = (times @ together).reshape(q, q)
        totals = found.sum(axis=1)
        apart = _apart(totals, scale)
        expected = float((np.outer(totals, totals) * apart).sum())
        if expected == 0:
            return None
        return float(1 - (totals.sum() - 1) * (found * apart).sum() / expected)

    return with_interval(alpha, n, level, resamples, cases)


def krippendorff_interval(
    ratings: Sequence[Sequence[float | None]],
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    cases: Cases = None,
) -> Estimate:
    """α of numbers (cases, readers), None for missing, squared differences (Krippendorff 2011).

    Rules and errors as :func:`krippendorff_alpha`; raises InvalidRatings for ragged or not finite
    numbers.
    """
    if len({len(row) for row in ratings}) > 1:
        raise InvalidRatings("Every case needs a place for every reader.")
    rows = [np.array([v for v in row if v is not None], dtype=float) for row in ratings]
    cases = kept(cases, np.array([len(row) >= 2 for row in rows], dtype=bool))
    rows = [row for row in rows if len(row) >= 2]
    if not all(np.isfinite(row).all() for row in rows):
        raise InvalidRatings("Numbers to compare must be finite.")
    if not rows:
        return not_defined(0, NOBODY_PAIRED, level)
    every = np.concatenate(rows)
    if np.ptp(every) == 0:
        return not_defined(len(rows), "All numbers are equal: nothing varies.", level)
    middle = float(every.mean())  # squares of large numbers would lose digits
    m = np.array([len(row) for row in rows], dtype=float)
    sums = np.array([(row - middle).sum() for row in rows])
    squares = np.array([((row - middle) ** 2).sum() for row in rows])
    inside = np.array([((row - row.mean()) ** 2).sum() for row in rows]) * m / (m - 1)

    def alpha(times: Times) -> float | None:
        n = float(times @ m)
        expected = n * float(times @ squares) - float(times @ sums) ** 2
        if expected <= TINY * n * float(times @ squares):
            return None
        return float(1 - (n - 1) * float(times @ inside) / expected)

    return with_interval(alpha, len(rows), level, resamples, cases)


def _apart(totals: Array, scale: str) -> Array:
    """Squared distances of categories, (q, q)."""
    if scale == "nominal":
        return np.asarray(1.0 - np.eye(len(totals)))
    # how many ratings lie from one category to the other, half of each end's
    middles = np.cumsum(totals) - totals / 2
    return np.asarray(np.subtract.outer(middles, middles) ** 2)
