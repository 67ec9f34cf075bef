"""Finding landmarks and lesions: matching marks to findings, and the FROC curve."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement.overlap import jaccard
from cmrkit.errors import InvalidGeometry, InvalidRatings

STANDARD_RATES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Mark:
    """One thing that a reader or model marked: how sure, and which finding it hit (None: none)."""

    score: float
    hit: int | None


@dataclass(frozen=True)
class Froc:
    """``thresholds`` fall; at each, marks of that score or more count. ``sensitivity``: findings
    hit / all findings. ``false_per_image``: marks that hit nothing / images. ``at_rates``:
    sensitivity at the standard rates, and ``score`` their mean (Setio 2017)."""

    thresholds: tuple[float, ...]
    sensitivity: tuple[float, ...]
    false_per_image: tuple[float, ...]
    at_rates: tuple[float, ...]
    score: float | None
    n_findings: int
    n_images: int


def match_points(
    marked_mm: Sequence[Sequence[float]],
    scores: Sequence[float],
    findings_mm: Sequence[Sequence[float]],
    *,
    within_mm: float,
) -> list[Mark]:
    """Marks of one image against its findings: points in mm of one frame of reference (LPS).

    The surest mark chooses first, the nearest finding that is still free and no farther than
    ``within_mm``; a finding is hit once, any further mark of it hits nothing. Equal scores go in
    the order given. Raises InvalidRatings for scores without marks, InvalidGeometry for a distance
    that is not positive or points that are not finite.
    """
    if not within_mm > 0:
        raise InvalidGeometry("A hit needs a positive distance.")
    marks, findings = _points(marked_mm), _points(findings_mm)
    apart = np.linalg.norm(marks[:, None] - findings[None], axis=2)
    return _match(-apart, scores, -within_mm)


def match_masks(
    marked: Sequence[NDArray[np.bool_]],
    scores: Sequence[float],
    findings: Sequence[NDArray[np.bool_]],
    *,
    jaccard_min: float = 0.1,
) -> list[Mark]:
    """The same for lesions as masks of one shape: the largest Jaccard index of a free finding, of
    ``jaccard_min`` or more."""
    if not 0 < jaccard_min <= 1:
        raise InvalidRatings("A hit needs an overlap above 0, up to 1.")
    overlap = np.array([[jaccard(m, f) or 0.0 for f in findings] for m in marked])
    return _match(overlap.reshape(len(marked), len(findings)), scores, jaccard_min)


def froc(images: Sequence[Sequence[Mark]], n_findings: int) -> Froc:
    """Free-response ROC over all images (Bunch 1977; rates and score as in LUNA16, Setio 2017).

    One point per distinct score, ties together. Between points sensitivity doesn't rise: at a
    rate it is that of the last point with no more false marks per image, 0 before the first.
    Without findings no sensitivity is defined: ``score`` is None and the lists are empty. Raises
    InvalidRatings without images, or for scores that are not finite.
    """
    if not images:
        raise InvalidRatings("FROC needs at least one image.")
    marks = [mark for image in images for mark in image]
    if not all(np.isfinite(mark.score) for mark in marks):
        raise InvalidRatings("Scores must be finite.")
    if n_findings <= 0:
        return Froc((), (), (), (), None, 0, len(images))
    scores = np.array([mark.score for mark in marks])
    hits = np.array([mark.hit is not None for mark in marks], dtype=bool)
    thresholds = np.unique(scores)[::-1]
    found = [int((hits & (scores >= t)).sum()) / n_findings for t in thresholds]
    wrong = [int((~hits & (scores >= t)).sum()) / len(images) for t in thresholds]
    at = tuple(
        max((s for s, w in zip(found, wrong, strict=True) if w <= rate), default=0.0)
        for rate in STANDARD_RATES
    )
    return Froc(
        tuple(map(float, thresholds)),
        tuple(found),
        tuple(wrong),
        at,
        float(np.mean(at)),
        n_findings,
        len(images),
    )


def _points(values: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    points = np.asarray(values, dtype=np.float64)
    if not len(points):
        return np.empty((0, 3))
    if points.ndim != 2 or points.shape[1] != 3 or not np.isfinite(points).all():
        raise InvalidGeometry("A point is three finite millimetres.")
    return points


def _match(closeness: NDArray[np.float64], scores: Sequence[float], at_least: float) -> list[Mark]:
    if len(scores) != len(closeness):
        raise InvalidRatings("Every mark needs a score.")
    free = set(range(closeness.shape[1] if closeness.ndim == 2 else 0))
    marks: list[Mark | None] = [None] * len(scores)
    for i in np.argsort(-np.asarray(scores, dtype=float), kind="stable"):
        near = [j for j in free if closeness[i, j] >= at_least]
        hit = max(near, key=lambda j: (closeness[i, j], -j), default=None)
        if hit is not None:
            free.remove(hit)
        marks[i] = Mark(float(scores[i]), hit)
    return [mark for mark in marks if mark is not None]
