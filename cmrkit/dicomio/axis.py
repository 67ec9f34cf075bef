"""What the frames of one slice differ in: the stack's time axis, and their order along it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cmrkit.contracts.kinds import TimeAxis
from cmrkit.dicomio.placed import PlacedFrame

_MOSTLY = 0.9  # share of a slice's frames with a value of their own
_LONGEST_CYCLE_MS = 2500.0  # where no RR interval is known: 24 beats per minute
_BEAT_STEP_MS = 250.0  # frames further apart than this come from different heart beats
Value = Callable[[PlacedFrame], float | None]


@dataclass(frozen=True)
class Axis:
    kind: TimeAxis
    value: Value

    def place(self, frame: PlacedFrame) -> float | None:
        """The frame's value rounded as times are compared: to 0.01 ms."""
        found = self.value(frame)
        return None if found is None else round(found, 2)


def usual(counts: Sequence[int]) -> int:
    """The most frequent number; of equally frequent ones the larger."""
    seen = Counter(counts)
    return max(seen, key=lambda n: (seen[n], n))


def find_axis(rows: Sequence[Sequence[PlacedFrame]]) -> Axis:
    """The axis of slices (``rows``), judged by those with the usual number of frames.

    The first that gives (nearly) each frame of a slice a value of its own: inversion time, T2
    preparation, echo time, trigger time, acquisition time, temporal position. Trigger times that
    run beyond one heart beat (1.8 RR, or 2.5 s), or advance by 0.7 RR or more, are dynamics.
    """
    n = usual([len(row) for row in rows])
    if n == 1:
        return Axis(TimeAxis.SINGLE, lambda f: f.trigger_ms)
    full = [row for row in rows if len(row) == n]
    for kind, value in (
        (TimeAxis.INVERSION_TIME, _inversion),
        (TimeAxis.T2_PREPARATION, _t2_preparation),
        (TimeAxis.ECHO_TIME, _echo),
    ):
        if _tells(full, value):
            return Axis(kind, value)
    if _tells(full, _trigger):
        beats = _runs_over_beats(full)
        return Axis(TimeAxis.DYNAMIC if beats else TimeAxis.CARDIAC_PHASE, _trigger)
    if _tells(full, _acquired) and _step(full[0], _acquired) >= _BEAT_STEP_MS:
        return Axis(TimeAxis.DYNAMIC, _acquired)
    if _tells(full, _temporal) and not _cardiac(full[0][0], n):
        return Axis(TimeAxis.DYNAMIC, _temporal)
    return Axis(TimeAxis.ORDER, lambda f: None)


def order_row(row: Sequence[PlacedFrame], axis: Axis) -> list[PlacedFrame]:
    """Frames of one slice along the axis; by the scanner's numbers where a value is missing."""
    values = [axis.place(f) for f in row]
    if any(v is None for v in values) or len(set(values)) == 1:
        return sorted(row, key=_numbered)
    return sorted(row, key=lambda f: (axis.place(f) or 0.0, _numbered(f)))


def times_of(frames: Sequence[PlacedFrame | None], axis: Axis) -> tuple[float | None, ...]:
    """Values in ms along the axis; of dynamics since the slice's first. Temporal positions and
    orders are no times: None."""
    if axis.value is _temporal or axis.kind in (TimeAxis.ORDER, TimeAxis.SINGLE):
        return tuple(None for _ in frames)
    values = [None if f is None else axis.value(f) for f in frames]
    known = [v for v in values if v is not None]
    start = min(known) if known and axis.kind is TimeAxis.DYNAMIC else 0.0
    return tuple(None if v is None else round(v - start, 3) for v in values)


def echoes_apart(rows: Sequence[Sequence[PlacedFrame]]) -> bool:
    """Whether echo times repeat whole series of frames (a cine of two echoes): then each echo is
    an acquisition of its own."""
    row = max(rows, key=len)
    echoes = {round(f.echo_ms, 1) for f in row if f.echo_ms}
    return len(echoes) >= 2 and 2 * len(echoes) <= len(row)


def _numbered(frame: PlacedFrame) -> tuple[float, str, float, str, int]:
    header = frame.header
    return (
        frame.series_number,
        header.series_uid,
        frame.order,
        header.sop_instance_uid,
        frame.frame_number,
    )


def _tells(rows: Sequence[Sequence[PlacedFrame]], value: Value) -> bool:
    shares = []
    for row in rows:
        values = [value(f) for f in row]
        if any(v is None for v in values):
            return False
        shares.append(len({round(v, 2) for v in values if v is not None}) / len(row))
    return float(np.median(shares)) >= _MOSTLY


def _runs_over_beats(rows: Sequence[Sequence[PlacedFrame]]) -> bool:
    spans, steps = [], []
    for row in rows:
        times = [f.trigger_ms or 0.0 for f in row]
        spans.append(max(times) - min(times))
        steps.append(_step(row, _trigger))
    rr = [f.rr_ms for row in rows for f in row if f.rr_ms]
    cycle = float(np.median(rr)) if rr else None
    if float(np.median(spans)) > (1.8 * cycle if cycle else _LONGEST_CYCLE_MS):
        return True
    return cycle is not None and float(np.median(steps)) >= 0.7 * cycle


def _step(row: Sequence[PlacedFrame], value: Value) -> float:
    values = sorted(v for f in row if (v := value(f)) is not None)
    return float(np.median(np.diff(values))) if len(values) > 1 else 0.0


def _cardiac(frame: PlacedFrame, n: int) -> bool:
    """Whether the header says that one cycle holds these n frames."""
    stated = frame.header.value("00181090")
    return str(stated) == str(n)


def _inversion(frame: PlacedFrame) -> float | None:
    return frame.inversion_ms


def _t2_preparation(frame: PlacedFrame) -> float | None:
    return frame.t2_preparation_ms


def _echo(frame: PlacedFrame) -> float | None:
    return frame.echo_ms


def _trigger(frame: PlacedFrame) -> float | None:
    return frame.trigger_ms


def _acquired(frame: PlacedFrame) -> float | None:
    return frame.acquired_ms


def _temporal(frame: PlacedFrame) -> float | None:
    return frame.temporal
