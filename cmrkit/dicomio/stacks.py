"""Stacks: frames of one acquisition by slice × time, across series where a scanner writes one
series per slice; with a report of what is missing or inconsistent."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cmrkit.contracts import FrameRef, StackMeta
from cmrkit.contracts.kinds import TimeAxis
from cmrkit.dicomio.assumed import Assumed
from cmrkit.dicomio.axis import Axis, echoes_apart, find_axis, times_of
from cmrkit.dicomio.classify import (
    Classification,
    Subject,
    classify_study,
    settled_axis,
    settled_component,
)
from cmrkit.dicomio.facts import Facts, gather
from cmrkit.dicomio.findings import Finding, Severity, check
from cmrkit.dicomio.grid import Grid, on_grid, planes
from cmrkit.dicomio.grouping import Group, Key, group_frames
from cmrkit.dicomio.header import InstanceHeader
from cmrkit.dicomio.passes import passes_of, repeats_of
from cmrkit.dicomio.placed import PlacedFrame, placed_frames
from cmrkit.dicomio.repeats import Rows
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import stack_normal

_MAX_GROUPS = 500  # of one study, the largest: a damaged file may name a plane for every frame
Address = tuple[str, str, int]  # (SeriesInstanceUID, SOPInstanceUID, frame number)


@dataclass(frozen=True)
class AssembledStack:
    """``addresses[slice][phase]`` is None in a hole. ``key`` stays the same when late frames
    arrive; ``content_hash`` does not. ``siblings`` are the keys of stacks acquired together with
    this one (magnitude and phase, directions of velocity)."""

    key: str
    meta: StackMeta
    addresses: tuple[tuple[Address | None, ...], ...]
    classification: Classification
    findings: tuple[Finding, ...]
    content_hash: str
    siblings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Draft:
    """A stack before it is known what it shows."""

    key: str
    family: Key
    plane: Key
    frames: tuple[PlacedFrame, ...]
    rows: Rows
    grid: Grid
    axis: Axis
    facts: Facts
    spacing: tuple[float, bool]
    findings: tuple[Finding, ...]
    earlier: bool = False  # the same slices were acquired again


def assemble_stacks(headers: Iterable[InstanceHeader]) -> list[AssembledStack]:
    """Sort the frames of one study into stacks.

    See :func:`cmrkit.dicomio.grouping.group_frames` for what belongs together and
    :func:`cmrkit.dicomio.axis.find_axis` for the time axis. Slices are the distinct positions
    along the normal (0.5 mm), ordered along it. Where slices differ in their number of frames,
    the most frequent number is the grid, and each frame goes to the nearest place: by fraction of
    the cycle, or by value. Of repeated acquisitions the latest whole one counts; earlier whole
    ones are stacks of their own. Frames without a place in the patient are left out. The result
    doesn't hang on the order of ``headers``.
    """
    frames = [frame for header in headers for frame in placed_frames(header)]
    references = {_reference(f) for f in frames}
    # some anonymisers give every file a frame of reference of its own: then it tells nothing
    shared = len(references) <= max(2, len(frames) // 4)
    groups = group_frames(frames, reference_shared=shared)
    if len(groups) > _MAX_GROUPS:
        groups = sorted(groups, key=lambda group: -len(group.frames))[:_MAX_GROUPS]
    directions = _directions_by_series(groups)
    drafts = [
        draft for group in groups for draft in _drafts(group, directions, reference_shared=shared)
    ]
    drafts = _with_mixed_matrices(drafts)
    kinds = classify_study([Subject(d.facts, (d.family, d.facts.normal)) for d in drafts])
    stacks = [_finish(draft, kind) for draft, kind in zip(drafts, kinds, strict=True)]
    stacks = _with_siblings(drafts, stacks)
    return sorted(stacks, key=lambda s: (-s.meta.n_slices * s.meta.n_phases, s.key))


def _reference(frame: PlacedFrame) -> str:
    return str(frame.header.value("00200052", "") or "")


def _directions_by_series(groups: Sequence[Group]) -> dict[str, int]:
    """How many directions of planes each series holds: planning images cross."""
    found: dict[str, set[object]] = defaultdict(set)
    for group in groups:
        for frame in group.frames:
            found[frame.header.series_uid].add(group.key[0])
    return {uid: len(directions) for uid, directions in found.items()}


def _drafts(group: Group, directions: dict[str, int], *, reference_shared: bool) -> list[_Draft]:
    first = group.frames[0]
    try:
        normal = stack_normal(first.row_direction, first.column_direction)
    except InvalidGeometry:
        return []  # planes that can't exist make no stack; the instances stay in the archive
    found: list[_Draft] = []
    for name, part in _parts(group.frames, normal):
        rows = planes(part, normal)
        axis = find_axis(rows)
        passes = passes_of(rows, axis)
        drafts = [
            replace(
                _draft(
                    group, _digest((group.key, name, age))[:32], one.rows, axis, normal, directions
                ),
                earlier=age > 0,
            )
            for age, one in enumerate(passes)
        ]
        # an acquisition that was broken off makes no stack: its frames stay in the archive
        n = len(drafts[0].grid[0])
        whole = [not draft.earlier or _is_whole(draft.grid, n) for draft in drafts]
        for age, draft in enumerate(drafts):
            if whole[age]:
                notes = [] if reference_shared else [_PER_FILE]
                notes += repeats_of(passes, age, lost=whole.count(False))
                notes += passes[age].doubles
                found.append(replace(draft, findings=(*notes, *draft.findings)))
    return found


def _is_whole(grid: Grid, n: int) -> bool:
    """All of n times of each slice."""
    return len(grid[0]) >= n and all(f is not None for row in grid for f in row)


_PER_FILE = Finding(
    "frame_of_reference_per_file",
    "Every file names another frame of reference; positions are taken as comparable.",
    severity=Severity.INFO.value,
)


def _parts(
    frames: tuple[PlacedFrame, ...], normal: np.ndarray
) -> list[tuple[object, tuple[PlacedFrame, ...]]]:
    """Apart by what a series counts (inversion times, echoes, one image per slice, or the rest):
    without names, acquisitions of one geometry look alike. Then by echo time, where each echo has
    a time axis of its own."""
    series: dict[str, list[PlacedFrame]] = defaultdict(list)
    for frame in frames:
        series[frame.header.series_uid].append(frame)
    classes: dict[str, list[PlacedFrame]] = defaultdict(list)
    for part in series.values():
        kind = find_axis(planes(part, normal)).kind
        classes[kind.value if kind in _APART else ""] += part
    found: list[tuple[object, tuple[PlacedFrame, ...]]] = []
    for name, part in sorted(classes.items()):
        if not echoes_apart(planes(part, normal)):
            found.append((name, tuple(part)))
            continue
        for echo in sorted({round(f.echo_ms or 0.0, 1) for f in part}):
            same = tuple(f for f in part if round(f.echo_ms or 0.0, 1) == echo)
            found.append(((name, echo), same))
    return found


_APART = (
    TimeAxis.INVERSION_TIME,
    TimeAxis.ECHO_TIME,
    TimeAxis.T2_PREPARATION,
    TimeAxis.SINGLE,
)


def _draft(
    group: Group,
    key: str,
    rows: Rows,
    axis: Axis,
    normal: np.ndarray,
    directions: dict[str, int],
) -> _Draft:
    grid, findings = on_grid(rows, axis)
    frames = tuple(f for row in rows for f in row)
    spacing = _slice_spacing(rows, normal)
    said = {code for frame in frames for code in frame.assumed}
    if Assumed.SPACING in said:
        spacing = (spacing[0], True)
    shape = (len(grid), len(grid[0]))
    crossing = max(directions[f.header.series_uid] for f in frames)
    return _Draft(
        key=key,
        family=group.family,
        plane=group.plane,
        frames=frames,
        rows=rows,
        grid=grid,
        axis=axis,
        facts=gather(frames, axis.kind, shape, spacing[0], crossing, normal),
        spacing=spacing,
        findings=(*findings, *(_ASSUMED[code] for code in sorted(said & _ASSUMED.keys()))),
    )


_ASSUMED = {
    Assumed.SPACING.value: Finding(
        "spacing_assumed",
        "The volume that these images were made from states no spacing: it is assumed.",
        severity=Severity.WARNING.value,
    ),
    Assumed.TIMING.value: Finding(
        "timing_assumed",
        "The volume that these images were made from states no times: they are assumed.",
        severity=Severity.WARNING.value,
    ),
}


def _slice_spacing(rows: Rows, normal: np.ndarray) -> tuple[float, bool]:
    """Median distance between planes in mm, and whether it is assumed; of one plane alone the
    spacing or thickness that it states, else 1 mm, assumed."""
    first = rows[0][0]
    if len(rows) == 1:
        try:
            between = abs(float(first.header.value("00180088") or 0)) or first.thickness_mm
        except (TypeError, ValueError):
            between = first.thickness_mm
        return float(between or 1.0), not between
    places = np.array([row[0].position_mm for row in rows]) @ normal
    return float(np.median(np.diff(places))), False


def _with_mixed_matrices(drafts: Sequence[_Draft]) -> list[_Draft]:
    """Says where one series and plane direction has frames of several matrices or spacings."""
    matrices: dict[Key, set[object]] = defaultdict(set)
    for draft in drafts:
        matrices[draft.plane].add(_matrix(draft.frames[0]))
    finding = Finding(
        "mixed_matrix",
        "The series holds images of several matrix sizes or pixel spacings here. They are in "
        "stacks of their own: check that none of them lacks slices.",
    )
    return [
        replace(d, findings=(*d.findings, finding)) if len(matrices[d.plane]) > 1 else d
        for d in drafts
    ]


def _matrix(frame: PlacedFrame) -> object:
    spacing = tuple(round(v, 3) for v in frame.pixel_spacing_mm)
    return (frame.header.rows, frame.header.columns, spacing)


def _finish(draft: _Draft, kind: Classification) -> AssembledStack:
    meta = _meta(draft, kind)
    addresses = tuple(
        tuple(
            None if f is None else (f.header.series_uid, f.header.sop_instance_uid, f.frame_number)
            for f in row
        )
        for row in draft.grid
    )
    rr = [_rr(row) for row in draft.grid]
    checked = check(meta, rr, three_d=draft.facts.three_d, stated_images=_stated(draft))
    findings = sorted([*draft.findings, *checked], key=lambda f: _RANK[f.severity])
    return AssembledStack(
        key=draft.key,
        meta=meta,
        addresses=addresses,
        classification=kind,
        findings=tuple(findings),
        content_hash=_digest(addresses),
    )


_RANK = {Severity.PROBLEM.value: 0, Severity.WARNING.value: 1, Severity.INFO.value: 2}


def _rr(row: Sequence[PlacedFrame | None]) -> float | None:
    known = [f.rr_ms for f in row if f is not None and f.rr_ms]
    return float(np.median(known)) if known else None


def _stated(draft: _Draft) -> int | None:
    try:
        return int(draft.frames[0].header.value("00181090") or 0) or None
    except (TypeError, ValueError):
        return None


def _meta(draft: _Draft, kind: Classification) -> StackMeta:
    grid, first = draft.grid, draft.frames[0]
    rr = [f.rr_ms for f in draft.frames if f.rr_ms]
    axis: TimeAxis = settled_axis(kind.sequence_kind, draft.axis.kind)
    return StackMeta(
        n_slices=len(grid),
        n_phases=len(grid[0]),
        rows=int(first.header.rows or 0),
        columns=int(first.header.columns or 0),
        pixel_spacing_mm=first.pixel_spacing_mm,
        slice_spacing_mm=draft.spacing[0],
        slice_thickness_mm=first.thickness_mm,
        row_direction=first.row_direction,
        column_direction=first.column_direction,
        slice_positions_mm=tuple(row[0].position_mm for row in draft.rows),
        frame_of_reference_uid=_reference(first),
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
        spacing_assumed=draft.spacing[1],
        time_axis=axis.value,
        times_ms=tuple(times_of(row, draft.axis) for row in grid),
        component=settled_component(kind.sequence_kind, first.signal.component).value,
        condition=kind.condition,
        velocity_direction=first.signal.direction,
        velocity_encoding_cm_s=first.signal.venc_cm_s,
    )


def _with_siblings(
    drafts: Sequence[_Draft], stacks: Sequence[AssembledStack]
) -> list[AssembledStack]:
    """Stacks of one family, shape and pass know each other's keys."""
    families: dict[object, list[str]] = defaultdict(list)
    names = []
    for draft, stack in zip(drafts, stacks, strict=True):
        where = tuple(tuple(round(v, 1) for v in p) for p in stack.meta.slice_positions_mm)
        names.append((draft.family, where, stack.meta.n_phases))
        families[names[-1]].append(stack.key)
    return [
        replace(stack, siblings=tuple(sorted(k for k in families[name] if k != stack.key)))
        for name, stack in zip(names, stacks, strict=True)
    ]


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
