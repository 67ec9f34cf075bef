"""Contours at the sub-pixel border where one class stops being the likeliest."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import FrameLabels, StructureCode
from cmrkit.contracts.labels import Polygon
from cmrkit.geometry import mask_to_polygons
from ml_workers.inference.clean import LV, MYOCARDIUM, RV

EDGE = 0.02  # margin given to pixels whose class the cleaning changed
LEAST_PX = 2.0  # of a part's area: the cleaning kept what labels hold, and they may be a few pixels

CLASSES: Mapping[str, tuple[int, ...]] = {
    StructureCode.LV_ENDO: (LV,),
    StructureCode.LV_EPI: (MYOCARDIUM, LV),
    StructureCode.RV_ENDO: (RV,),
}


def contours_of_frame(
    shares: NDArray[np.float32],
    labels: NDArray[np.uint8],
    corner: tuple[int, int],
    classes_of: Mapping[str, tuple[int, ...]] = CLASSES,
    min_area_px: float = LEAST_PX,
) -> dict[str, tuple[Polygon, ...]]:
    """Polygons in image pixels (column, row) of each structure in a frame: every one that the
    labels hold has some. Parts below ``min_area_px`` are left out where there is a larger one.

    ``shares`` (classes, rows, columns) are class probabilities and ``labels`` (rows, columns) the
    cleaned classes on a window of the image whose first pixel is ``corner`` (row, column).
    """
    structures = {}
    for code, classes in classes_of.items():
        mask = np.isin(labels, classes)
        if mask.any():
            inside = shares[list(classes)].max(axis=0)
            others = [c for c in range(len(shares)) if c not in classes]
            field = inside - shares[others].max(axis=0)
            field = np.where(mask, np.maximum(field, EDGE), np.minimum(field, -EDGE))
            parts = mask_to_polygons(0.5 + 0.5 * field, min_area_px=min_area_px)
            # hardly likelier than the rest, its border shrinks to nothing: then by whole pixels
            parts = parts or mask_to_polygons(mask, min_area_px=0.0)
            structures[str(code)] = _moved(parts, corner)
    return structures


def _moved(parts: tuple[Polygon, ...], corner: tuple[int, int]) -> tuple[Polygon, ...]:
    row, column = corner
    return tuple(tuple((x + column, y + row) for x, y in part) for part in parts)


def frame_labels(
    slice_index: int,
    phase_index: int,
    shares: NDArray[np.float32],
    labels: NDArray[np.uint8],
    corner: tuple[int, int],
    classes_of: Mapping[str, tuple[int, ...]] = CLASSES,
    min_area_px: float = LEAST_PX,
) -> FrameLabels:
    found = contours_of_frame(shares, labels, corner, classes_of, min_area_px)
    return FrameLabels(slice_index, phase_index, found)
