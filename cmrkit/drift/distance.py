"""How far cases lie from those of a reference period, as points of many dimensions."""

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import UnsupportedInput

Points = NDArray[np.float64]
MIN_POINTS = 3
_LEAST = 0.1


def distances_from(reference: Points, others: Points) -> tuple[Points, Points]:
    """Distances of the points of ``reference`` (n, dimensions) and of ``others`` (m, dimensions)
    from the middle of the reference: root mean square over dimensions of (x - mean) / SD, as the
    Mahalanobis distance (1936) of uncorrelated dimensions is, divided by the root of their number.

    A point of the reference is held against the others of it, without itself: else it would lie
    nearer than any new one, as it had pulled the middle its way. Dimensions that don't vary in the
    reference are left out; all 0 where none does. Raises UnsupportedInput for fewer than three
    points of reference, numbers that aren't finite and differing dimensions.
    """
    if reference.ndim != 2 or others.ndim != 2 or reference.shape[1] != others.shape[1]:
        raise UnsupportedInput("Points have to be of the same number of dimensions.")
    if len(reference) < MIN_POINTS:
        raise UnsupportedInput(f"The middle of fewer than {MIN_POINTS} points says little.")
    if not (np.isfinite(reference).all() and np.isfinite(others).all()):
        raise UnsupportedInput("A point has a number that isn't finite.")
    mean, sd = reference.mean(axis=0), reference.std(axis=0, ddof=1)
    varies = sd > 1e-12 * np.maximum(1.0, np.abs(mean))
    if not varies.any():
        return np.zeros(len(reference)), np.zeros(len(others))
    centred, spread = reference[:, varies] - mean[varies], sd[varies]
    n = len(reference)
    # mean and variance without one point, from those with it: Welford's update, backwards
    apart = centred * n / (n - 1)
    left = np.maximum((n - 1) * spread**2 - centred**2 * n / (n - 1), 0.0) / (n - 2)
    floor = (_LEAST * spread) ** 2  # where that point alone made the dimension vary
    own = np.sqrt(np.mean(apart**2 / np.maximum(left, floor), axis=1))
    new = np.sqrt(np.mean(((others[:, varies] - mean[varies]) / spread) ** 2, axis=1))
    return own, new
