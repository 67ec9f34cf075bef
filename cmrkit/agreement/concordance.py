"""Lin's concordance correlation coefficient."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import norm

from cmrkit.agreement.estimate import Array, Estimate, not_defined, numbers
from cmrkit.errors import InvalidRatings

METHOD = "Lin 1989, Fisher z"
TINY = 1e-12


def concordance(
    first: Sequence[float] | Array, second: Sequence[float] | Array, *, level: float = 0.95
) -> Estimate:
    """ρc = 2·s₁₂ / (s₁² + s₂² + (m₁ - m₂)²) of paired numbers (n,), with 1/n moments (Lin 1989).

    Interval by Fisher's z with Lin's asymptotic variance (as corrected in Lin 2000), n - 2 below;
    it needs 3 pairs that neither agree fully nor are uncorrelated. Not defined for fewer than two
    pairs or where all numbers are equal. Raises InvalidRatings for different lengths or numbers
    that are not finite.
    """
    x, y = numbers(first, axes=1), numbers(second, axes=1)
    if x.shape != y.shape:
        raise InvalidRatings("Each number needs its partner.")
    n = len(x)
    if n < 2:
        return not_defined(n, "Needs at least 2 pairs.", level)
    shift = float(x.mean() - y.mean())
    var_x, var_y = float(x.var()), float(y.var())
    covariance = float(((x - x.mean()) * (y - y.mean())).mean())
    below = var_x + var_y + shift**2
    if np.ptp(np.concatenate([x, y])) == 0 or below == 0:
        return not_defined(n, "All numbers are equal: nothing varies.", level)
    value = 2 * covariance / below
    if n < 3 or 1 - abs(value) < TINY:
        why = "Needs 3 pairs." if n < 3 else "Readings agree fully."
        return Estimate(value, None, None, n, level, "", why)
    if var_x == 0 or var_y == 0 or abs(covariance) < TINY * np.sqrt(var_x * var_y):
        return Estimate(value, None, None, n, level, "", "One reading doesn't vary with the other.")
    r = covariance / np.sqrt(var_x * var_y)
    u2 = shift**2 / np.sqrt(var_x * var_y)
    squared = (
        (1 - r**2) * value**2 / ((1 - value**2) * r**2)
        + 2 * value**3 * (1 - value) * u2 / (r * (1 - value**2) ** 2)
        - value**4 * u2**2 / (2 * r**2 * (1 - value**2) ** 2)
    ) / (n - 2)
    if not squared >= 0:
        return Estimate(value, None, None, n, level, "", "The asymptotic variance is negative.")
    z, half = np.arctanh(value), norm.ppf((1 + level) / 2) * np.sqrt(squared)
    return Estimate(value, float(np.tanh(z - half)), float(np.tanh(z + half)), n, level, METHOD)
