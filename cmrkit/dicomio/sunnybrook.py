"""Expert contours of the Sunnybrook Cardiac Data."""

import re
from pathlib import Path

import numpy as np

from cmrkit.contracts.labels import Polygon
from cmrkit.errors import UnreadableAnnotations, UnreadableDicom

_NAME = re.compile(r"IM-\d+-(\d+)-(i|o|p\d)contour-manual\.txt$")
STRUCTURES = {"i": "lv_endo", "o": "lv_epi"}
_FIRST_PIXEL = 1.0
_MAX_POINTS = 20_000


def named(file_name: str) -> tuple[int, str] | None:
    """(number of the DICOM file, kind) of a contour file's name: ``i`` is the endocardium, ``o``
    the epicardium, ``p1`` and ``p2`` are papillary muscles; None for any other file."""
    match = _NAME.search(file_name)
    return (int(match[1]), match[2]) if match else None


def polygon_of(data: bytes) -> Polygon:
    """The points of one file as (column, row).

    The files count pixels from 1: image edges fit best after taking 1 from both coordinates, and
    then (0, 0) is the centre of the first pixel. Raises UnreadableAnnotations where the file isn't
    two columns of numbers.
    """
    try:
        numbers = np.array(data.decode("ascii").split(), dtype=np.float64)
        points = numbers.reshape(-1, 2) - _FIRST_PIXEL
    except (UnicodeDecodeError, ValueError) as error:
        raise UnreadableAnnotations("A contour file isn't two columns of numbers.") from error
    if not 3 <= len(points) <= _MAX_POINTS or not np.isfinite(points).all():
        raise UnreadableAnnotations("A contour needs three points or more, all of them numbers.")
    return tuple((float(x), float(y)) for x, y in points)


def read_contours(folder: Path) -> dict[tuple[int, str], Polygon]:
    """(number of the DICOM file, ``lv_endo`` or ``lv_epi``) -> polygon of (column, row), as
    :func:`polygon_of` has it. Raises UnreadableDicom where there are none."""
    found: dict[tuple[int, str], Polygon] = {}
    for path in sorted(folder.rglob("*contour-manual.txt")):
        name = named(path.name)
        if name is not None and name[1] in STRUCTURES:
            found[name[0], STRUCTURES[name[1]]] = polygon_of(path.read_bytes())
    if not found:
        raise UnreadableDicom("The folder holds no Sunnybrook contours.")
    return found
