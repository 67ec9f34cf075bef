"""COCO object detection JSON (https://cocodataset.org/#format-data) of labelled frames."""

import json
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from cmrkit.errors import UnsupportedInput
from cmrkit.writers.masks import LABEL_VALUES

CATEGORIES = [
    {"id": value, "name": name, "supercategory": "heart"}
    for name, value in LABEL_VALUES.items()
    if value
]
_WHITE = 65535


def frame_png(plane: NDArray[Any]) -> tuple[bytes, int]:
    """(16-bit grey PNG of a frame (row, column), what was subtracted from every value).

    Nothing is rescaled: pixel = value - offset, and the offset is 0 unless a value is negative.
    Raises UnsupportedInput for values that 16 bits can't hold, or that aren't whole.
    """
    values = np.asarray(plane)
    whole = np.rint(values)
    offset = min(0, int(whole.min()))
    if not np.array_equal(whole, values) or int(whole.max()) - offset > _WHITE:
        raise UnsupportedInput("These pixel values don't fit a PNG without loss.")
    out = BytesIO()
    Image.fromarray((whole - offset).astype(np.uint16)).save(out, format="PNG", optimize=False)
    return out.getvalue(), offset


def run_lengths(mask: NDArray[np.bool_]) -> list[int]:
    """COCO's uncompressed RLE of (row, column): lengths of runs down the columns, zeros first."""
    flat = np.asarray(mask, dtype=bool).ravel(order="F")
    if flat.size == 0:
        return []
    ends = np.flatnonzero(np.diff(flat)) + 1
    edges = np.concatenate(([0], ends, [flat.size]))
    counts = [int(n) for n in np.diff(edges)]
    return [0, *counts] if flat[0] else counts


def frame_annotations(plane: NDArray[np.uint8]) -> Iterator[dict[str, Any]]:
    """One annotation per label of (row, column), without ids: ``segmentation`` as run lengths,
    ``area`` in pixels, ``bbox`` [x, y, width, height]."""
    rows, columns = plane.shape
    for category in CATEGORIES:
        mask = plane == category["id"]
        if not mask.any():
            continue
        down, along = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        yield {
            "category_id": category["id"],
            "segmentation": {"size": [rows, columns], "counts": run_lengths(mask)},
            "area": int(mask.sum()),
            "bbox": [
                int(along[0]),
                int(down[0]),
                int(along[-1] - along[0] + 1),
                int(down[-1] - down[0] + 1),
            ],
            "iscrowd": 0,
        }


Frames = Callable[[], Iterable[tuple[dict[str, Any], list[dict[str, Any]]]]]
"""Makes the same (image, its annotations) each time it is called."""


def coco_text(frames: Frames, *, info: dict[str, Any]) -> Iterator[str]:
    """The file, piece by piece, so that no size of dataset fills the memory; ``frames`` is gone
    through twice. Ids count from 1 in its order."""
    start = {"info": info, "licenses": [], "categories": CATEGORIES}
    yield json.dumps(start, sort_keys=True)[:-1] + ', "images": ['
    yield from _listed(
        {"id": number, **image} for number, (image, _) in enumerate(frames(), start=1)
    )
    yield '], "annotations": ['
    yield from _listed(_numbered(frames()))
    yield "]}\n"


def _numbered(
    frames: Iterable[tuple[dict[str, Any], list[dict[str, Any]]]],
) -> Iterator[dict[str, Any]]:
    number = 0
    for image_id, (_, own) in enumerate(frames, start=1):
        for row in own:
            number += 1
            yield {"id": number, "image_id": image_id, **row}


def _listed(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield ("" if number == 0 else ",") + "\n" + json.dumps(row, sort_keys=True)
