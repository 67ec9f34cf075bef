"""One request for contours, read from JSON and checked."""

import base64
import binascii
import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import StructureCode
from cmrkit.contracts.labels import Polygon
from ml_workers.serving.refine import Stroke
from ml_workers.serving.refusals import BadRequest, BadShape, BadStrokes, FrameTooLarge

MOST_PX = 4096
MOST_BODY_BYTES = 96 * 2**20  # 4096 × 4096 pixels of 4 bytes, as base64
MOST_STROKES, MOST_POINTS, MOST_PARTS = 50, 2000, 16
DTYPES = ("<u1", "<i2", "<u2", "<i4", "<f4")
CONTRACT = 1


@dataclass(frozen=True)
class Correction:
    """Strokes on one structure's contour: ``parts`` are what those before the last one made."""

    structure: str
    parts: tuple[Polygon, ...]
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True)
class FrameRequest:
    """pixels (row, column) in modality values; spacing_mm between rows and between columns, None
    where the images say none; centre: about where the heart is, (column, row)."""

    pixels: NDArray[np.float32]
    spacing_mm: tuple[float, float] | None
    model_name: str
    weights_sha256: str
    centre: tuple[float, float] | None
    correction: Correction | None


def parse(body: bytes) -> FrameRequest:
    """Raises a named refusal for whatever can't be used."""
    try:
        data = json.loads(body)
    except ValueError as error:
        raise BadRequest("The body is not JSON.") from error
    if not isinstance(data, dict) or data.get("contract") != CONTRACT:
        raise BadRequest(f"Give one JSON object with contract {CONTRACT}.")
    model = data.get("model")
    if not isinstance(model, dict) or not isinstance(model.get("weights_sha256"), str):
        raise BadRequest("Name the model: model.name and model.weights_sha256.")
    pixels = _pixels(data.get("pixels"))
    return FrameRequest(
        pixels=pixels,
        spacing_mm=_spacing(data.get("spacing_mm")),
        model_name=str(model.get("name", "")),
        weights_sha256=model["weights_sha256"],
        centre=_centre(data.get("centre"), pixels),
        correction=_correction(data.get("correction")),
    )


def _pixels(data: Any) -> NDArray[np.float32]:
    if not isinstance(data, dict) or data.get("dtype") not in DTYPES:
        raise BadShape(f"Give pixels.dtype as one of {', '.join(DTYPES)}.")
    shape = data.get("shape")
    if (
        not isinstance(shape, list)
        or len(shape) != 2
        or not all(isinstance(n, int) and not isinstance(n, bool) for n in shape)
        or min(shape) < 1
    ):
        raise BadShape("Give pixels.shape as [rows, columns].")
    if max(shape) > MOST_PX:
        raise FrameTooLarge(f"A frame has at most {MOST_PX} × {MOST_PX} pixels.")
    try:
        raw = base64.b64decode(data.get("data") or "", validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise BadShape("pixels.data is not base64.") from error
    dtype = np.dtype(data["dtype"])
    if len(raw) != shape[0] * shape[1] * dtype.itemsize:
        raise BadShape(f"pixels.data has {len(raw)} bytes, which is not {shape[0]} × {shape[1]}.")
    return np.frombuffer(raw, dtype=dtype).reshape(shape).astype(np.float32)


def _spacing(data: Any) -> tuple[float, float] | None:
    if data is None:
        return None
    if not isinstance(data, list) or len(data) != 2 or not all(_is_number(v) for v in data):
        raise BadRequest("Give spacing_mm as [between rows, between columns], or null.")
    return float(data[0]), float(data[1])


def _centre(data: Any, pixels: NDArray[np.float32]) -> tuple[float, float] | None:
    if data is None:
        return None
    column, row = _point(data)
    if not (0 <= column < pixels.shape[1] and 0 <= row < pixels.shape[0]):
        raise BadRequest("The centre lies outside the frame.")
    return column, row


def _correction(data: Any) -> Correction | None:
    if data is None:
        return None
    if not isinstance(data, dict) or data.get("structure") not in list(StructureCode):
        raise BadStrokes("correction.structure is none that is known.")
    strokes = _list(data.get("strokes"), MOST_STROKES)
    if not strokes:
        raise BadStrokes("Give one stroke or more.")
    return Correction(
        structure=str(data["structure"]),
        parts=tuple(_polygon(part) for part in _list(data.get("parts", []), MOST_PARTS)),
        strokes=tuple(_stroke(stroke) for stroke in strokes),
    )


def _stroke(data: Any) -> Stroke:
    if not isinstance(data, dict) or not isinstance(data.get("include"), bool):
        raise BadStrokes("A stroke says whether to include what it goes over.")
    points = _list(data.get("points"), MOST_POINTS)
    if not points:
        raise BadStrokes("A stroke has one point or more.")
    return Stroke(data["include"], tuple(_point(point) for point in points))


def _polygon(data: Any) -> Polygon:
    points = _list(data, MOST_POINTS)
    if len(points) < 3:
        raise BadStrokes("A contour has three points or more.")
    return tuple(_point(point) for point in points)


def _point(data: Any) -> tuple[float, float]:
    if not isinstance(data, list) or len(data) != 2 or not all(_is_number(v) for v in data):
        raise BadStrokes("A point is two numbers, column and row.")
    return float(data[0]), float(data[1])


def _list(data: Any, limit: int) -> list[Any]:
    if not isinstance(data, list) or len(data) > limit:
        raise BadStrokes(f"Give a list of at most {limit}.")
    return data


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e5
        and math.isfinite(value)
    )
