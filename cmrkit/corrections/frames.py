"""One structure on one frame: the draft and what the reader submitted."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from cmrkit.agreement.polygons import area_overlap, edges_mm, to_edges
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry.edges import Parts

STEP_MM = 0.1
_ROUNDING_MM = 1e-9
REDRAWN_SHARE = 0.5  # more of the outline than this is new: redrawn rather than edited


class Kind(StrEnum):
    """What became of a draft's contour."""

    KEPT = "kept"
    EDITED = "edited"
    REDRAWN = "redrawn"
    REJECTED = "rejected"  # the reader has nothing there
    ADDED = "added"  # the draft had nothing there


@dataclass(frozen=True)
class FrameChange:
    """Lengths in mm, areas in mm². ``added_path_mm`` is of ``path_mm``, the final outline."""

    kind: Kind
    added_path_mm: float
    path_mm: float
    draft_mm2: float
    final_mm2: float
    both_mm2: float

    @property
    def dice(self) -> float:
        """0 where either side has nothing."""
        total = self.draft_mm2 + self.final_mm2
        return 2 * self.both_mm2 / total if total > 0 else 0.0


def edges_added_mm(
    draft: Parts, final: Parts, pixel_spacing_mm: tuple[float, float], tolerance_mm: float
) -> tuple[float, float]:
    """Added path length and the length of the whole final outline, both in mm.

    draft, final: polygons of (column, row) in pixels, each part closed. pixel_spacing_mm: (between
    rows, between columns). tolerance_mm: how far from the draft's outline the final one may run and
    still count as the draft's; half a pixel is what a pixel grid can't tell.

    Vaassen et al. (Phys Imaging Radiat Oncol 2020;13:1) count the border pixels of the final
    contour that aren't border of the draft; this is the same length without a grid. The outline is
    cut into pieces of at most 0.1 mm, each judged at its middle. Lengths of outline that were taken
    away aren't counted. Raises InvalidGeometry for coordinates that are not finite, a spacing that
    is not positive or a negative tolerance.
    """
    if not all(np.isfinite(s) and s > 0 for s in pixel_spacing_mm) or not tolerance_mm >= 0:
        raise InvalidGeometry("A path length needs a positive spacing and a tolerance from 0 up.")
    new, old = edges_mm(final, pixel_spacing_mm), edges_mm(draft, pixel_spacing_mm)
    lengths = np.hypot(new[:, 2] - new[:, 0], new[:, 3] - new[:, 1])
    whole = float(lengths.sum())
    if not len(old) or not len(new):
        return whole, whole
    counts = np.maximum(np.ceil(lengths / STEP_MM), 1).astype(np.intp)
    edge = np.repeat(np.arange(len(new)), counts)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts)
    part = ((step + 0.5) / counts[edge])[:, None]
    middles = new[edge, :2] + part * (new[edge, 2:] - new[edge, :2])
    away = to_edges(middles, old) > tolerance_mm + _ROUNDING_MM
    return float((lengths / counts)[edge][away].sum()), whole


def change_of_frame(
    draft: Parts, final: Parts, pixel_spacing_mm: tuple[float, float], tolerance_mm: float
) -> FrameChange | None:
    """What a reader made of one contour of a draft; None where neither side has one.

    Arguments, source and errors: :func:`edges_added_mm`. A contour that moved nowhere beyond the
    tolerance is *kept* only where it is the draft's point for point; else it is *edited*, or
    *redrawn* where more than half of its outline is new.
    """
    if not draft and not final:
        return None
    overlap = area_overlap(draft, final, pixel_spacing_mm)
    added, whole = edges_added_mm(draft, final, pixel_spacing_mm, tolerance_mm)
    return FrameChange(
        kind=_kind(draft, final, added, whole),
        added_path_mm=added,
        path_mm=whole,
        draft_mm2=overlap.a_mm2,
        final_mm2=overlap.b_mm2,
        both_mm2=overlap.both_mm2,
    )


def _kind(draft: Parts, final: Parts, added: float, whole: float) -> Kind:
    if not final:
        return Kind.REJECTED
    if not draft:
        return Kind.ADDED
    if _points(draft) == _points(final):
        return Kind.KEPT
    return Kind.REDRAWN if added > REDRAWN_SHARE * whole else Kind.EDITED


def _points(parts: Parts) -> list[list[tuple[float, ...]]]:
    return [[tuple(map(float, point)) for point in part] for part in parts]
