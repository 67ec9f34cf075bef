"""Frames of slices on one grid of slice × time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts.kinds import TimeAxis
from cmrkit.dicomio.axis import Axis, usual
from cmrkit.dicomio.findings import Finding
from cmrkit.dicomio.placed import PlacedFrame

SAME_PLANE_MM = 0.5
_SAME = 1e-9  # sums of fractions that differ by less are equal
Row = Sequence[PlacedFrame]
Grid = list[list[PlacedFrame | None]]


def planes(frames: Sequence[PlacedFrame], normal: np.ndarray) -> list[list[PlacedFrame]]:
    """Frames by plane, along the normal; planes closer than 0.5 mm are one."""
    places = np.array([f.position_mm for f in frames]) @ normal
    rows: list[list[PlacedFrame]] = []
    start = -np.inf
    for index in np.argsort(places, kind="stable"):
        if places[index] - start >= SAME_PLANE_MM:
            rows.append([])
            start = places[index]
        rows[-1].append(frames[int(index)])
    return rows


def on_grid(rows: Sequence[Sequence[PlacedFrame]], axis: Axis) -> tuple[Grid, list[Finding]]:
    """The grid has the usual number of frames per slice. Slices with another number are placed by
    what the frames of the full ones say: their place in the cycle, or the value of other axes."""
    n = usual([len(row) for row in rows])
    full = [row for row in rows if len(row) == n]
    grid: Grid = []
    findings = []
    for index, row in enumerate(rows):
        if len(row) == n:
            grid.append(list(row))
            continue
        placed = _place(row, full, axis)
        grid.append(placed)
        lost = len(row) - sum(frame is not None for frame in placed)
        findings.append(_other_count(index, len(row), n, lost, axis))
    return grid, findings


def _other_count(index: int, count: int, n: int, lost: int, axis: Axis) -> Finding:
    one = "phase" if axis.kind is TimeAxis.CARDIAC_PHASE else "image"
    what = one if count == 1 else f"{one}s"
    by = "place in the cycle" if axis.kind is TimeAxis.CARDIAC_PHASE else "time"
    left_out = f" {lost} found no place and are left out." if lost else ""
    return Finding(
        "phase_count",
        f"Slice {index + 1} has {count} {what} where the others have {n}; "
        f"they are matched by their {by}.{left_out}",
        index,
    )


def _place(row: Row, full: Sequence[Row], axis: Axis) -> list[PlacedFrame | None]:
    """The row on the places of the full rows: a place that is taken stays taken."""
    n = len(full[0])
    if axis.kind is TimeAxis.CARDIAC_PHASE:
        wanted = _in_the_cycle(row, full, axis)
    else:
        wanted = _by_value(row, full, axis)
    placed: list[PlacedFrame | None] = [None] * n
    for k, frame in enumerate(row):
        place = round(k * n / len(row)) if wanted is None else wanted[k]
        if place is not None and placed[min(place, n - 1)] is None:
            placed[min(place, n - 1)] = frame
    return placed


def _by_value(row: Row, full: Sequence[Row], axis: Axis) -> list[int | None] | None:
    """The place of the nearest value for each frame; None where values are missing."""
    values, targets = _values(row, axis), _median([_values(other, axis) for other in full])
    if values is None or targets is None:
        return None
    return [int(np.argmin(np.abs(targets - value))) for value in values]


def _in_the_cycle(row: Row, full: Sequence[Row], axis: Axis) -> list[int | None] | None:
    """A place for each frame, in order and as near as can be; None for one too many. By fraction
    of the RR interval or by time after the R wave: gating that stretches with the heart beat
    repeats the one from slice to slice, gating at fixed steps the other, so what fits counts."""
    fits = []
    for measure in (_fractions, _values):
        values, targets = measure(row, axis), _median([measure(other, axis) for other in full])
        if values is not None and targets is not None:
            span = float(np.ptp(targets)) or 1.0
            fits.append(_in_order(values / span, targets / span))
    return min(fits, key=lambda fit: fit[0])[1] if fits else None


def _in_order(
    values: NDArray[np.float64], targets: NDArray[np.float64]
) -> tuple[float, list[int | None]]:
    """Rising places of rising values, with the least sum of distances: (that sum, the places)."""
    swapped = len(values) > len(targets)
    few, many = (targets, values) if swapped else (values, targets)
    # best[i, j]: the least sum for the first i of few within the first j of many
    best = np.full((len(few) + 1, len(many) + 1), np.inf)
    best[0] = 0.0
    for i, value in enumerate(few, 1):
        best[i, 1:] = np.minimum.accumulate(best[i - 1, :-1] + np.abs(many - value))
    chosen: list[int] = []
    j = len(many)
    for i in range(len(few), 0, -1):
        while best[i, j - 1] <= best[i, j] + _SAME:
            j -= 1
        j -= 1
        chosen.insert(0, j)
    if not swapped:
        return float(best[-1, -1]), list(chosen)
    places = {k: place for place, k in enumerate(chosen)}
    return float(best[-1, -1]), [places.get(k) for k in range(len(many))]


def _median(rows: Sequence[NDArray[np.float64] | None]) -> NDArray[np.float64] | None:
    """The middle value of each place, of the rows where all are known."""
    known = [row for row in rows if row is not None]
    return np.asarray(np.median(known, axis=0)) if known else None


def _values(row: Row, axis: Axis) -> NDArray[np.float64] | None:
    values = [axis.place(frame) for frame in row]
    return None if None in values else np.array(values, dtype=np.float64)


def _fractions(row: Row, axis: Axis) -> NDArray[np.float64] | None:
    """Places in the cycle by the slice's own RR interval; None where it is unknown."""
    rr = [frame.rr_ms for frame in row if frame.rr_ms]
    values = _values(row, axis)
    return None if values is None or not rr else values / float(np.median(rr))
