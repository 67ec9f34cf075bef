"""Control charts: published run lengths, a simulation of them, stable and shifted streams."""

import numpy as np
import pytest

from cmrkit.drift import Week, control_chart, limit_for, run_length, share_weeks
from cmrkit.errors import UnsupportedInput

WEEKS = 50


def weekly(rng: np.random.Generator, mean: float, sd: float, weeks: int, n: int) -> list[Week]:
    return [Week(float(rng.normal(mean, sd, n).mean()), n) for _ in range(weeks)]


@pytest.mark.parametrize(
    ("weight", "width"),
    # Lucas and Saccucci 1990, table 3: all of them 500 points to a false alarm
    [(0.4, 3.054), (0.25, 2.998), (0.2, 2.962), (0.1, 2.814), (0.05, 2.615)],
)
def test_run_lengths_are_the_published_ones(weight: float, width: float) -> None:
    assert run_length(weight, width) == pytest.approx(500, rel=0.01)


def test_run_length_of_weight_one_is_shewharts() -> None:
    """Closed form: 1 / P(|X| > 3) = 370.4; shifted by one standard deviation 43.9."""
    assert run_length(1.0, 3.0) == pytest.approx(370.4, rel=0.002)
    assert run_length(1.0, 3.0, 1.0) == pytest.approx(43.89, rel=0.002)


def test_run_length_is_that_of_a_simulation() -> None:
    """A second implementation: the chart played 4,000 times, with fixed limits."""
    rng, weight, width, shift = np.random.default_rng(3), 0.2, 2.5, 0.5
    edge = width * np.sqrt(weight / (2 - weight))
    value, alive, length = np.zeros(4000), np.ones(4000, dtype=bool), np.zeros(4000)
    while alive.any():
        value = (1 - weight) * value + weight * rng.normal(shift, 1, 4000)
        length += alive
        alive &= np.abs(value) <= edge
    assert run_length(weight, width, shift) == pytest.approx(length.mean(), rel=0.06)


def test_limits_widen_with_weeks_and_charts() -> None:
    one = limit_for(0.2, WEEKS)
    assert one < limit_for(0.2, 2 * WEEKS) == pytest.approx(limit_for(0.2, WEEKS, charts=2))
    assert run_length(0.2, one) == pytest.approx(WEEKS / -np.log(0.95), rel=0.01)


@pytest.mark.parametrize("n", [1, 8, 40])
def test_a_stable_stream_raises_no_alarm_in_fifty_weeks(n: int) -> None:
    """Of 400 stable streams no more than about 5 % alarm; limits are tighter in the first weeks
    than a settled chart's, hence the margin."""
    alarms = 0
    for seed in range(400):
        rng = np.random.default_rng([n, seed])
        chart = control_chart(rng.normal(60, 10, 200), weekly(rng, 60, 10, WEEKS, n))
        alarms += chart.first_alarm is not None
    assert alarms / 400 < 0.09


def test_a_small_reference_makes_cautious_limits_not_false_alarms() -> None:
    alarms = 0
    for seed in range(300):
        rng = np.random.default_rng([99, seed])
        chart = control_chart(rng.normal(0, 1, 25), weekly(rng, 0, 1, WEEKS, 30))
        alarms += chart.first_alarm is not None
    assert alarms / 300 < 0.12


def test_twelve_charts_together_stay_quiet() -> None:
    alarms = 0
    for seed in range(60):
        rng = np.random.default_rng([12, seed])
        charts = [
            control_chart(rng.normal(0, 1, 200), weekly(rng, 0, 1, WEEKS, 10), charts=12)
            for _ in range(12)
        ]
        alarms += any(chart.first_alarm is not None for chart in charts)
    assert alarms / 60 < 0.12


@pytest.mark.parametrize(
    ("shift", "n", "n_reference", "within"),
    [(1.0, 10, 200, 6), (0.5, 30, 500, 8), (-0.5, 30, 500, 8)],
)
def test_a_planted_shift_is_found(shift: float, n: int, n_reference: int, within: int) -> None:
    """After 20 stable weeks the mean moves by half or one standard deviation of single cases."""
    late = 0
    for seed in range(100):
        rng = np.random.default_rng([5, seed])
        weeks = weekly(rng, 0, 1, 20, n) + weekly(rng, shift, 1, 20, n)
        found = control_chart(rng.normal(0, 1, n_reference), weeks).first_alarm
        late += found is None or found >= 20 + within
    assert late <= 5


def test_limits_by_hand() -> None:
    """Two weeks of 4 and 1 values, weight 0.5: variances added up on paper."""
    reference = np.tile([-1.0, 1.0], 8)
    sd = reference.std(ddof=1)
    chart = control_chart(reference, [Week(2.0, 4), Week(0.0, 0), Week(-1.0, 1)], weight=0.5)
    first, empty, last = chart.points
    assert first.value == 1.0
    assert first.high == pytest.approx(chart.width * sd * np.sqrt(0.25 / 4 + 0.25 / 16))
    assert (empty.value, empty.high, empty.n) == (1.0, first.high, 0)
    assert last.value == 0.0
    variance = 0.0625 / 4 + 0.25 / 1 + 0.75**2 / 16
    assert last.high == pytest.approx(chart.width * sd * np.sqrt(variance))


def test_before_the_first_value_there_is_nothing_to_alarm() -> None:
    chart = control_chart(np.arange(20.0), [Week(0.0, 0)] * 3)
    assert [point.value for point in chart.points] == [None] * 3
    assert chart.first_alarm is None


def test_a_vendor_never_seen_before() -> None:
    """One case is none, a scanner's change is."""
    reference = [False] * 150
    once = [[False] * 10 for _ in range(20)]
    once[5] = [True] + [False] * 9
    values, weeks, sd = share_weeks(reference, once)
    assert control_chart(values, weeks, sd=sd, charts=6).first_alarm is None
    values, weeks, sd = share_weeks(reference, [[False] * 10] * 5 + [[True] * 5 + [False] * 5] * 4)
    assert control_chart(values, weeks, sd=sd, charts=6).first_alarm in (5, 6)


def test_what_can_not_be_judged_is_refused() -> None:
    week = [Week(0.0, 5)]
    for bad in (np.zeros(5), np.full(30, np.nan), np.zeros(30)):
        with pytest.raises(UnsupportedInput):
            control_chart(bad, week)
    with pytest.raises(UnsupportedInput):
        control_chart(np.arange(20.0), [Week(float("nan"), 3)])
    for weight, width in ((0.0, 3.0), (1.2, 3.0), (0.2, 0.0), (0.2, 99.0)):
        with pytest.raises(UnsupportedInput):
            run_length(weight, width)
    for weeks, charts, rate in ((0, 1, 0.05), (50, 0, 0.05), (50, 1, 0.0)):
        with pytest.raises(UnsupportedInput):
            limit_for(0.2, weeks, charts, rate)
