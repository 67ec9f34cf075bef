"""Stacks: frames of one acquisition by slice × cardiac phase, across series where a scanner
writes one series per slice; with a report of what is missing or inconsistent."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cmrkit.contracts import FrameRef, StackMeta
from cmrkit.dicomio.assumed import Assumed
from cmrkit.dicomio.classify import Classification, classify
from cmrkit.dicomio.header import InstanceHeader
from cmrkit.dicomio.placed import PlacedFrame, placed_frames
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import stack_normal

_SAME_PLANE_MM = 0.5
_MAX_STACKS = 500  # of one study, the largest: a damaged file may name a plane for every frame
Address = tuple[str, str, int]  # (SeriesInstanceUID, SOPInstanceUID, frame number)
Grid = list[list[PlacedFrame | None]]


@dataclass(frozen=True)
class Finding:
    """Something a person should know about a stack; ``slice_index`` where it belongs to one."""

    code: str
    message: str
    slice_index: int | None = None


@dataclass(frozen=True)
class AssembledStack:
    """``addresses[slice][phase]`` is None in a hole. ``key`` stays the same when late frames
    arrive; ``content_hash`` does not."""

    key: str
    meta: StackMeta
    addresses: tuple[tuple[Address | None, ...], ...]
    classification: Classification
    findings: tuple[Finding, ...]
    content_hash: str


def assemble_stacks(headers: Iterable[InstanceHeader]) -> list[AssembledStack]:
    """Sort the frames of one study into stacks.

    Frames belong together when frame of reference, matrix, orientation (to 1e-2), pixel spacing,
    series description and echo time agree. Slices are the distinct positions along the normal,
    ordered along it. Within a slice phases are ordered by trigger time (instance number where
    there is none) and matched across slices by their fraction of the cycle: the k-th of n phases.
    Where slices differ in their number of phases, the most frequent number is the grid and each
    frame goes to the nearest fraction. Frames without a place in the patient are left out, and so
    are groups beyond the 500 largest.
    """
    frames = [frame for header in headers for frame in placed_frames(header)]
    references = {_reference(f) for f in frames}
    # some anonymisers give every file a frame of reference of its own: then it tells nothing
    shared = len(references) <= max(2, len(frames) // 4)
    groups: dict[tuple[object, ...], list[PlacedFrame]] = defaultdict(list)
    for frame in frames:
        groups[(_reference(frame) if shared else "", *_group_key(frame))].append(frame)
    stacks = []
    largest = sorted(groups.items(), key=lambda item: -len(item[1]))[:_MAX_STACKS]
    for key, group in largest:
        try:
            stacks.append(_assemble(group, _digest(key)[:32], reference_shared=shared))
        except InvalidGeometry:
            continue  # planes that can't exist make no stack; the instances stay in the archive
    stacks.sort(key=lambda s: (-s.meta.n_slices * s.meta.n_phases, s.key))
    return stacks


def _reference(frame: PlacedFrame) -> str:
    return str(frame.header.value("00200052", "") or "")


def _group_key(frame: PlacedFrame) -> tuple[object, ...]:
    header = frame.header
    return (
        header.study_uid,
        header.rows,
        header.columns,
        tuple(round(v, 2) + 0.0 for v in (*frame.row_direction, *frame.column_direction)),
        tuple(round(v, 3) for v in frame.pixel_spacing_mm),
        str(header.value("0008103E", "") or ""),
        str(header.value("00180081", "") or ""),
        tuple(str(v) for v in header.values("00080008")[2:3]),
    )


def _assemble(frames: list[PlacedFrame], key: str, *, reference_shared: bool) -> AssembledStack:
    findings: list[Finding] = []
    if not reference_shared:
        findings.append(
            Finding(
                "frame_of_reference_per_file",
                "Every file names another frame of reference; positions are taken as comparable.",
            )
        )
    first = frames[0]
    normal = stack_normal(first.row_direction, first.column_direction)
    slices = _slices(frames, normal)
    rows = [_by_time(row, index, findings) for index, row in enumerate(slices)]
    n_phases = _usual(len(row) for row in rows)
    grid = [_to_grid(row, n_phases, index, findings) for index, row in enumerate(rows)]
    spacing, assumed = _slice_spacing(slices, normal, findings)
    assumed = _note_assumptions(frames, findings) or assumed
    _check_times(grid, findings)
    meta = _meta(grid, slices, first, spacing, n_phases, assumed=assumed)
    addresses = tuple(
        tuple(
            None if f is None else (f.header.series_uid, f.header.sop_instance_uid, f.frame_number)
            for f in row
        )
        for row in grid
    )
    holes = sum(a is None for row in addresses for a in row)
    if holes:
        findings.insert(
            0,
            Finding(
                "missing_frames",
                f"{holes} of {len(grid) * n_phases} frames are missing. Import them if they exist.",
            ),
        )
    return AssembledStack(
        key=key,
        meta=meta,
        addresses=addresses,
        classification=classify(frames, len(grid), n_phases),
        findings=tuple(findings),
        content_hash=_digest(addresses),
    )


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()


def _distance(frame: PlacedFrame, normal: np.ndarray) -> float:
    return float(np.dot(frame.position_mm, normal))


def _slices(frames: list[PlacedFrame], normal: np.ndarray) -> list[list[PlacedFrame]]:
    ordered = sorted(frames, key=lambda f: _distance(f, normal))
    slices: list[list[PlacedFrame]] = []
    for frame in ordered:
        here = _distance(frame, normal)
        if slices and here - _distance(slices[-1][0], normal) < _SAME_PLANE_MM:
            slices[-1].append(frame)
        else:
            slices.append([frame])
    return slices


def _by_time(row: list[PlacedFrame], index: int, findings: list[Finding]) -> list[PlacedFrame]:
    """Phases in order; of frames at the same time in several series the latest series is kept."""
    timed = all(f.trigger_ms is not None for f in row)
    times = {f.trigger_ms for f in row}
    if not timed or len(times) == 1:
        return sorted(row, key=lambda f: (f.header.series_uid, f.order))
    latest: dict[float, PlacedFrame] = {}
    for frame in sorted(row, key=lambda f: (f.header.value("00200011", 0) or 0, f.order)):
        latest[frame.trigger_ms or 0.0] = frame
    if len(latest) < len(row):
        n = len(row) - len(latest)
        findings.append(
            Finding(
                "repeated_frames",
                f"Slice {index + 1} was acquired again: {n} earlier frames are not in the stack.",
                index,
            )
        )
    return [latest[t] for t in sorted(latest)]


def _usual(counts: Iterable[int]) -> int:
    seen: dict[int, int] = defaultdict(int)
    for n in counts:
        seen[n] += 1
    return max(seen, key=lambda n: (seen[n], n))


def _to_grid(
    row: list[PlacedFrame], n_phases: int, index: int, findings: list[Finding]
) -> list[PlacedFrame | None]:
    if len(row) == n_phases:
        return list(row)
    findings.append(
        Finding(
            "phase_count",
            f"Slice {index + 1} has {len(row)} phases where the others have {n_phases}; "
            "they are matched by their place in the cycle.",
            index,
        )
    )
    grid: list[PlacedFrame | None] = [None] * n_phases
    for fraction, frame in zip(_fractions(row, n_phases), row, strict=True):
        place = min(n_phases - 1, round(fraction * n_phases))
        if grid[place] is None:
            grid[place] = frame
    return grid


def _fractions(row: list[PlacedFrame], n_phases: int) -> list[float]:
    """Place in the cycle, 0 to 1. A slice with fewer phases than the grid has holes, so its own
    RR interval counts where the header gives it; else the phases are taken as evenly spread."""
    rr = row[0].rr_ms
    if rr and len(row) < n_phases and all(f.trigger_ms is not None for f in row):
        return [min((f.trigger_ms or 0.0) / rr, 0.999) for f in row]
    return [k / len(row) for k in range(len(row))]


def _slice_spacing(
    slices: list[list[PlacedFrame]], normal: np.ndarray, findings: list[Finding]
) -> tuple[float, bool]:
    """Median distance between planes in mm, and whether it is assumed; of one plane alone the
    spacing or thickness that it states, else 1 mm, assumed."""
    first = slices[0][0]
    if len(slices) == 1:
        between = first.header.value("00180088") or first.thickness_mm
        if not between:
            findings.append(
                Finding(
                    "spacing_assumed",
                    "The only slice states no thickness: 1 mm is assumed.",
                    0,
                )
            )
        return float(between or 1.0), not between
    places = [_distance(row[0], normal) for row in slices]
    gaps = np.diff(places)
    spacing = float(np.median(gaps))
    for index, gap in enumerate(gaps):
        if abs(gap - spacing) > max(0.5, 0.1 * spacing):
            findings.append(
                Finding(
                    "uneven_slices",
                    f"Slices {index + 1} and {index + 2} lie {gap:.1f} mm apart, the others "
                    f"{spacing:.1f} mm. Volumes use {spacing:.1f} mm.",
                    index,
                )
            )
    return spacing, False


def _note_assumptions(frames: list[PlacedFrame], findings: list[Finding]) -> bool:
    """Findings for what the files say is assumed; returns whether the spacing is."""
    said = {code for frame in frames for code in frame.assumed}
    if Assumed.SPACING in said:
        findings.append(
            Finding(
                "spacing_assumed",
                "The volume that these images were made from states no spacing: it is assumed.",
            )
        )
    if Assumed.TIMING in said:
        findings.append(
            Finding(
                "timing_assumed",
                "The volume that these images were made from states no times: they are assumed.",
            )
        )
    return Assumed.SPACING in said


def _check_times(grid: Grid, findings: list[Finding]) -> None:
    intervals = []
    for row in grid:
        times = [f.trigger_ms for f in row if f is not None and f.trigger_ms is not None]
        if len(times) > 1:
            intervals.append((times[-1] - times[0]) / (len(times) - 1))
    if intervals and max(intervals) > 1.1 * min(intervals):
        findings.append(
            Finding(
                "trigger_times_differ",
                f"The time between phases runs from {min(intervals):.0f} to {max(intervals):.0f} "
                "ms between slices; phases are matched by their place in the cycle.",
            )
        )


def _meta(
    grid: Grid,
    slices: list[list[PlacedFrame]],
    first: PlacedFrame,
    spacing_mm: float,
    n_phases: int,
    *,
    assumed: bool,
) -> StackMeta:
    rr = [f.rr_ms for row in slices for f in row if f.rr_ms]
    kind = classify([f for row in slices for f in row], len(grid), n_phases)
    return StackMeta(
        n_slices=len(grid),
        n_phases=n_phases,
        rows=int(first.header.rows or 0),
        columns=int(first.header.columns or 0),
        pixel_spacing_mm=first.pixel_spacing_mm,
        slice_spacing_mm=spacing_mm,
        slice_thickness_mm=first.thickness_mm,
        row_direction=first.row_direction,
        column_direction=first.column_direction,
        slice_positions_mm=tuple(row[0].position_mm for row in slices),
        frame_of_reference_uid=str(first.header.value("00200052", "") or ""),
        trigger_times_ms=tuple(
            tuple(None if f is None else f.trigger_ms for f in row) for row in grid
        ),
        rr_interval_ms=float(np.median(rr)) if rr else None,
        frames=tuple(
            tuple(
                None if f is None else FrameRef(f.header.sop_instance_uid, f.frame_number)
                for f in row
            )
            for row in grid
        ),
        sequence_kind=kind.sequence_kind,
        view=kind.view,
        spacing_assumed=assumed,
    )
