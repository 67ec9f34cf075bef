"""Rules that contours of a beating heart obey. What breaks one is flagged, never changed.

First-line rules after those that the UK Biobank pipeline applies to its segmentations
(docs/science/quality.md lists each with its threshold and its rate on experts' contours).
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cmrkit.quality.finding import Finding, Severity
from cmrkit.quality.millimetres import Millimetres
from cmrkit.quality.shapes import (
    LV,
    MYOCARDIUM,
    RV,
    KeyPhases,
    Labels,
    Mask,
    key_phases,
    open_share,
    second_part,
    slices_with,
)
from cmrkit.volumes import MYOCARDIUM_G_PER_ML

TINY_PX = 10  # a structure of fewer pixels in the whole stack
SECOND_PART = 0.25  # of the largest piece in a frame
OPEN_SHARE = 0.3  # of the cavity's border without muscle beyond it
FLICKER = 0.12  # of the ED volume, away from the middle of three phases
LEAST_PHASES = 12  # for rules on the volume curve
EF_PERCENT = (7.0, 85.0)
EDV_ML = (30.0, 550.0)
MASS_G = (25.0, 450.0)
MASS_CHANGE = 0.4  # of the ED mass, between ED and ES
AREA_JUMP = 2.2  # between neighbours in the inner part of the heart
SYSTOLE = (0.12, 0.75)  # share of the cycle from ED to ES
NAMES = {RV: "right ventricle", MYOCARDIUM: "myocardium", LV: "left ventricle"}


def draft_findings(labels: Labels, present: Mask, mm: Millimetres) -> tuple[Finding, ...]:
    """Look at labels (slice, phase, row, column; 1 RV cavity, 2 myocardium, 3 LV cavity) of the
    frames in ``present`` (slice, phase).

    Sizes in ml and g are judged only where the spacing is known. Returns nothing for contours that
    break no rule.
    """
    found = []
    if mm.assumed:
        found.append(
            Finding(
                "spacing_assumed",
                "The images give no pixel size; millimetres are assumed.",
                severity=Severity.INFO,
            )
        )
    if not present.all():
        found.append(Finding("frames_missing", f"{int((~present).sum())} frames are missing."))
    phases = key_phases(labels, present)
    if phases is None:
        said = "No left ventricle was found."
        return (*found, Finding("no_left_ventricle", said, severity=Severity.PROBLEM))
    volume = labels[:, phases.ed]
    found += _presence(volume, present[:, phases.ed])
    found += _shape(labels, phases)
    found += _along_the_axis(volume)
    found += _over_the_beat(labels, present, phases)
    found += _amounts(labels, phases, mm)
    return tuple(found)


def _presence(volume: Labels, present: Mask) -> list[Finding]:
    """At ED: is all there, on which slices."""
    found = []
    for code in (MYOCARDIUM, LV):
        if (volume == code).sum() < TINY_PX:
            found.append(
                Finding(
                    "structure_tiny",
                    f"Hardly any {NAMES[code]} at end-diastole.",
                    severity=Severity.PROBLEM,
                )
            )
    drawn = slices_with(volume, LV)
    middle = drawn[len(drawn) // 3 : len(drawn) - len(drawn) // 3] if len(drawn) > 2 else drawn
    if not (volume == RV).any():
        found.append(Finding("no_right_ventricle", "No right ventricle was found."))
    elif not (volume[middle] == RV).any():
        found.append(
            Finding("rv_not_beside_lv", "No right ventricle beside the middle of the left one.")
        )
    for missing in sorted(set(range(drawn[0], drawn[-1] + 1)) - set(drawn.tolist())):
        if present[missing]:
            said = f"No cavity between its neighbours in slice {missing + 1}."
            found.append(Finding("slice_skipped", said, int(missing)))
    return found


def _shape(labels: Labels, phases: KeyPhases) -> list[Finding]:
    """At ED and ES, slice by slice: one piece each, the muscle all round the cavity."""
    parts: dict[int, str] = {}
    leaks = []
    for phase in sorted({phases.ed, phases.es}):
        volume = labels[:, phase]
        for index, plane in enumerate(volume):
            for code, name in NAMES.items():
                if code != MYOCARDIUM and second_part(plane == code) > SECOND_PART:
                    parts[index] = name
        # at the base the cavity opens towards the outflow tract; at the apex it is a few pixels
        leaks += [s for s in slices_with(volume, LV)[1:-1] if open_share(volume[s]) > OPEN_SHARE]
    found = [
        Finding("several_parts", f"The {name} is in several parts in slice {s + 1}.", s)
        for s, name in sorted(parts.items())
    ]
    found += [
        Finding("wall_open", f"The wall doesn't close round the cavity in slice {s + 1}.", int(s))
        for s in sorted(set(leaks))
    ]
    return found


def _along_the_axis(volume: Labels) -> list[Finding]:
    """At ED: the outer area changes little by little, but for the ends of the heart."""
    area = (volume >= MYOCARDIUM).sum(axis=(1, 2)).astype(float)
    drawn = np.flatnonzero(area)
    found = []
    for one, other in pairwise(drawn[1:-1]):
        if max(area[one], area[other]) > AREA_JUMP * min(area[one], area[other]):
            said = f"The heart's size jumps between slices {one + 1} and {other + 1}."
            found.append(Finding("area_jump", said, int(one)))
    return found


def _over_the_beat(labels: Labels, present: Mask, phases: KeyPhases) -> list[Finding]:
    """The volume curve: smooth, with one systole of a possible length."""
    frames = present.sum(axis=0)
    usable = np.flatnonzero(frames == frames.max())
    curve = (labels[:, usable] == LV).sum(axis=(0, 2, 3)).astype(float)
    if len(curve) < LEAST_PHASES:
        return []
    found = []
    if flicker(curve) > FLICKER:
        found.append(
            Finding("volume_flicker", "The LV volume jumps from one phase to the next and back.")
        )
    apart = ((phases.es - phases.ed) % labels.shape[1]) / labels.shape[1]
    if curve.min() < 0.85 * curve.max() and not SYSTOLE[0] <= apart <= SYSTOLE[1]:
        found.append(
            Finding("systole_at_odd_time", "The smallest LV volume comes at an unusual time.")
        )
    return found


def flicker(curve: NDArray[np.float64]) -> float:
    """How far one phase of a cyclic volume curve lies from the median of itself and its two
    neighbours, at most, as a share of the largest volume."""
    around = np.stack([np.roll(curve, 1), curve, np.roll(curve, -1)])
    return float(np.abs(curve - np.median(around, axis=0)).max() / max(curve.max(), 1.0))


def _amounts(labels: Labels, phases: KeyPhases, mm: Millimetres) -> list[Finding]:
    """EF, volume and mass within what hearts have."""
    found = []
    edv, esv = (float((labels[:, p] == LV).sum()) for p in (phases.ed, phases.es))
    if labels.shape[1] > 1:
        ef = 100 * (edv - esv) / edv
        if ef < EF_PERCENT[0]:
            found.append(Finding("hardly_contracts", "The LV volume hardly changes over the beat."))
        if ef > EF_PERCENT[1]:
            said = "The LV volume changes more over the beat than a heart's can."
            found.append(Finding("volume_jump", said))
    muscle = [float((labels[:, p] == MYOCARDIUM).sum()) for p in (phases.ed, phases.es)]
    if abs(muscle[1] - muscle[0]) > MASS_CHANGE * muscle[0]:
        found.append(Finding("mass_changes", "The muscle mass differs between ED and ES."))
    ml = mm.voxel_ml
    if ml is not None and not EDV_ML[0] <= edv * ml <= EDV_ML[1]:
        found.append(
            Finding(
                "volume_implausible", "The end-diastolic LV volume is outside what hearts have."
            )
        )
    if ml is not None and not MASS_G[0] <= muscle[0] * ml * MYOCARDIUM_G_PER_ML <= MASS_G[1]:
        found.append(Finding("mass_implausible", "The LV mass is outside what hearts have."))
    return found
