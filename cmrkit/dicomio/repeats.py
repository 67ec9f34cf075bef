"""Telling a repeated acquisition from one that a scanner spread over several series."""

from collections import defaultdict
from collections.abc import Sequence

from cmrkit.contracts.kinds import TimeAxis
from cmrkit.dicomio.axis import Axis, order_row, usual
from cmrkit.dicomio.placed import PlacedFrame

Rows = list[list[PlacedFrame]]
_FEW = {TimeAxis.ECHO_TIME: 3, TimeAxis.INVERSION_TIME: 5, TimeAxis.T2_PREPARATION: 3}
_FEW_OTHERS = 5  # one frame per series: from so many on they are one axis, not repeats


def split_series(rows: Rows, axis: Axis) -> list[Rows]:
    """Passes over the slices, the one that counts first; rows in the slices' order, empty where
    a pass has no frame.

    Where several series show the same slice, the latest whole one counts. Series of one frame
    each are one axis if there are enough of them with times of their own (a scanner that writes
    one series per inversion or echo time).
    """
    if _one_axis(rows, axis):
        return [rows]
    runs = [_runs(row) for row in rows]
    whole = usual([len(run) for row in runs for run in row])
    for row in runs:
        row.sort(key=lambda run: (len(run) >= whole, max(f.recency for f in run)), reverse=True)
    depth = max(len(row) for row in runs)
    return [[row[age] if age < len(row) else [] for row in runs] for age in range(depth)]


def split_counts(rows: Rows, axis: Axis) -> list[Rows]:
    """Where one series holds every place of a slice the same number of times, these are repeats
    too, in the order of acquisition."""
    times = [_places(row, axis) for row in rows if row]
    counts = [len(frames) for places in times for frames in places.values()]
    n = usual(counts) if counts else 1
    if n == 1 or axis.kind in (TimeAxis.ORDER, TimeAxis.SINGLE):
        return [rows]
    passes: list[Rows] = [[[] for _ in rows] for _ in range(n)]
    for index, row in enumerate(rows):
        for frames in _places(row, axis).values():
            latest_first = sorted(frames, key=lambda f: f.recency, reverse=True)
            for age, frame in enumerate(latest_first[:n]):
                passes[age][index].append(frame)
    return [[order_row(row, axis) for row in part] for part in passes]


def single_places(row: Sequence[PlacedFrame], axis: Axis) -> tuple[list[PlacedFrame], int]:
    """One frame per place, the latest, in order; and how many were left out as doubles."""
    if axis.kind is TimeAxis.ORDER:
        return order_row(row, axis), 0
    places = _places(row, axis)
    if axis.kind is not TimeAxis.SINGLE and (None in places or len(places) == 1):
        return order_row(row, axis), 0
    if axis.kind is TimeAxis.SINGLE:
        kept = [max(row, key=lambda f: f.recency)] if row else []
    else:
        kept = [max(frames, key=lambda f: f.recency) for frames in places.values()]
    return order_row(kept, axis), len(row) - len(kept)


def _places(row: Sequence[PlacedFrame], axis: Axis) -> dict[float | None, list[PlacedFrame]]:
    found: dict[float | None, list[PlacedFrame]] = defaultdict(list)
    for frame in row:
        found[axis.place(frame)].append(frame)
    return found


def _runs(row: Sequence[PlacedFrame]) -> list[list[PlacedFrame]]:
    found: dict[str, list[PlacedFrame]] = defaultdict(list)
    for frame in row:
        found[frame.header.series_uid].append(frame)
    return list(found.values())


def _one_axis(rows: Rows, axis: Axis) -> bool:
    if axis.kind in (TimeAxis.SINGLE, TimeAxis.ORDER):
        return False
    for row in rows:
        runs = _runs(row)
        if len(runs) == 1:
            continue
        values = {axis.place(f) for f in row}
        enough = len(runs) >= _FEW.get(axis.kind, _FEW_OTHERS)
        if max(len(run) for run in runs) > 1 or not enough or len(values) < len(row):
            return False
    return True
