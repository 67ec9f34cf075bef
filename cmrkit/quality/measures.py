"""The measures behind the grade of images; docs/science/quality.md has their formulas."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.quality.millimetres import Millimetres
from cmrkit.quality.shapes import LV, MYOCARDIUM, Labels, Mask, basal_first, centres

LEAST_PHASES = 12  # for a spectrum over time
SHORT = 1.15  # length over width of an LV cavity; dilated hearts come down to 1.2
_ALIKE = 1.6  # areas of slices whose middles can be compared
_CLOSED = 40  # pixels of muscle in a slice that counts as one of the ventricle


def basal_share(ed: Labels, es: Labels, mm: Millimetres) -> float:
    """LV area in the stack's last slice at the base, of the largest LV area, the smaller of ED's
    and ES's; labels (slice, row, column). A stack that reaches the valves cuts the outflow tract
    there, and in systole, when the base comes down, the atrium.

    Many stacks begin just below the valves and miss little: 0 unless the ventricle is also shorter
    than hearts are for their width, and where the distance between slices isn't known.
    """
    if mm.slice_mm is None or mm.assumed or _length_to_width(ed, mm, mm.slice_mm) > SHORT:
        return 0.0
    end = 0 if basal_first(ed) else -1
    return min(_end_share(ed, end), _end_share(es, end))


def _length_to_width(ed: Labels, mm: Millimetres, slice_mm: float) -> float:
    """Of the LV cavity; the width is that of a disc of its largest area."""
    area = (ed == LV).sum(axis=(1, 2)) * mm.row_mm * mm.column_mm
    return float((area > 0).sum() * slice_mm / np.sqrt(4 * max(area.max(), 1) / np.pi))


def apical_share(ed: Labels) -> float:
    """LV area at ED in the stack's last slice at the apex, of the largest LV area at ED."""
    return _end_share(ed, -1 if basal_first(ed) else 0)


def _end_share(volume: Labels, end: int) -> float:
    area = (volume == LV).sum(axis=(1, 2)).astype(float)
    if len(area) < 3 or area.max() == 0 or int((volume[end] == MYOCARDIUM).sum()) < _CLOSED:
        return 0.0
    return float(area[end] / area.max())


def slice_shifts_mm(ed: Labels, mm: Millimetres) -> NDArray[np.float64]:
    """Of each slice of (slice, row, column), how far in mm the middle of the LV's outer outline
    lies from where its neighbours' middles put it; 0 at the ends of the LV and beside slices of
    quite another size.

    A shifted slice moves its neighbours' expectation by half as much: only slices that stand out
    more than both of theirs keep their value.
    """
    outer = (ed >= MYOCARDIUM).astype(np.uint8) > 0
    middle = centres(outer) * (mm.row_mm, mm.column_mm)
    area = outer.sum(axis=(1, 2))
    drawn = np.flatnonzero(area)
    away = np.zeros(len(ed))
    for s in drawn[2:-2]:
        three = area[s - 1 : s + 2]
        if three.max() > _ALIKE * three.min():
            continue
        off = middle[s] - (middle[s - 1] + middle[s + 1]) / 2
        away[s] = 0.0 if np.isnan(off).any() else float(np.hypot(*off))
    around = np.maximum(np.roll(away, 1), np.roll(away, -1))
    around[[0, -1]] = np.inf
    return np.where(away >= around, away, 0.0)


def temporal_roughness(pixels: NDArray[Any], labels: Labels, present: Mask) -> dict[int, float]:
    """Per slice with an LV and all its phases, the share of the variation over time that is faster
    than a quarter of the sampling rate, within the heart; pixels and labels (slice, phase, row,
    column). A beating heart varies slowly; shuffled or jumping phases don't."""
    n_phases = pixels.shape[1]
    if n_phases < LEAST_PHASES:
        return {}
    found = {}
    for s in np.flatnonzero(present.all(axis=1) & (labels == LV).any(axis=(1, 2, 3))):
        heart = ndimage.binary_dilation((labels[s] > 0).any(axis=0), iterations=2)
        rows, columns = (slice(r.start, r.stop) for r in ndimage.find_objects(heart.astype(int))[0])
        window = ndimage.gaussian_filter(
            np.asarray(pixels[s, :, rows, columns], dtype=np.float32), (0, 1.5, 1.5)
        )
        series = window[:, heart[rows, columns]]
        power = (np.abs(np.fft.rfft(series, axis=0)) ** 2).sum(axis=1)[1:]
        fast = power[n_phases // 4 :].sum()
        found[int(s)] = float(fast / max(power.sum(), 1e-9))
    return found


def contrast_to_noise(image: NDArray[Any], volume: Labels) -> float | None:
    """(Median of blood - median of muscle) / noise at ED, the median over slices; pixels and labels
    (slice, row, column). The noise is that of Immerkær 1996 (Comput Vis Image Underst 64:300): what
    a mask that is blind to constant slopes and curvature leaves, within blood and muscle."""
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float64)
    ratios = []
    for frame, plane in zip(np.asarray(image, dtype=np.float64), volume, strict=True):
        blood, muscle = plane == LV, plane == MYOCARDIUM
        if min(int(blood.sum()), int(muscle.sum())) < _CLOSED:
            continue
        rest = ndimage.convolve(frame, mask)[ndimage.binary_erosion(plane >= MYOCARDIUM)]
        noise = np.median(np.abs(rest)) / 0.6745 / 6 if rest.size else 0.0
        ratios.append((np.median(frame[blood]) - np.median(frame[muscle])) / max(noise, 1e-6))
    return float(np.median(ratios)) if ratios else None
