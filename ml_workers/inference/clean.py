"""Anatomy that every heart obeys: one left ventricle, one right ventricle, no holes."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

RV, MYOCARDIUM, LV = 1, 2, 3
REACH_PX = 3  # from the epicardium to an RV cavity beside it: the septum is part of the LV


def clean_volume(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Labels (slice, row, column) of one phase's slices that are there, with stray pieces taken
    out.

    The left ventricle (cavity and myocardium together) keeps its largest connected piece over all
    slices, the right ventricle the largest of those that lie at the left one; in each slice, a
    cavity keeps its largest piece and a hole inside the epicardium becomes what surrounds it.
    """
    out = labels.copy()
    left = largest(np.isin(labels, (MYOCARDIUM, LV)))
    out[np.isin(labels, (MYOCARDIUM, LV)) & ~left] = 0
    right = _beside(labels == RV, left)
    out[(labels == RV) & ~right] = 0
    for plane in out:
        _clean_slice(plane)
    return out


def _clean_slice(plane: NDArray[np.uint8]) -> None:
    """Clean one slice in place."""
    wall = largest(np.isin(plane, (MYOCARDIUM, LV)))
    plane[np.isin(plane, (MYOCARDIUM, LV)) & ~wall] = 0
    cavity = plane == LV
    if cavity.any():
        kept = largest(cavity)
        plane[cavity & ~kept] = MYOCARDIUM
        plane[ndimage.binary_fill_holes(kept)] = LV
    holes = ndimage.binary_fill_holes(plane >= MYOCARDIUM) & (plane < MYOCARDIUM)
    plane[holes] = MYOCARDIUM
    right = plane == RV
    if right.any():
        kept = largest(right)
        plane[right & ~kept] = 0
        plane[ndimage.binary_fill_holes(kept) & (plane == 0)] = RV


def _beside(right: NDArray[np.bool_], left: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected piece among those within reach of the left ventricle in their own
    slice; of all pieces where none is."""
    pieces, n = ndimage.label(right)
    if n <= 1:
        return right
    around = ndimage.binary_dilation(left, np.ones((1, 3, 3), dtype=bool), iterations=REACH_PX)
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    touching = np.zeros(n + 1, dtype=bool)
    touching[np.unique(pieces[around & right])] = True
    if touching[1:].any():
        sizes[~touching] = 0
    beside: NDArray[np.bool_] = pieces == sizes.argmax()
    return beside


def largest(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected piece; neighbours share an edge."""
    pieces, n = ndimage.label(mask)
    if n <= 1:
        return mask
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    kept: NDArray[np.bool_] = pieces == sizes.argmax()
    return kept
