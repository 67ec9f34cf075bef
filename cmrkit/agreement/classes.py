"""Classes given by two readers: Cohen's kappa, plain and weighted."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement.estimate import RESAMPLES, Array, Estimate, bootstrap, not_defined
from cmrkit.errors import InvalidRatings

Weights = Literal["nominal", "linear", "quadratic"]
METHOD = "bootstrap by case, seeded"
CONSTANT = "Everybody gave one class: chance can't be told from agreement."
TINY = 1e-12


@dataclass(frozen=True)
class Codes:
    """``table`` (cases, readers): index of the category, -1 where a reader gave none."""

    table: NDArray[np.intp]
    categories: tuple[str, ...]

    @property
    def counts(self) -> Array:
        """How many readers gave each category, (cases, categories)."""
        n, q = len(self.table), len(self.categories)
        found = np.zeros((n, q))
        for column in self.table.T:
            given = column >= 0
            np.add.at(found, (np.flatnonzero(given), column[given]), 1)
        return found


def encode(ratings: Sequence[Sequence[str | None]], categories: Sequence[str]) -> Codes:
    """Ratings (cases, readers), None for missing, as places in ``categories``, which stand in
    their order. Raises InvalidRatings for ragged ratings, an unknown or repeated category."""
    if len(set(categories)) != len(categories) or not categories:
        raise InvalidRatings("Name each category once, and at least one.")
    places = {name: i for i, name in enumerate(categories)}
    widths = {len(row) for row in ratings}
    if len(widths) > 1:
        raise InvalidRatings("Every case needs a place for every reader.")
    unknown = {value for row in ratings for value in row if value is not None} - places.keys()
    if unknown:
        raise InvalidRatings(f"{len(unknown)} ratings are of no named category.")
    table = np.array(
        [[-1 if value is None else places[value] for value in row] for row in ratings],
        dtype=np.intp,
    ).reshape(len(ratings), widths.pop() if widths else 0)
    return Codes(table, tuple(categories))


def agreement_weights(q: int, weights: Weights) -> Array:
    """(q, q): 1 on the diagonal; off it 0 (nominal), 1 - |i-j|/(q-1) (linear) or its squared
    distance (quadratic). Raises InvalidRatings for another name."""
    if weights == "nominal":
        return np.eye(q)
    if weights not in ("linear", "quadratic"):
        raise InvalidRatings("Weights are nominal, linear or quadratic.")
    apart = np.abs(np.subtract.outer(np.arange(q), np.arange(q))) / max(q - 1, 1)
    return np.asarray(1.0 - (apart if weights == "linear" else apart**2))


def confusion(codes: Codes) -> NDArray[np.int64]:
    """(q, q): cases by category of the first (rows) and second reader, where both gave one."""
    q = len(codes.categories)
    first, second = _two(codes)
    both = (first >= 0) & (second >= 0)
    counted = np.bincount(first[both] * q + second[both], minlength=q * q)
    return np.asarray(counted.reshape(q, q), dtype=np.int64)


def cohen_kappa(
    codes: Codes, weights: Weights = "nominal", *, level: float = 0.95, resamples: int = RESAMPLES
) -> Estimate:
    """(po - pe) / (1 - pe) for two readers (Cohen 1960; weighted, Cohen 1968).

    Cases where either gave no class are left out. Not defined with no case, or where chance
    agreement is full (both gave one and the same class throughout). Raises InvalidRatings unless
    there are exactly two readers.
    """
    first, second = _two(codes)
    both = (first >= 0) & (second >= 0)
    first, second, q = first[both], second[both], len(codes.categories)
    n = len(first)
    w = agreement_weights(q, weights)
    places = first * q + second

    def kappa(times: NDArray[np.int64]) -> float | None:
        table = np.bincount(places, weights=times, minlength=q * q).reshape(q, q)
        shares = table / table.sum()
        observed = float((w * shares).sum())
        expected = float((w * np.outer(shares.sum(axis=1), shares.sum(axis=0))).sum())
        return None if 1 - expected < TINY else (observed - expected) / (1 - expected)

    if n == 0:
        return not_defined(0, "No case has a class from both.", level)
    return with_interval(kappa, n, level, resamples)


def with_interval(
    statistic: Callable[[NDArray[np.int64]], float | None],
    n: int,
    level: float,
    resamples: int,
    cases: Sequence[Hashable] | None = None,
) -> Estimate:
    """The statistic of all ``n`` rows once each, with its bootstrap interval by case. ``cases``:
    whose each row is; rows of one case are drawn together. Without, each row is a case."""
    value = statistic(np.ones(n, dtype=np.int64))
    of = _numbered(range(n) if cases is None else cases)
    n_cases = int(of.max(initial=-1)) + 1
    if value is None:
        return not_defined(n_cases, CONSTANT, level)
    low, high = bootstrap(lambda times: statistic(times[of]), n_cases, level=level,
                          resamples=resamples)  # fmt: skip
    why = "" if low is not None else "Too few cases, or too many resamples without variation."
    method = METHOD if low is not None else ""
    return Estimate(float(value), low, high, n_cases, level, method, why)


def kept(cases: Sequence[Hashable] | None, which: NDArray[np.bool_]) -> list[Hashable] | None:
    """The cases of the rows that are kept."""
    return None if cases is None else [case for case, stays in zip(cases, which, strict=True)
                                       if stays]  # fmt: skip


def _numbered(cases: Iterable[Hashable]) -> NDArray[np.int64]:
    """Each row's case, numbered in the order in which they come."""
    places: dict[Hashable, int] = {}
    return np.array([places.setdefault(case, len(places)) for case in cases], dtype=np.int64)


def _two(codes: Codes) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if codes.table.shape[1] != 2:
        raise InvalidRatings("Cohen's kappa is for two readers; for more, use Fleiss or Gwet.")
    return codes.table[:, 0], codes.table[:, 1]
