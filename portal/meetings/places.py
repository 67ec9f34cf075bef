"""Places in images, as they come over the wire. Pure: whether a stack exists is asked elsewhere.

A spot is ``{"stack_id", "slice", "phase", "column", "row"}``; pixels as in contours, (0, 0) is the
centre of the first pixel, column and row may be left out together.
"""

import math
from typing import Any
from uuid import UUID

from portal.core.errors import InvalidInput

FAR = 100_000  # pixels; no image is as large
MAX_POINTS = 500


def checked_spot(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidInput(anchor=["Give stack, slice and phase."])
    try:
        spot: dict[str, Any] = {"stack_id": str(UUID(str(value.get("stack_id"))))}
    except ValueError:
        raise InvalidInput(anchor=["Name the stack."])
    for name in ("slice", "phase"):
        spot[name] = _index(value.get(name))
    if value.get("column") is not None or value.get("row") is not None:
        spot["column"], spot["row"] = _pixel(value.get("column")), _pixel(value.get("row"))
    return spot


def checked_points(value: Any) -> list[list[float]]:
    """A line of 2 to 500 points (column, row)."""
    if not isinstance(value, list) or not 2 <= len(value) <= MAX_POINTS:
        raise InvalidInput(points=[f"Give 2 to {MAX_POINTS} points."])
    if any(not isinstance(point, list) or len(point) != 2 for point in value):
        raise InvalidInput(points=["A point is a column and a row."])
    return [[_pixel(x), _pixel(y)] for x, y in value]


def _index(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < FAR:
        raise InvalidInput(anchor=["Slice and phase are whole numbers from 0."])
    return value


def _is_number(value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and math.isfinite(value)


def _pixel(value: Any) -> float:
    if not _is_number(value):
        raise InvalidInput(anchor=["Column and row are numbers."])
    if not -1 <= value < FAR:
        raise InvalidInput(anchor=["The place lies outside every image."])
    return round(float(value), 2)


VIEW_NUMBERS = ("centre", "width", "column", "row", "span", "stamp")
VIEW_WORDS = ("stack_id", "layout", "look", "structure")


def checked_view(value: Any) -> dict[str, Any]:
    """Where the presenter looks: slice and phase, the window (centre, width), the image point in
    the middle with how many image columns the pane spans, and names of layout, look, structure.
    ``stamp`` is the sender's own clock. What isn't known is left out."""
    if not isinstance(value, dict):
        raise InvalidInput(view=["Give an object."])
    view: dict[str, Any] = {name: _index(value.get(name)) for name in ("slice", "phase")}
    for name in VIEW_NUMBERS:
        number = value.get(name)
        if _is_number(number):
            view[name] = number
    for name in VIEW_WORDS:
        word = value.get(name)
        if isinstance(word, str) and len(word) <= 60:
            view[name] = word
    return view


def checked_pointer(value: Any) -> dict[str, Any] | None:
    """Where somebody points; None: nowhere."""
    if value is None:
        return None
    view = checked_view(value)
    if "column" not in view or "row" not in view:
        raise InvalidInput(pointer=["Give column and row."])
    return view
