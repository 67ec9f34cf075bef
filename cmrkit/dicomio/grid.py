"""Frames of slices on one grid of slice × time."""

from collections.abc import Sequence

import numpy as np

from cmrkit.contracts.kinds import TimeAxis
from cmrkit.dicomio.axis import Axis, usual
from cmrkit.dicomio.findings import Finding
from cmrkit.dicomio.placed import PlacedFrame

SAME_PLANE_MM = 0.5
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
    """The grid has the usual number of frames per slice. Slices with another number are placed
    by their fraction of the cycle, or by the nearest value of other axes."""
    n = usual([len(row) for row in rows])
    targets = _targets([row for row in rows if len(row) == n], axis)
    grid: Grid = []
    findings = []
    for index, row in enumerate(rows):
        if len(row) == n:
            grid.append(list(row))
            continue
        placed, lost = _place(row, n, targets, axis)
        grid.append(placed)
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


def _targets(full: Sequence[Sequence[PlacedFrame]], axis: Axis) -> np.ndarray | None:
    values = [[axis.place(f) for f in row] for row in full]
    if not values or any(v is None for row in values for v in row):
        return None
    return np.asarray(np.median(np.array(values, dtype=float), axis=0))


def _place(
    row: Sequence[PlacedFrame], n: int, targets: np.ndarray | None, axis: Axis
) -> tuple[list[PlacedFrame | None], int]:
    """The row on n places, and how many frames found none: a place that is taken stays taken."""
    if axis.kind is TimeAxis.CARDIAC_PHASE or targets is None:
        wanted = [min(n - 1, round(f * n)) for f in _fractions(row, n)]
    else:
        wanted = [int(np.argmin(np.abs(targets - (axis.place(f) or 0.0)))) for f in row]
    placed: list[PlacedFrame | None] = [None] * n
    lost = 0
    for place, frame in zip(wanted, row, strict=True):
        if placed[place] is None:
            placed[place] = frame
        else:
            lost += 1
    return placed, lost


def _fractions(row: Sequence[PlacedFrame], n: int) -> list[float]:
    """Place in the cycle, 0 to 1. A slice with fewer phases than the grid has holes, so its own
    RR interval counts where the header gives it; else the phases are taken as evenly spread."""
    rr = row[0].rr_ms if row else None
    if rr and len(row) < n and all(f.trigger_ms is not None for f in row):
        return [min(max((f.trigger_ms or 0.0) / rr, 0.0), 0.999) for f in row]
    return [k / len(row) for k in range(len(row))]
