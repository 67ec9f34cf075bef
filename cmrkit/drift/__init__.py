"""Whether a stream of weekly values still is what it was: control charts with a stated rate of
false alarms."""

from cmrkit.drift.chart import Chart, Point, Week, control_chart
from cmrkit.drift.limits import limit_for, run_length
from cmrkit.drift.shares import share_weeks

__all__ = ["Chart", "Point", "Week", "control_chart", "limit_for", "run_length", "share_weeks"]
