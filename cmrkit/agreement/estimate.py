"""A number with its interval, or the reason why there is none."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import InvalidRatings

Array = NDArray[np.float64]
ENOUGH_RESAMPLES = 0.95  # of the resamples must have a value for the interval to stand
RESAMPLES, SEED = 1000, 20260101


@dataclass(frozen=True)
class Estimate:
    """``value`` with its ``level`` confidence interval ``low`` to ``high``; ``n`` cases went in.
    Not a number is never a value: what is not defined is None and ``why`` says the reason.
    ``method`` names how the interval was made; it is None on its own where n is too small."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    level: float = 0.95
    method: str = ""
    why: str = ""


def not_defined(n: int, why: str, level: float = 0.95) -> Estimate:
    return Estimate(None, None, None, n, level, "", why)


def numbers(values: Sequence[float] | Array, *, axes: int) -> Array:
    """A copy as float64; raises InvalidRatings unless it has that many axes and is finite."""
    found = np.array(values, dtype=np.float64)
    if found.ndim != axes:
        raise InvalidRatings(f"Expected an array of {axes} axes, not {found.ndim}.")
    if not np.isfinite(found).all():
        raise InvalidRatings("Numbers to compare must be finite; leave out cases without one.")
    return found


def bootstrap(
    statistic: Callable[[NDArray[np.int64]], float | None],
    n: int,
    *,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float | None, float | None]:
    """Percentile interval (Efron 1979) over resampled cases, always the same for one seed.

    ``statistic`` takes how often each of the ``n`` cases counts. Resamples where it is not defined
    are left out; where those are more than 5 %, or there are fewer than 2 cases, no interval.
    """
    if n < 2 or resamples < 1:
        return None, None
    generator = np.random.default_rng(seed)
    found = [
        value
        for _ in range(resamples)
        if (value := statistic(np.bincount(generator.integers(0, n, n), minlength=n))) is not None
    ]
    if len(found) < ENOUGH_RESAMPLES * resamples:
        return None, None
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def resampled_counts(
    n: int, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Iterator[NDArray[np.int64]]:
    """How often each of ``n`` cases counts, a row per resample, some rows at a time so that very
    many cases fit in memory."""
    generator = np.random.default_rng(seed)
    at_once = max(1, min(resamples, 2_000_000 // max(n, 1)))
    for done in range(0, resamples, at_once):
        yield generator.multinomial(n, np.full(n, 1 / n), size=min(at_once, resamples - done))
