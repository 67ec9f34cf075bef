"""Contours of several readers in one frame, merged into one: polygons, masks, polygons."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from cmrkit.consensus.majority import Mask, majority
from cmrkit.consensus.staple import staple
from cmrkit.contracts.labels import Polygon
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import pixel_edge_polygons, rasterise
from cmrkit.geometry.edges import Parts, edges_of

CODE_VERSION = "consensus-1"
Method = Literal["majority", "staple"]
# Odd, so that the centre of every pixel is the centre of a fine one: what the merged contour says
# of a pixel is what the vote at its centre was.
FINENESS = 3
_MARGIN_PX = 10  # of background around all contours, which STAPLE weighs
_MOST_POINTS = 2000  # that a part may have and still be edited
Box = tuple[int, int, int, int]  # first row and column, rows and columns


def merge_contours(
    readings: Sequence[Parts], shape: tuple[int, int], method: Method
) -> tuple[Polygon, ...]:
    """The consensus of one structure in one frame; no polygons where it is not there.

    readings: each reader's polygons of (column, row), empty for a reader who found nothing here.
    shape: (rows, columns) of the frame. The readings are rasterised on a grid three times as fine
    as the pixels, within the box around all of them and 10 pixels more; the border of the result
    is given along the edges of that grid; along those of the pixels where that is more points than
    can be edited. Raises InvalidGeometry for no readings.
    """
    if not readings:
        raise InvalidGeometry("A consensus needs at least one reading.")
    if len(readings) == 1:
        return tuple(tuple((float(x), float(y)) for x, y in part) for part in readings[0])
    box = _box(readings, shape)
    if box is None:
        return ()
    fine = _merged(readings, box, method, FINENESS)
    return (
        fine
        if all(len(part) <= _MOST_POINTS for part in fine)
        else _merged(readings, box, method, 1)
    )


def _merged(
    readings: Sequence[Parts], box: Box, method: Method, per_px: int
) -> tuple[Polygon, ...]:
    """On a grid of ``per_px`` cells to the pixel's side."""
    row, column, rows, columns = box
    shape = (rows * per_px, columns * per_px)
    masks = [
        rasterise(
            [
                [(_fine(x, column, per_px), _fine(y, row, per_px)) for x, y in part]
                for part in parts
            ],
            shape,
        )
        for parts in readings
    ]
    merged: Mask = staple(masks).mask if method == "staple" else majority(masks)
    return tuple(
        tuple((_coarse(x, column, per_px), _coarse(y, row, per_px)) for x, y in part)
        for part in pixel_edge_polygons(merged)
    )


def _box(readings: Sequence[Parts], shape: tuple[int, int]) -> Box | None:
    """The part of the frame that is looked at; None where nobody drew anything."""
    edges = np.vstack([edges_of(parts) for parts in readings])
    if not len(edges):
        return None
    x, y = edges[:, [0, 2]], edges[:, [1, 3]]
    first_row = int(np.clip(np.floor(y.min()) - _MARGIN_PX, 0, shape[0] - 1))
    last_row = int(np.clip(np.ceil(y.max()) + _MARGIN_PX, first_row, shape[0] - 1))
    first_column = int(np.clip(np.floor(x.min()) - _MARGIN_PX, 0, shape[1] - 1))
    last_column = int(np.clip(np.ceil(x.max()) + _MARGIN_PX, first_column, shape[1] - 1))
    return first_row, first_column, last_row - first_row + 1, last_column - first_column + 1


def _fine(at: float, first: int, per_px: int) -> float:
    """A coordinate in pixels on the fine grid; both have the centre of a cell at whole numbers."""
    return (at - first + 0.5) * per_px - 0.5


def _coarse(at: float, first: int, per_px: int) -> float:
    return round((at + 0.5) / per_px - 0.5 + first, 6)
