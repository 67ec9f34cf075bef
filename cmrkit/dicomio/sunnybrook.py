"""Expert contours of the Sunnybrook Cardiac Data."""

import re
from pathlib import Path

import numpy as np

from cmrkit.contracts.labels import Polygon
from cmrkit.errors import UnreadableDicom

_NAME = re.compile(r"IM-\d+-(\d+)-([io])contour-manual\.txt$")
_STRUCTURES = {"i": "lv_endo", "o": "lv_epi"}


def read_contours(folder: Path) -> dict[tuple[int, str], Polygon]:
    """(number of the DICOM file, ``lv_endo`` or ``lv_epi``) -> polygon of (column, row).

    The files count pixels from 1: image edges fit best after taking 1 from both coordinates, and
    then (0, 0) is the centre of the first pixel. Raises UnreadableDicom where there are none.
    """
    found: dict[tuple[int, str], Polygon] = {}
    for path in sorted(folder.rglob("*contour-manual.txt")):
        match = _NAME.search(path.name)
        if match is None:
            continue
        points = np.loadtxt(path, ndmin=2) - 1.0
        found[int(match[1]), _STRUCTURES[match[2]]] = tuple((float(x), float(y)) for x, y in points)
    if not found:
        raise UnreadableDicom("The folder holds no Sunnybrook contours.")
    return found
