"""Whether a stream of weekly values still is what it was: control charts with a stated rate of
false alarms."""

from cmrkit.drift.chart import Chart, Point, Week, control_chart
from cmrkit.drift.distance import MIN_POINTS, distances_from
from cmrkit.drift.limits import limit_for, run_length
from cmrkit.drift.shares import share_weeks

__all__ = [
    "MIN_POINTS",
    "Chart",
    "Point",
    "Week",
    "control_chart",
    "distances_from",
    "limit_for",
    "run_length",
    "share_weeks",
]
