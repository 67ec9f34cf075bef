"""What the rules measure on label volumes: areas, borders, centres, phases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

RV, MYOCARDIUM, LV = 1, 2, 3

Labels = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class KeyPhases:
    """Of the largest and smallest LV cavity among the phases with most frames; equal where there
    is one."""

    ed: int
    es: int


def key_phases(labels: Labels, present: Mask) -> KeyPhases | None:
    """For labels (slice, phase, row, column); None where no LV was drawn."""
    size = (labels == LV).sum(axis=(0, 2, 3))
    frames = present.sum(axis=0)
    whole = np.flatnonzero(frames == frames.max())
    if not size[whole].any():
        return None
    return KeyPhases(int(whole[size[whole].argmax()]), int(whole[size[whole].argmin()]))


def slices_with(volume: Labels, code: int) -> NDArray[np.intp]:
    """Indices of slices of (slice, row, column) that hold the class."""
    return np.flatnonzero((volume == code).any(axis=(1, 2)))


def open_share(plane: Labels) -> float:
    """Share of the LV cavity's border in (row, column) that has no muscle beyond it."""
    cavity = plane == LV
    rim = ndimage.binary_dilation(cavity) & ~cavity
    n = int(rim.sum())
    return float((rim & (plane != MYOCARDIUM)).sum()) / n if n else 0.0


def second_part(mask: Mask) -> float:
    """Size of the second largest piece of (row, column) over that of the largest; neighbours touch
    at an edge or a corner."""
    pieces, n = ndimage.label(mask, structure=np.ones((3, 3)))
    if n < 2:
        return 0.0
    sizes = np.sort(np.bincount(pieces.ravel())[1:])
    return float(sizes[-2] / sizes[-1])


def centres(mask: Mask) -> NDArray[np.float64]:
    """(row, column) of the middle of each slice of (slice, row, column); NaN where it is empty."""
    out = np.full((len(mask), 2), np.nan)
    for index in np.flatnonzero(mask.any(axis=(1, 2))):
        out[index] = ndimage.center_of_mass(mask[index])
    return out


def basal_first(volume: Labels) -> bool:
    """Whether the first slices of (slice, row, column) are the heart's base: its wider end."""
    area = (volume > 0).sum(axis=(1, 2))
    shown = area[area > 0]
    half = len(shown) // 2
    return bool(shown[:half].sum() >= shown[len(shown) - half :].sum())
