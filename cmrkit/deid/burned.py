"""Signs that a name may be written into the pixels."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage


class Flag(StrEnum):
    """Why a person should look at the pixels before they are stored."""

    SAYS_SO = "annotation_stated"  # BurnedInAnnotation is YES
    CAPTURE = "secondary_capture"  # a class or conversion that pictures of screens and film use
    SCREEN = "screen_saved"  # ImageType says that a screen was saved
    OVERLAY = "overlay_in_pixels"  # an overlay in unused bits of the pixels
    TEXT = "text_found"  # the detector found letters at the border


_CAPTURES = (
    "1.2.840.10008.5.1.4.1.1.7",  # Secondary Capture, single and multi-frame
    "1.2.840.10008.5.1.4.1.1.77.1",  # visible light: photographs
)
_SCREENS = ("SCREEN", "SECONDARY CAPTURE", "REPORT", "RPT")


def flags_of(
    *, sop_class: str, burned_in: str, image_type: str, conversion: str, overlay_in_pixels: bool
) -> tuple[Flag, ...]:
    """What the header as sent gives away; the pixels are looked at by :func:`find_text`."""
    signs = {
        Flag.SAYS_SO: burned_in.upper() == "YES",
        Flag.CAPTURE: any(sop_class == c or sop_class.startswith(f"{c}.") for c in _CAPTURES)
        or conversion.upper() in {"WSD", "DF", "DRW", "SI", "SYN"},
        Flag.SCREEN: any(word in image_type.upper() for word in _SCREENS),
        Flag.OVERLAY: overlay_in_pixels,
    }
    return tuple(flag for flag, seen in signs.items() if seen)


_BORDER = 0.25  # of height and width, on every side: where scanners and screens write
_STROKE = 7  # pixels: strokes of letters are thinner
_CONTRAST = 0.35  # of the frame's range between background and brightest
_HEIGHTS = (5, 32)  # pixels, of a letter
_LETTERS = 4  # in one line


@dataclass(frozen=True)
class Line:
    """A row of letters: ``top``, ``left``, ``bottom``, ``right`` in pixels, and how many."""

    top: int
    left: int
    bottom: int
    right: int
    letters: int


def find_text(frame: NDArray[np.generic]) -> Line | None:
    """A line of bright letters near the border of one grey frame (row, column), or None.

    Thin bright strokes are what a white top-hat leaves; their connected parts are taken as letters
    where size and shape fit, and as text where four or more of about one height stand on one line,
    close together. It sees print, brighter than what is around it, along the rows; not handwriting,
    dark or upright text, or letters that are smaller than five pixels.
    """
    grey = np.asarray(frame, dtype=np.float32)
    if grey.ndim != 2 or min(grey.shape) < 32:
        return None
    low, high = float(np.percentile(grey, 20)), float(grey.max())
    if not high > low:
        return None
    thin = ndimage.white_tophat(grey, size=(_STROKE, _STROKE)) > _CONTRAST * (high - low)
    rows, columns = (int(n * _BORDER) for n in grey.shape)
    thin[rows:-rows, columns:-columns] = False
    labels, count = ndimage.label(thin, structure=np.ones((3, 3)))
    if count < _LETTERS:
        return None
    areas = np.bincount(labels.ravel())
    letters = [
        (y.start, x.start, y.stop, x.stop)
        for number, (y, x) in enumerate(ndimage.find_objects(labels), start=1)
        if _like_a_letter(y.stop - y.start, x.stop - x.start, int(areas[number]))
    ]
    return _line(letters)


def _like_a_letter(height: int, width: int, area: int) -> bool:
    if not _HEIGHTS[0] <= height <= _HEIGHTS[1] or not 1 <= width <= 1.6 * height:
        return False
    return 0.15 <= area / (height * width) <= (1.0 if width <= height / 2 else 0.85)


def _line(letters: list[tuple[int, int, int, int]]) -> Line | None:
    """The longest row of letters of about one height whose feet stand on one line."""
    best: list[tuple[int, int, int, int]] = []
    letters = sorted(letters, key=lambda box: box[1])
    for start, first in enumerate(letters):
        height, row = first[2] - first[0], [first]
        for box in letters[start + 1 :]:
            gap = box[1] - row[-1][3]
            same = abs((box[2] - box[0]) - height) <= max(1, 0.25 * height)
            if same and abs(box[2] - first[2]) <= max(1, 0.15 * height) and -1 <= gap <= height:
                row.append(box)
        if len(row) > len(best):
            best = row
    if len(best) < _LETTERS:
        return None
    boxes = np.array(best)
    return Line(
        int(boxes[:, 0].min()), int(boxes[:, 1].min()), int(boxes[:, 2].max()),
        int(boxes[:, 3].max()), len(best),
    )  # fmt: skip
