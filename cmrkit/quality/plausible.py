"""Is what was drawn a heart: by its form, by how sure the model was, by whether it moves."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.quality.finding import Finding, Severity
from cmrkit.quality.shapes import LV, MYOCARDIUM, Labels, Mask, key_phases, open_share, slices_with

MANY_SLICES, FEW_SLICES = 6, 3
UNLIKELY = {"rings": 0.5, "continuity": 0.5, "sure": 0.7}  # two of them refuse
HOPELESS = {"rings": 0.25, "continuity": 0.3, "sure": 0.6}  # one of them refuses
DOUBTFUL = {"rings": 0.7, "continuity": 0.6, "sure": 0.82, "contrast": 0.8}
MOTION_NONE, MOTION_DOUBT = 0.12, 0.25
BRIGHTENING_DOUBT, BRIGHTENING_MOST = 1.7, 2.2


@dataclass(frozen=True)
class Traits:
    """All but the last two between 0 and 1.

    rings: share of the LV's slices at ED whose cavity is closed by muscle, with an outline like an
    ellipse. sure: 1 - mean entropy of the heart's pixels at ED. continuity: mean overlap (Dice) of
    the LV's outer outlines in neighbouring slices. contrast: how often a pixel of blood is brighter
    than one of muscle, 0.5 being chance. motion: the smoothed change from ED, in the phase that
    differs most, over the spread of values in the heart; None with one phase. brightening: largest
    over smallest mean of the heart over the phases; None with one phase.
    """

    slices: int
    rings: float
    sure: float
    continuity: float
    contrast: float
    motion: float | None
    brightening: float | None


def traits_of(
    pixels: NDArray[Any], labels: Labels, present: Mask, doubt: NDArray[np.uint8] | None = None
) -> Traits | None:
    """Of pixels and labels (slice, phase, row, column); ``doubt`` is the entropy of the same
    shape, 255 where every class is as likely. None where no LV was drawn."""
    phases = key_phases(labels, present)
    if phases is None:
        return None
    volume, image = labels[:, phases.ed], pixels[:, phases.ed]
    drawn = slices_with(volume, LV)
    heart = volume > 0
    sure = 1.0 if doubt is None else 1 - float(doubt[:, phases.ed][heart].mean()) / 255
    outer = volume >= MYOCARDIUM
    pairs = [(outer[a], outer[a + 1]) for a in range(len(outer) - 1) if outer[a].any()]
    overlaps = [2 * (a & b).sum() / (a.sum() + b.sum()) for a, b in pairs if b.any()]
    return Traits(
        slices=len(drawn),
        rings=float(np.mean([_is_ring(volume[s]) for s in drawn])),
        sure=sure,
        continuity=float(np.mean(overlaps)) if overlaps else 1.0,
        contrast=_contrast(image, volume),
        motion=_motion(pixels, labels, present, phases.ed),
        brightening=_brightening(pixels, volume, present),
    )


def _is_ring(plane: Labels) -> bool:
    cavity = plane == LV
    outer = plane >= MYOCARDIUM
    return open_share(plane) < 0.35 and _solidity(outer) > 0.85 and int(cavity.sum()) >= 12


def _solidity(mask: Mask) -> float:
    """Area over that of the ellipse with the same second moments: 1 for a disc or an ellipse."""
    rows, columns = np.nonzero(mask)
    if len(rows) < 12:
        return 0.0
    spread = np.linalg.det(np.cov(np.stack([rows, columns])) + np.eye(2) / 12)
    return float(len(rows) / (4 * np.pi * np.sqrt(max(spread, 1e-9))))


def _contrast(image: NDArray[Any], volume: Labels) -> float:
    """Per slice the chance that a pixel of the cavity is brighter than one of the muscle (area
    under the ROC curve), averaged over slices with enough of both."""
    chances = []
    for plane, frame in zip(volume, image, strict=True):
        blood, muscle = frame[plane == LV], frame[plane == MYOCARDIUM]
        if min(len(blood), len(muscle)) >= 12:
            below = np.searchsorted(np.sort(muscle), blood)
            chances.append(float(below.mean()) / len(muscle))
    return float(np.mean(chances)) if chances else 0.5


def _motion(pixels: NDArray[Any], labels: Labels, present: Mask, ed: int) -> float | None:
    """Smoothed and raw change against ED: noise goes with smoothing, a moving wall doesn't."""
    moved = []
    for s in slices_with(labels[:, ed], LV):
        near = ndimage.binary_dilation(labels[s, ed] > 0, iterations=3)
        span = float(np.std(pixels[s, ed][near])) or 1.0
        for p in np.flatnonzero(present[s]):
            if p != ed:
                change = pixels[s, p].astype(np.float64) - pixels[s, ed]
                smooth = ndimage.gaussian_filter(change, 2.0)
                moved.append((p, float(np.std(smooth[near])) / span))
    if not moved:
        return None
    phases = {p for p, _ in moved}
    return max(float(np.mean([m for q, m in moved if q == p])) for p in phases)


