"""What a thread is about: the case as a whole, a place in an image, a structure, an answer.

Pure: the shape is checked here, whether the place exists is asked by the caller.

- ``{}``: the case
- ``{"kind": "question", "question": code}``
- ``{"kind": "image", "stack_id": …, "slice": 0.., "phase": 0.., "column": x, "row": y,
  "structure": code}``: image pixels as in contours, (0, 0) = centre of the first pixel; place and
  structure may be left out. Slice and phase are those of the stack version that is named.
"""

import math
from typing import Any
from uuid import UUID

from portal.discussion.errors import WrongAnchor

MAX_CODE = 60
FAR = 100_000  # pixels; no image is as large
KEYS = {
    "question": {"kind", "question"},
    "image": {"kind", "stack_id", "slice", "phase", "column", "row", "structure"},
}


def checked_anchor(value: Any) -> dict[str, Any]:
    """The anchor, with what is known of it alone; raises WrongAnchor naming the field."""
    if value in (None, {}):
        return {}
    if not isinstance(value, dict):
        raise WrongAnchor(anchor=["Give an object."])
    kind = value.get("kind")
    if kind not in KEYS:
        raise WrongAnchor(anchor=["The kind is image or question."])
    unknown = set(value) - KEYS[kind]
    if unknown:
        raise WrongAnchor(anchor=["It holds what an anchor of this kind doesn't have."])
    return _question(value) if kind == "question" else _image(value)


def _question(value: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "question", "question": _code(value, "question")}


def _image(value: dict[str, Any]) -> dict[str, Any]:
    try:
        stack_id = str(UUID(str(value.get("stack_id"))))
    except ValueError:
        raise WrongAnchor(anchor=["stack_id: name the stack."])
    anchor: dict[str, Any] = {"kind": "image", "stack_id": stack_id}
    for name in ("slice", "phase"):
        index = value.get(name)
        if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < FAR:
            raise WrongAnchor(anchor=[f"{name}: give a whole number from 0."])
        anchor[name] = index
    if (value.get("column") is None) != (value.get("row") is None):
        raise WrongAnchor(anchor=["Give column and row, or neither."])
    for name in ("column", "row"):
        if value.get(name) is not None:
            anchor[name] = _pixel(value[name], name)
    if value.get("structure") is not None:
        anchor["structure"] = _code(value, "structure")
    return anchor


def _pixel(number: Any, name: str) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise WrongAnchor(anchor=[f"{name}: give a number."])
    if not math.isfinite(number) or not -1 <= number < FAR:
        raise WrongAnchor(anchor=[f"{name}: outside every image."])
    return round(float(number), 2)


def _code(value: dict[str, Any], name: str) -> str:
    code = value.get(name)
    if not isinstance(code, str) or not 0 < len(code) <= MAX_CODE:
        raise WrongAnchor(anchor=[f"{name}: give its code."])
    return code
