"""Confidence intervals by drawing patients again."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

DRAWS = 2000
SEED = 1


def mean_interval(values: dict[str, list[float]], draws: int = DRAWS) -> tuple[float, float, float]:
    """The mean of all values and its 95 % interval (percentiles of ``draws`` bootstrap samples of
    patients; the values of one patient stay together). ``values`` is by patient."""
    sums = np.array([sum(v) for v in values.values()], dtype=float)
    counts = np.array([len(v) for v in values.values()], dtype=float)
    rng = np.random.default_rng(SEED)
    drawn = rng.integers(0, len(sums), (draws, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(sums.sum() / counts.sum()), float(low), float(high)


def interval_of(
    values: NDArray[np.float64],
    statistic: Callable[[NDArray[np.float64]], float],
    draws: int = DRAWS,
) -> tuple[float, float, float]:
    """Any statistic of one value per patient, with its 95 % interval."""
    rng = np.random.default_rng(SEED)
    found = [statistic(values[rng.integers(0, len(values), len(values))]) for _ in range(draws)]
    low, high = np.percentile(found, (2.5, 97.5))
    return statistic(values), float(low), float(high)