def _brightening(pixels: NDArray[Any], volume: Labels, present: Mask) -> float | None:
    """Of the mean over the heart as it lies at ED, over phases without holes: contraction moves it
    by half at most, contrast passing through by much more. Standardised values are counted from
    their smallest, as a magnitude's are from 0."""
    base = min(0.0, float(pixels.min()))
    hearts = [pixels[:, p][volume > 0] for p in np.flatnonzero(present.all(axis=0))]
    values = [float(heart.mean(dtype=np.float64)) - base for heart in hearts]
    if len(values) < 2:
        return None
    return max(values) / min(values) if min(values) > 0 else float("inf")


def heart_findings(traits: Traits | None, n_slices: int) -> tuple[Finding, ...]:
    """Refusals and flags from the traits of a draft; ``n_slices`` is how many the stack has.

    Refuses what is far from every heart of the sets that the limits were set on, flags what is
    merely unlike them.
    """
    if traits is None:
        return (_no_heart("No left ventricle was found"),)
    if n_slices >= MANY_SLICES and traits.slices < FEW_SLICES:
        return (_no_heart("A left ventricle seems to be on one or two slices only"),)
    misshapen = len(_below(traits, UNLIKELY)) >= 2 or bool(_below(traits, HOPELESS))
    if misshapen and not _hangs_together(traits):
        return (_no_heart("What was found has not the form of a heart"),)
    found = []
    if traits.motion is not None and traits.motion < MOTION_DOUBT:
        still = traits.motion < MOTION_NONE
        found.append(
            Finding(
                "nothing_moves",
                "Nothing moves from phase to phase: this is no beating heart. Choose the cine."
                if still
                else "Hardly anything moves from phase to phase.",
                severity=Severity.REFUSAL if still else Severity.WARNING,
            )
        )
    if traits.brightening is not None and traits.brightening > BRIGHTENING_DOUBT:
        fills = traits.brightening > BRIGHTENING_MOST
        found.append(
            Finding(
                "brightness_changes",
                "The heart's brightness changes over time, as in perfusion or mapping. Choose the "
                "cine."
                if fills
                else "The heart's brightness changes from phase to phase.",
                severity=Severity.REFUSAL if fills else Severity.WARNING,
            )
        )
    if _doubtful(traits, n_slices):
        found.append(
            Finding(
                "heart_uncertain",
                "That these contours are a heart's is not certain.",
                severity=Severity.PROBLEM if misshapen else Severity.WARNING,
            )
        )
    return tuple(sorted(found, key=lambda f: not f.refuses))


def _doubtful(traits: Traits, n_slices: int) -> bool:
    thin = n_slices >= MANY_SLICES and traits.slices < 0.4 * n_slices
    return thin or bool(_below(traits, DOUBTFUL))


def _hangs_together(traits: Traits) -> bool:
    """Whether what was drawn beats, goes on from slice to slice and is blood in muscle: then it is
    a heart that a weak model draws badly, and its draft is flagged, not refused."""
    beats = traits.motion is not None and traits.motion >= MOTION_DOUBT
    return beats and not {"continuity", "contrast"} & set(_below(traits, DOUBTFUL))


def _below(traits: Traits, limits: dict[str, float]) -> list[str]:
    return [name for name, limit in limits.items() if getattr(traits, name) < limit]


def _no_heart(said: str) -> Finding:
    advice = "Check that these are short-axis cine images of a heart."
    return Finding("no_heart_found", f"{said}. {advice}", severity=Severity.REFUSAL)
