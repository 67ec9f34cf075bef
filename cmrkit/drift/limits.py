"""How wide the limits of an EWMA chart have to be for a wanted rate of false alarms."""

from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from cmrkit.errors import UnsupportedInput

_STATES = 201  # of the Markov chain; odd, so that the chart starts in the middle one
_WIDEST = 8.0


def run_length(weight: float, width: float, shift: float = 0.0) -> float:
    """Mean number of points until an EWMA chart alarms (its average run length).

    weight: of the newest point, above 0 and up to 1. width: half width of the limits, in standard
    deviations of the chart's settled statistic. shift: of the mean of the points, in their own
    standard deviations (0: what a stable stream does). Points are independent and normal.

    Brook and Evans' Markov chain (Biometrika 1972;59:539) for the EWMA of Lucas and Saccucci
    (Technometrics 1990;32:1). Raises UnsupportedInput for a weight or width out of range.
    """
    if not 0 < weight <= 1 or not 0 < width <= _WIDEST:
        raise UnsupportedInput(
            f"A weight above 0 up to 1 and a width up to {_WIDEST:g} are needed."
        )
    edge = width * np.sqrt(weight / (2 - weight))
    half = edge / _STATES
    middles = np.linspace(-edge + half, edge - half, _STATES)
    # from state i the next value is (1 - weight) m_i + weight X: the X that lead into state j
    start = (1 - weight) * middles[:, None]
    upper = norm.cdf((middles[None, :] + half - start) / weight - shift)
    lower = norm.cdf((middles[None, :] - half - start) / weight - shift)
    lengths = np.linalg.solve(np.eye(_STATES) - (upper - lower), np.ones(_STATES))
    return float(lengths[_STATES // 2])


@lru_cache(maxsize=256)
def limit_for(weight: float, weeks: int, charts: int = 1, false_alarms: float = 0.05) -> float:
    """Width of the limits with which ``charts`` charts beside each other, all stable, raise any
    alarm within ``weeks`` weeks with a probability of about ``false_alarms``.

    The time to a false alarm is nearly geometric, so that one chart needs a mean run length of
    weeks x charts / -ln(1 - false_alarms). Raises UnsupportedInput where a count is below 1 or the
    probability isn't between 0 and 1.
    """
    if weeks < 1 or charts < 1 or not 0 < false_alarms < 1:
        raise UnsupportedInput("A week, a chart and a probability between 0 and 1 are needed.")
    wanted = np.log(weeks * charts / -np.log1p(-false_alarms))
    found = brentq(lambda width: np.log(run_length(weight, width)) - wanted, 0.1, 6.5, xtol=1e-4)
    return float(found)
