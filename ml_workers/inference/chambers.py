"""The classes of a long-axis model, and what every heart has of them: one piece each."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.contracts import LongAxisCode
from ml_workers.inference.clean import largest

RV, MYOCARDIUM, LV, LA, RA = 1, 2, 3, 4, 5
REACH_PX = 3
CLASSES: Mapping[str, tuple[int, ...]] = {
    LongAxisCode.LV_ENDO: (LV,),
    LongAxisCode.LV_EPI: (MYOCARDIUM, LV),
    LongAxisCode.RV_ENDO: (RV,),
    LongAxisCode.LA: (LA,),
    LongAxisCode.RA: (RA,),
}
# what each chamber has to lie at; in this order, each at what was kept
_AT = ((LA, (LV,)), (RV, (MYOCARDIUM, LV)), (RA, (RV, LA)))


def clean_chambers(plane: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Labels (row, column) of one frame with the largest left ventricle alone, and of each other
    chamber the largest piece that lies at its neighbour; holes become what surrounds them."""
    out = plane.copy()
    left = np.isin(out, (MYOCARDIUM, LV))
    out[left & ~largest(left)] = 0
    cavity = out == LV
    if cavity.any():
        out[cavity & ~largest(cavity)] = MYOCARDIUM
    for code, neighbours in _AT:
        found = out == code
        if found.any():
            out[found & ~_largest_at(found, np.isin(out, neighbours))] = 0
    for code in (LV, RV, LA, RA):
        out[ndimage.binary_fill_holes(out == code) & (out != code)] = code
    return out


def _largest_at(mask: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    pieces, n = ndimage.label(mask)
    near = ndimage.binary_dilation(other, iterations=REACH_PX)
    sizes = np.bincount(pieces.ravel(), minlength=n + 1)
    touching = np.zeros(n + 1, dtype=bool)
    touching[np.unique(pieces[near & mask])] = True
    sizes[~touching] = 0
    sizes[0] = 0
    if not sizes.any():
        return np.zeros_like(mask)
    kept: NDArray[np.bool_] = pieces == sizes.argmax()
    return kept
