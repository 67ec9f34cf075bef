"""From samples to charts. No database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cmrkit.drift import Chart, Week, control_chart, share_weeks
from cmrkit.drift.chart import MIN_REFERENCE, Values
from portal.modelhub.drift.places import with_distances
from portal.modelhub.drift.signals import Sample, Signal, signals_for

MIN_OF_A_SITE = 30  # reference values, for a site to have a chart of its own
HORIZON_WEEKS = 50


@dataclass(frozen=True)
class Charted:
    """``site`` is empty for the whole project; ``weeks`` are Mondays."""

    signal: Signal
    site: str
    n_reference: int
    weeks: tuple[date, ...]
    chart: Chart

    @property
    def code(self) -> str:
        return f"{self.signal.code}@{self.site}" if self.site else self.signal.code

    @property
    def alarm_weeks(self) -> list[date]:
        return [
            w
            for w, point in zip(self.weeks, self.chart.points, strict=True)
            if point.alarm and point.n
        ]


@dataclass(frozen=True)
class Lacking:
    """A chart of the project that can't be drawn yet. ``missing``: reference values; 0 where all
    are the same, so that there is no spread to judge by."""

    signal: Signal
    n_reference: int
    missing: int


@dataclass(frozen=True)
class _Plan:
    signal: Signal
    site: str
    reference: list[float]
    weeks: list[list[float]]


def chart_all(
    samples: Sequence[Sample], first: date, last: date, until: date
) -> tuple[list[Charted], list[Lacking]]:
    """All charts beside each other, their number stated to the limits of each.

    first, last: the reference period, both days included. until: weeks that are over by this day
    are charted, from the first Monday after the reference.
    """
    samples = with_distances(samples, first, last)
    reference = [s for s in samples if first <= s.on <= last]
    mondays = _mondays(last, until)
    plans: list[_Plan] = []
    lacking: list[Lacking] = []
    sites = sorted({s.site for s in samples})
    for signal in signals_for(reference):
        for site in ["", *(sites if len(sites) > 1 else [])]:
            own = [s for s in samples if site in ("", s.site)]
            plan = _plan(signal, site, own, (first, last), mondays)
            wanted = MIN_OF_A_SITE if site else MIN_REFERENCE
            short = max(0, wanted - len(plan.reference))
            if short or (not signal.is_share and len(set(plan.reference)) < 2):
                if not site:
                    lacking.append(Lacking(signal, len(plan.reference), short))
            else:
                plans.append(plan)
    return [_chart(plan, mondays, len(plans)) for plan in plans], lacking


def _mondays(last: date, until: date) -> list[date]:
    monday = last + timedelta(days=7 - last.weekday())
    found = []
    while monday + timedelta(days=7) <= until:
        found.append(monday)
        monday += timedelta(days=7)
    return found


def _plan(
    signal: Signal,
    site: str,
    samples: Sequence[Sample],
    period: tuple[date, date],
    mondays: Sequence[date],
) -> _Plan:
    by_week: dict[date, list[float]] = {monday: [] for monday in mondays}
    reference: list[float] = []
    for sample in samples:
        value = signal.value(sample)
        if value is None:
            continue
        if period[0] <= sample.on <= period[1]:
            reference.append(value)
        monday = sample.on - timedelta(days=sample.on.weekday())
        if monday in by_week:
            by_week[monday].append(value)
    return _Plan(signal, site, reference, [by_week[monday] for monday in mondays])


def _chart(plan: _Plan, mondays: Sequence[date], charts: int) -> Charted:
    values: Values = plan.reference
    sd = None
    if plan.signal.is_share:
        values, weeks, sd = share_weeks(
            [bool(v) for v in plan.reference], [[bool(v) for v in w] for w in plan.weeks]
        )
    else:
        weeks = [Week(sum(w) / len(w) if w else 0.0, len(w)) for w in plan.weeks]
    chart = control_chart(values, weeks, horizon=HORIZON_WEEKS, charts=charts, sd=sd)
    return Charted(plan.signal, plan.site, len(plan.reference), tuple(mondays), chart)
