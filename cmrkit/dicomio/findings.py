"""What a person should know about a stack before reading it: gaps, doubles, odd times."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cmrkit.contracts import StackMeta
from cmrkit.contracts.kinds import SequenceKind, TimeAxis, View
from cmrkit.geometry import stack_normal

_TOLERANCE_MM, _TOLERANCE = 0.5, 0.1  # of distances between planes
_FEW_SAX_SLICES = 6
_SLOW_PHASE_MS = 60.0  # longer phases may miss end-systole
_HEART_RATE_SHARE = 0.15  # of the median: slices further off were acquired at another rate
_COVERED_SHARE = 0.85  # of the RR interval


class Severity(StrEnum):
    INFO = "info"  # good to know
    WARNING = "warning"  # may change a number: look before reading
    PROBLEM = "problem"  # something is missing or can't be trusted


@dataclass(frozen=True)
class Finding:
    """Something a person should know about a stack; ``slice_index`` where it belongs to one."""

    code: str
    message: str
    slice_index: int | None = None
    severity: str = Severity.WARNING.value


def check(
    meta: StackMeta,
    rr_ms: Sequence[float | None],
    *,
    three_d: bool = False,
    stated_images: int | None = None,
) -> list[Finding]:
    """Findings that geometry and times of an assembled stack give; ``rr_ms`` per slice."""
    found = [*_holes(meta), *_planes(meta, three_d=three_d)]
    if meta.time_axis == TimeAxis.CARDIAC_PHASE:
        found += [*_heart_rates(rr_ms), *_phase_steps(meta), *_skipped_phases(meta, stated_images)]
        found += _coverage(meta, rr_ms)
    if meta.sequence_kind == SequenceKind.CINE:
        found += _cine(meta)
    return found


def _holes(meta: StackMeta) -> list[Finding]:
    holes = [(s, p) for s, row in enumerate(meta.frames) for p, f in enumerate(row) if f is None]
    if not holes:
        return []
    where = slice_numbers(sorted({s for s, _ in holes}))
    return [
        Finding(
            "missing_frames",
            f"{len(holes)} of {meta.n_slices * meta.n_phases} frames are missing, in {where}. "
            "Import them if they exist.",
            severity=Severity.PROBLEM,
        )
    ]


def _planes(meta: StackMeta, *, three_d: bool) -> list[Finding]:
    found: list[Finding] = []
    spacing = meta.slice_spacing_mm
    if meta.n_slices > 1:
        normal = stack_normal(meta.row_direction, meta.column_direction)
        gaps = np.diff(np.asarray(meta.slice_positions_mm) @ normal)
        for index, gap in enumerate(gaps):
            found += _gap(index, float(gap), spacing)
        thickness = meta.slice_thickness_mm
        if thickness and not three_d and spacing > thickness * 1.02 + 0.05:
            found.append(
                Finding(
                    "slice_gaps",
                    f"Slices are {thickness:.1f} mm thick and {spacing:.1f} mm apart: "
                    f"{spacing - thickness:.1f} mm between them are not imaged. "
                    "Volumes fill the gaps.",
                    severity=Severity.INFO,
                )
            )
    if meta.spacing_assumed:
        found.append(
            Finding(
                "spacing_assumed",
                "The only slice states no thickness: 1 mm is assumed. Don't use volumes of it.",
                0,
            )
        )
    return found


def _gap(index: int, gap: float, spacing: float) -> list[Finding]:
    if abs(gap - spacing) <= max(_TOLERANCE_MM, _TOLERANCE * spacing):
        return []
    missing = round(gap / spacing) - 1
    if missing >= 1 and abs(gap - (missing + 1) * spacing) <= max(
        _TOLERANCE_MM, _TOLERANCE * spacing
    ):
        few = "1 slice is" if missing == 1 else f"{missing} slices are"
        return [
            Finding(
                "missing_slices",
                f"{few} missing between slices {index + 1} and {index + 2}, {gap:.1f} mm apart "
                f"where the others are {spacing:.1f} mm. Import them, or leave the case out.",
                index,
                Severity.PROBLEM,
            )
        ]
    return [
        Finding(
            "uneven_slices",
            f"Slices {index + 1} and {index + 2} lie {gap:.1f} mm apart, the others "
            f"{spacing:.1f} mm. Volumes use {spacing:.1f} mm.",
            index,
        )
    ]


def _heart_rates(rr_ms: Sequence[float | None]) -> list[Finding]:
    known = [rr for rr in rr_ms if rr]
    if len(known) < 2:
        return []
    middle = float(np.median(known))
    off = [s for s, rr in enumerate(rr_ms) if rr and abs(rr / middle - 1) > _HEART_RATE_SHARE]
    if not off:
        return []
    named = slice_numbers(off)
    rates = ", ".join(f"{60_000 / (rr_ms[s] or 1):.0f}" for s in off)
    return [
        Finding(
            "heart_rate_differs",
            f"{named[0].upper()}{named[1:]} had a heart rate of {rates} per minute, the others "
            f"{60_000 / middle:.0f}. Phases are matched by their place in the cycle: check "
            "end-systole there.",
            off[0] if len(off) == 1 else None,
        )
    ]


def _phase_steps(meta: StackMeta) -> list[Finding]:
    steps = []
    for row in meta.times_ms:
        times = [t for t in row if t is not None]
        if len(times) > 1:
            steps.append((times[-1] - times[0]) / (len(times) - 1))
    if not steps or max(steps) <= 1.1 * min(steps):
        return []
    return [
        Finding(
            "trigger_times_differ",
            f"The time between phases runs from {min(steps):.0f} to {max(steps):.0f} ms between "
            "slices; phases are matched by their place in the cycle.",
            severity=Severity.INFO,
        )
    ]


def _skipped_phases(meta: StackMeta, stated: int | None) -> list[Finding]:
    found = []
    for index, row in enumerate(meta.times_ms):
        times = [t for t in row if t is not None]
        if len(times) < 5 or any(f is None for f in meta.frames[index]):
            continue
        steps = np.diff(times)
        middle = float(np.median(steps))
        skipped = int(np.sum(np.maximum(np.rint(steps / max(middle, 1e-6)) - 1, 0)))
        if skipped:
            at = int(np.argmax(steps))
            found.append(
                Finding(
                    "missing_phases",
                    f"Slice {index + 1} jumps from {times[at]:.0f} to {times[at + 1]:.0f} ms where "
                    f"phases are {middle:.0f} ms apart: about {skipped} missing. "
                    "Import them if they exist.",
                    index,
                    Severity.PROBLEM,
                )
            )
    if not found and stated and stated > meta.n_phases > 1:
        found.append(
            Finding(
                "missing_phases",
                f"The scanner states {stated} phases, {meta.n_phases} came. "
                "Import the rest if it exists.",
            )
        )
    return found


def _coverage(meta: StackMeta, rr_ms: Sequence[float | None]) -> list[Finding]:
    """Whether the phases reach the end of the cycle (prospective gating stops before)."""
    shares = []
    for row, rr in zip(meta.times_ms, rr_ms, strict=True):
        times = [t for t in row if t is not None]
        if rr and len(times) > 2:
            shares.append((times[-1] - times[0]) * len(times) / (len(times) - 1) / rr)
    if not shares or float(np.median(shares)) >= _COVERED_SHARE:
        return []
    return [
        Finding(
            "cycle_not_covered",
            f"The phases cover {100 * float(np.median(shares)):.0f} % of the heart cycle. "
            "End-diastole may lie outside: look at the first and last phase.",
        )
    ]


def _cine(meta: StackMeta) -> list[Finding]:
    found = []
    times = [t for row in meta.times_ms for t in row]
    if meta.n_phases > 1 and all(t is None for t in times):
        found.append(
            Finding(
                "trigger_times_missing",
                "No trigger times: phases are in the scanner's order, and rates and times of "
                "phases aren't known.",
            )
        )
    step = _step_ms(meta)
    if step and step > _SLOW_PHASE_MS:
        found.append(
            Finding(
                "coarse_phases",
                f"A phase lasts {step:.0f} ms: end-systole may fall between two phases, and the "
                "ejection fraction come out low.",
                severity=Severity.INFO,
            )
        )
    if meta.view == View.SAX and meta.n_slices < _FEW_SAX_SLICES:
        found.append(
            Finding(
                "few_slices",
                f"{meta.n_slices} short-axis slices can't reach from base to apex. Volumes will "
                "be too small: look whether slices are missing.",
            )
        )
    return found


def _step_ms(meta: StackMeta) -> float | None:
    row = next((r for r in meta.times_ms if sum(t is not None for t in r) > 1), ())
    times = [t for t in row if t is not None]
    return (times[-1] - times[0]) / (len(times) - 1) if times else None


def slice_numbers(slices: Sequence[int]) -> str:
    """``slice 3``, ``slices 3 to 5 and 8``: indices from 0, numbers from 1."""
    runs: list[list[int]] = []
    for s in slices:
        if runs and s == runs[-1][-1] + 1:
            runs[-1].append(s)
        else:
            runs.append([s])
    parts = [f"{run[0] + 1}" if len(run) == 1 else f"{run[0] + 1} to {run[-1] + 1}" for run in runs]
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{'slice' if len(slices) == 1 else 'slices'} {text}"
