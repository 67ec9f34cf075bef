"""Is this what a model was made for: by what the header says, and by the pixels alone.

What a model was not made for is refused by name or flagged; the sentence says what to do.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import StackMeta
from cmrkit.contracts.kinds import SequenceKind, View
from cmrkit.quality.finding import Finding, Severity

SMALLEST_PX = 32  # a heart of 130 mm on fewer pixels has no wall to find
LARGEST_PX = 1024  # cine matrices are 128 to 512, interpolated at most twice over
SPACING_MM = (0.2, 10.0)
FIELD_MM = (100.0, 800.0)  # narrower than a heart, wider than a scanner's bore
FEWEST_SLICES = 3
FAR_BELOW_ZERO = -500.0  # magnitudes are never negative, standardised images not by so much
SIGNED_SHARE = 0.01
NOISE_CORRELATION = 0.5  # of neighbouring pixels; real cine lies above 0.85
CINE = frozenset({SequenceKind.CINE})
_FEW_FRAMES = 24  # looked at for the rules on pixels

CHAMBER_VIEWS = frozenset({View.CH2, View.CH4})
_LONG_AXIS = {View.CH2, View.CH3, View.CH4, View.LVOT, View.RVOT, View.AORTA}
_KNOWN_KINDS = {kind.value for kind in SequenceKind} - {SequenceKind.UNKNOWN.value}


@dataclass(frozen=True)
class ImageFacts:
    """What is known of images besides their pixels. Empty words and None: nobody knows.

    ``modality`` is DICOM's; ``sequence_kind`` and ``view`` are those of ``cmrkit.contracts.kinds``;
    spacings in mm, ``row_mm`` between rows.
    """

    n_slices: int
    n_phases: int
    rows: int
    columns: int
    row_mm: float
    column_mm: float
    assumed: bool = False
    modality: str = ""
    sequence_kind: str = ""
    view: str = ""

    @classmethod
    def of_stack(cls, meta: StackMeta) -> "ImageFacts":
        """Of a stack's description; stacks are made of MR alone."""
        row_mm, column_mm = meta.pixel_spacing_mm
        return cls(
            n_slices=meta.n_slices,
            n_phases=meta.n_phases,
            rows=meta.rows,
            columns=meta.columns,
            row_mm=row_mm,
            column_mm=column_mm,
            assumed=meta.spacing_assumed,
            modality="MR",
            sequence_kind=meta.sequence_kind,
            view=meta.view,
        )


def fact_findings(
    facts: ImageFacts, made_for: frozenset[SequenceKind] = CINE, *, long_axis: bool = False
) -> tuple[Finding, ...]:
    """What speaks against images of the kinds that a model is ``made_for``, on the short axis or in
    two- and four-chamber views, before any pixel is looked at; refusals first."""
    view = _long_view(facts) if long_axis else _short_view(facts)
    found = [*_acquisition(facts), *view, *_kind(facts, made_for), *_size(facts)]
    return tuple(sorted(found, key=lambda f: not f.refuses))


def pixel_findings(pixels: NDArray[Any]) -> tuple[Finding, ...]:
    """What speaks against it in pixels (slice, phase, row, column); a frame of zeros is a hole.

    At most one finding: what comes first says all. Looks at some frames spread over the stack.
    """
    if np.issubdtype(pixels.dtype, np.floating) and not np.isfinite(pixels).all():
        return (_refusal("not_finite", "Some pixel values are not finite numbers. Export anew."),)
    frames = _some_frames(pixels)
    if not len(frames):
        return (_refusal("no_pixels", "All frames are empty. Check the import of these images."),)
    if (frames <= FAR_BELOW_ZERO).mean() >= SIGNED_SHARE:
        return (
            _refusal(
                "signed_values",
                "Many values lie far below zero, as in a CT, a velocity or a phase-sensitive "
                "image. Choose the magnitude cine.",
            ),
        )
    low, high = np.percentile(frames, (1, 99), axis=(1, 2))
    flat = high - low <= 1e-6 * np.maximum(1.0, np.abs(high))
    if flat.mean() > 0.5:
        return (_refusal("no_contrast", "Most frames have one value throughout: no image."),)
    if np.median([_neighbour_correlation(frame) for frame in frames[~flat]]) < NOISE_CORRELATION:
        return (_refusal("noise_only", "The images are noise: nothing in them has an outline."),)
    return ()


def _acquisition(facts: ImageFacts) -> list[Finding]:
    found = []
    if facts.modality not in ("", "MR"):
        found.append(
            _refusal(
                "not_mr",
                f"These are {facts.modality} images; the model reads MR cine. Choose another "
                "series.",
            )
        )
    return found


