"""Before and after a network draws: is the stack what it was made for, can the drawing be right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.quality import (
    Finding,
    ImageFacts,
    ImageQuality,
    Millimetres,
    draft_findings,
    fact_findings,
    grade_images,
    heart_findings,
    pixel_findings,
    traits_of,
)
from ml_workers.errors import OutOfScope
from ml_workers.inference.run import Spacing


@dataclass(frozen=True)
class Scope:
    """``facts``: what the source says of the images; None where only pixels and spacing are known.
    ``slice_mm``: distance between slice planes, where known. ``refuse``: what a model was not made
    for raises OutOfScope; otherwise a refusal becomes one more finding, and what can be drawn is.
    """

    facts: ImageFacts | None = None
    slice_mm: float | None = None
    refuse: bool = False


@dataclass(frozen=True)
class Verdict:
    """On a draft: what was found, and how good the images are (None without a left ventricle)."""

    findings: tuple[Finding, ...]
    quality: ImageQuality | None


def look_before(pixels: NDArray[Any], spacing: Spacing, scope: Scope) -> tuple[Finding, ...]:
    """At the header's facts and at pixels (slice, phase, row, column), before any network runs.
    Raises OutOfScope as the scope says."""
    facts = scope.facts or _facts_of(pixels, spacing)
    found = fact_findings(facts)
    _settle(found, scope)
    if any(f.refuses for f in found):
        return found
    more = pixel_findings(pixels)
    _settle(more, scope)
    return (*found, *more)


def look_after(
    pixels: NDArray[Any],
    labels: NDArray[np.uint8],
    entropy: NDArray[np.uint8],
    spacing: Spacing,
    scope: Scope,
) -> Verdict:
    """At the labels and their entropy (255: every class is as likely), both of the shape of
    ``pixels``. Raises OutOfScope as the scope says."""
    present: NDArray[np.bool_] = np.any(pixels, axis=(2, 3))
    traits = traits_of(pixels, labels, present, entropy)
    found = heart_findings(traits, int(present.any(axis=1).sum()))
    _settle(found, scope)
    mm = Millimetres(spacing.row_mm, spacing.column_mm, scope.slice_mm, spacing.assumed)
    quality = grade_images(pixels, labels, present, mm)
    seen = draft_findings(labels, present, mm)
    return Verdict((*found, *seen, *(quality.findings if quality else ())), quality)


def _settle(found: Sequence[Finding], scope: Scope) -> None:
    refusal = next((f for f in found if f.refuses), None)
    if refusal is not None and scope.refuse:
        raise OutOfScope(refusal)


def _facts_of(pixels: NDArray[Any], spacing: Spacing) -> ImageFacts:
    n_slices, n_phases, rows, columns = pixels.shape
    return ImageFacts(
        n_slices, n_phases, rows, columns, spacing.row_mm, spacing.column_mm, spacing.assumed
    )
