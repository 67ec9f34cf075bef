"""An exponentially weighted chart of weekly means against a reference period."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.drift.limits import limit_for
from cmrkit.errors import UnsupportedInput

MIN_REFERENCE = 10
Values = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True)
class Week:
    """What one week brought: ``n`` values with their mean. A week may bring nothing (n = 0)."""

    mean: float
    n: int


@dataclass(frozen=True)
class Point:
    """The chart after one week, in the unit of the values. ``value``: the weighted mean so far;
    None before the first week that brought anything."""

    value: float | None
    low: float
    high: float
    n: int
    alarm: bool


@dataclass(frozen=True)
class Chart:
    """``centre`` and ``sd`` of the reference; ``first_alarm``: index of the week, None without."""

    centre: float
    sd: float
    width: float
    points: tuple[Point, ...]

    @property
    def first_alarm(self) -> int | None:
        return next((i for i, point in enumerate(self.points) if point.alarm), None)


def control_chart(
    reference: Values,
    weeks: Sequence[Week],
    *,
    weight: float = 0.2,
    horizon: int = 50,
    charts: int = 1,
    false_alarms: float = 0.05,
    sd: float | None = None,
) -> Chart:
    """Follow weekly means with limits that know how many values each week had and how few the
    reference was made of.

    reference: the values of the reference period, one per case, in any unit; at least 10 that are
    finite. weeks: in order of time. weight: of the newest week. horizon, charts, false_alarms: see
    :func:`cmrkit.drift.limits.limit_for`. sd: standard deviation of single values where it is known
    better than from the reference (a share's, by its formula).

    After week t the statistic is z = (1 - a) z + a x with a = ``weight``, started at the
    reference's mean m; its weights w on the weeks' means add up to W. Where nothing has changed its
    variance is s² (sum of w² / n + W² / n0), n0 the size of the reference: the second term is the
    doubt about m, which doesn't go away with more weeks. An empty week moves nothing. Lucas and
    Saccucci's chart, with exact variances instead of settled ones. Raises UnsupportedInput for too
    small a reference, values that aren't finite, or a reference without any spread.
    """
    values = np.asarray(reference, dtype=np.float64)
    if len(values) < MIN_REFERENCE or not np.isfinite(values).all():
        raise UnsupportedInput(f"A reference needs {MIN_REFERENCE} finite values or more.")
    centre = float(values.mean())
    spread = float(values.std(ddof=1)) if sd is None else sd
    if not spread > 0:
        raise UnsupportedInput("All reference values are the same: there is no spread to judge by.")
    width = limit_for(weight, horizon, charts, false_alarms)
    points: list[Point] = []
    value, squares, total = centre, 0.0, 0.0
    for week in weeks:
        if week.n:
            if not np.isfinite(week.mean):
                raise UnsupportedInput("A week's mean must be finite.")
            value = (1 - weight) * value + weight * week.mean
            squares = (1 - weight) ** 2 * squares + weight**2 / week.n
            total = (1 - weight) * total + weight
        half = width * spread * float(np.sqrt(squares + total**2 / len(values)))
        alarm = abs(value - centre) > half
        shown = value if total else None
        points.append(Point(shown, centre - half, centre + half, week.n, alarm and total > 0))
    return Chart(centre, spread, width, tuple(points))