def _short_view(facts: ImageFacts) -> list[Finding]:
    found = []
    if facts.view in _LONG_AXIS:
        found.append(
            _refusal(
                "not_short_axis",
                f"The view is {facts.view}. Choose the short-axis cine, or correct the view of the "
                "stack if it is wrong.",
            )
        )
    elif facts.view not in ("", View.SAX):
        found.append(Finding("view_uncertain", "That these are short-axis planes is not certain."))
    if facts.n_slices < FEWEST_SLICES:
        found.append(
            Finding("few_slices", "Too few slices for a volume: areas are all that can be had.")
        )
    return found


def _long_view(facts: ImageFacts) -> list[Finding]:
    """One slice is enough here."""
    if facts.view in CHAMBER_VIEWS:
        return []
    if facts.view == View.SAX or facts.view in _LONG_AXIS:
        return [
            _refusal(
                "not_chamber_view",
                f"The view is {facts.view}. Choose a two- or four-chamber cine, or correct the "
                "view of the stack if it is wrong.",
            )
        ]
    return [Finding("view_uncertain", "That this is a two- or four-chamber view is not certain.")]


def _kind(facts: ImageFacts, made_for: frozenset[SequenceKind]) -> list[Finding]:
    """A cine moves, and late enhancement stands still: several phases are none."""
    kind = facts.sequence_kind
    cine = SequenceKind.CINE in made_for
    if kind in _KNOWN_KINDS - {str(wanted) for wanted in made_for}:
        return [_other_kind(kind, cine=cine)]
    if not cine and facts.n_phases > 1:
        return [_other_kind(f"{facts.n_phases} phases", cine=False)]
    found = []
    if kind == SequenceKind.UNKNOWN:
        found.append(Finding("kind_unknown", "What kind of sequence this is could not be told."))
    if cine and facts.n_phases == 1:
        found.append(
            Finding(
                "one_phase",
                "One phase alone: that it is a cine can't be told, and no ejection fraction can.",
            )
        )
    return found


def _other_kind(what: str, *, cine: bool) -> Finding:
    code, wanted, choose = (
        ("not_cine", "cine", "cine")
        if cine
        else (
            "not_late_enhancement",
            "late enhancement",
            "late enhancement",
        )
    )
    return _refusal(
        code,
        f"The images are no {wanted} ({what}). Choose the short-axis {choose}, or correct the kind "
        "of the stack if it is wrong.",
    )


def _size(facts: ImageFacts) -> list[Finding]:
    sides = (facts.rows, facts.columns)
    if min(sides) < SMALLEST_PX:
        return [
            _refusal(
                "image_too_small",
                f"Images of {facts.rows} × {facts.columns} pixels are too small: at least "
                f"{SMALLEST_PX} × {SMALLEST_PX}.",
            )
        ]
    if max(sides) > LARGEST_PX:
        return [
            _refusal(
                "image_too_large",
                f"Images of {facts.rows} × {facts.columns} pixels are no cine: at most "
                f"{LARGEST_PX} × {LARGEST_PX}. Resample them, or choose another series.",
            )
        ]
    spacing = (facts.row_mm, facts.column_mm)
    if not all(SPACING_MM[0] <= mm <= SPACING_MM[1] for mm in spacing):
        return [
            _refusal(
                "implausible_spacing",
                f"A pixel spacing of {facts.row_mm:g} × {facts.column_mm:g} mm can't show a heart. "
                "Correct the header.",
            )
        ]
    field = [n * mm for n, mm in zip(sides, spacing, strict=True)]
    if not facts.assumed and (min(field) < FIELD_MM[0] or max(field) > FIELD_MM[1]):
        return [
            _refusal(
                "implausible_field_of_view",
                f"A field of view of {field[0]:.0f} × {field[1]:.0f} mm doesn't fit a heart. "
                "Check the pixel spacing.",
            )
        ]
    return []


def _refusal(code: str, message: str) -> Finding:
    return Finding(code, message, severity=Severity.REFUSAL)


def _some_frames(pixels: NDArray[Any]) -> NDArray[np.float64]:
    """Frames (n, row, column) that exist, spread over slices and phases."""
    flat = pixels.reshape(-1, *pixels.shape[2:])
    present = np.flatnonzero(np.any(flat, axis=(1, 2)))
    step = max(1, len(present) // _FEW_FRAMES)
    # an odd step doesn't fall on the same phase in every slice
    return np.asarray(flat[present[:: step | 1]], dtype=np.float64)


def _neighbour_correlation(frame: NDArray[np.float64]) -> float:
    """Of each pixel with the next in its row; 0 for noise, near 1 for an image."""
    left, right = frame[:, :-1].ravel(), frame[:, 1:].ravel()
    spread = left.std() * right.std()
    if spread == 0:
        return 1.0
    return float(((left - left.mean()) * (right - right.mean())).mean() / spread)
