"""Volumes of single phases as one volume."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cmrkit.errors import AnnotationsDoNotFit, UnsupportedInput
from cmrkit.niftiio import ImageVolume
from cmrkit.niftiio.reading import ASSUMED_RR_MS

_SAME_MM = 1e-3


def join_phases(
    volumes: Sequence[ImageVolume], shares: Sequence[float], rr_ms: float | None
) -> ImageVolume:
    """One volume whose phases are the given ones, at their share (0 to 1) of the RR interval, which
    is assumed where it isn't stated.

    Raises AnnotationsDoNotFit where matrix or geometry differ, UnsupportedInput where the values
    have different scales.
    """
    first = volumes[0]
    for other in volumes[1:]:
        if other.stored.shape != first.stored.shape or not _same_planes(first, other):
            raise AnnotationsDoNotFit("The frames of one patient differ in matrix or geometry.")
        if (other.slope, other.intercept) != (first.slope, first.intercept):
            raise UnsupportedInput("The frames of one patient differ in their scale of values.")
    signed = any(v.stored.dtype.kind == "i" for v in volumes)
    if signed and any(v.stored.max() > 32767 for v in volumes):
        raise UnsupportedInput("The frames of one patient have no common range of 16 bits.")
    stored = np.concatenate([v.stored for v in volumes], axis=1)
    interval = rr_ms or ASSUMED_RR_MS
    many = stored.shape[1] > 1
    return replace(
        first,
        stored=stored.astype(np.int16 if signed else np.uint16),
        trigger_ms=tuple(round(s * interval, 3) for s in shares) if many else (None,),
        rr_ms=interval if many else None,
        timing_assumed=many and rr_ms is None,
    )


def _same_planes(a: ImageVolume, b: ImageVolume) -> bool:
    places = np.subtract(a.slice_positions_mm, b.slice_positions_mm)
    directions = np.subtract(
        [a.row_direction, a.column_direction], [b.row_direction, b.column_direction]
    )
    spacing = np.subtract(a.pixel_spacing_mm, b.pixel_spacing_mm)
    return bool(max(abs(places).max(), abs(directions).max(), abs(spacing).max()) <= _SAME_MM)
