"""Reading operations and freezes from JSON. By hand: a batch may hold 1000 contours."""

import math
from typing import Any
from uuid import UUID

from portal.annotations.content import (
    MAX_POINTS,
    ContourKey,
    FrameKey,
    Parts,
    shape_problem,
)
from portal.annotations.models import EntryKind, Origin, State
from portal.annotations.services.operations import (
    MAX_OPERATIONS,
    AnyOp,
    ContourOp,
    EntryOp,
    StateOp,
)
from portal.core.errors import InvalidInput
from portal.inference.services.model_service import Correction, Stroke
from portal.measurements.services.freezing import Freezes

MAX_ID = 64
MAX_NOTE = 400
MAX_REASON = 500
MAX_STROKES = 50
MAX_VERSION = 2**31 - 1


def operations_in(body: Any) -> list[AnyOp]:
    """``{"operations": [...]}``; raises InvalidInput naming the first one that can't be read."""
    rows = _list(_object(body, "body").get("operations"), "operations", MAX_OPERATIONS)
    return [_named(row, f"operations.{index}") for index, row in enumerate(rows)]


def wants_numbers(body: Any) -> bool:
    """Whether a save is to be answered with the numbers of what is there now."""
    wanted = _object(body, "body").get("measure", True)
    if not isinstance(wanted, bool):
        raise _refuse("measure", "Say true or false.")
    return wanted


def freezes_in(value: Any) -> Freezes:
    """``{"contours": [...], "answers": [...], "pins": [...]}``."""
    data = _object(value, "freezes")
    return Freezes(
        contours={
            _key(_object(row, "freezes.contours"), "freezes.contours"): _version(row, "version")
            for row in _list(data.get("contours", []), "freezes.contours", 100_000)
        },
        answers={
            _text(_object(row, "freezes.answers"), "question"): _version(row, "version")
            for row in _list(data.get("answers", []), "freezes.answers", 1000)
        },
        pins={
            _text(_object(row, "freezes.pins"), "name"): _version(row, "version")
            for row in _list(data.get("pins", []), "freezes.pins", 100)
        },
    )


def body_in(body: Any) -> dict[str, Any]:
    """The body as an object."""
    return _object(body, "body")


def op_id_in(body: Any) -> str:
    return _text(_object(body, "body"), "op_id")


def reason_in(body: Any) -> str:
    """Why a reading changed; may be left out."""
    reason = _object(body, "body").get("reason", "")
    if not isinstance(reason, str) or len(reason) > MAX_REASON or "\x00" in reason:
        raise _refuse("reason", f"Give at most {MAX_REASON} characters.")
    return reason


def frame_in(body: Any) -> tuple[int, int, Correction | None]:
    """``{"slice", "phase", "correction"}``: which frame, and strokes on one contour of it."""
    data = _object(body, "body")
    correction = data.get("correction")
    return (
        _version(data, "slice"),
        _version(data, "phase"),
        None if correction is None else _correction(_object(correction, "correction")),
    )


def _correction(data: dict[str, Any]) -> Correction:
    strokes = [
        _stroke(_object(row, "strokes"))
        for row in _list(data.get("strokes"), "strokes", MAX_STROKES)
    ]
    if not strokes:
        raise _refuse("strokes", "Give one stroke or more.")
    parts = _parts(data.get("parts"), "parts")
    if shape_problem(parts):
        raise _refuse("parts", "This is no contour that Accord keeps.")
    return Correction(_text(data, "structure"), parts, strokes)


def _stroke(data: dict[str, Any]) -> Stroke:
    points = _list(data.get("points"), "points", MAX_POINTS)
    if not points or not isinstance(data.get("include"), bool):
        raise _refuse("strokes", "A stroke has points, and says whether to include them.")
    return Stroke(data["include"], [_point(point, "points") for point in points])


def frames_in(value: Any) -> list[FrameKey] | None:
    """Frames to take, or None for all."""
    if value is None:
        return None
    return [
        FrameKey(_text(_object(row, "frames"), "sop_instance_uid"), _version(row, "frame_number"))
        for row in _list(value, "frames", 10_000)
    ]


def structures_in(value: Any) -> list[str] | None:
    """Structures to take, or None for all."""
    if value is None:
        return None
    rows = _list(value, "structures", 100)
    if not all(isinstance(row, str) for row in rows):
        raise _refuse("structures", "Give structure codes.")
    return rows


def cells_in(value: Any) -> dict[ContourKey, int]:
    """Versions of contours by cell; none where left out."""
    return {
        _key(_object(row, "seen"), "seen"): _version(row, "version")
        for row in _list([] if value is None else value, "seen", 10_000)
    }


def decisions_in(value: Any) -> list[tuple[UUID, int]]:
    """Decisions to undo, each with the version of its contour on the screen."""
    return [
        (_uuid(_object(row, "decisions"), "id"), _version(row, "version"))
        for row in _list(value, "decisions", 10_000)
    ]


def optional_version(value: str | None) -> int | None:
    """``?version=2``; None where left out."""
    if value is None:
        return None
    if not value.isdecimal() or len(value) > 9:
        raise _refuse("version", "Give a whole number from 1.")
    return int(value)


def _uuid(data: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(_text(data, name))
    except ValueError as error:
        raise _refuse(name, "Give an id.") from error


def _named(value: Any, where: str) -> AnyOp:
    """One operation; whatever is wrong with it is said under its own name."""
    try:
        return _operation(value, where)
    except InvalidInput as error:
        messages = [message for said in error.details.values() for message in said]
        raise InvalidInput(None, **{where: messages}) from error


def _operation(value: Any, where: str) -> AnyOp:
    data = _object(value, where)
    op_id, base = _text(data, "op_id"), _version(data, "base_version")
    kind = data.get("kind")
    if kind == "contour":
        origin = data.get("origin")
        if origin not in (None, Origin.PROPAGATED, Origin.AI):
            raise _refuse(where, "The origin is propagated or ai, or left out.")
        return ContourOp(
            op_id,
            _key(data, where),
            base,
            _parts(data.get("parts"), where),
            propagated=origin == Origin.PROPAGATED,
            made_by=_text(data, "made_by", MAX_NOTE) if origin == Origin.AI else "",
        )
    if kind == "state":
        if data.get("state") not in (State.ACCEPTED, State.AUTO):
            raise _refuse(where, "A contour is accepted, or its accepting is taken back (auto).")
        return StateOp(op_id, _key(data, where), base, State(data["state"]))
    if kind == "answer":
        return EntryOp(op_id, EntryKind.ANSWER, _text(data, "question"), base, data.get("value"))
    if kind == "pin":
        return EntryOp(op_id, EntryKind.PIN, _text(data, "name"), base, data.get("value"))
    if kind == "object":
        return EntryOp(op_id, EntryKind.OBJECT, _text(data, "object_id"), base, data.get("object"))
    raise _refuse(where, "The kind is contour, state, answer, pin or object.")


def _key(data: dict[str, Any], where: str) -> ContourKey:
    number = _version(data, "frame_number")
    if number < 1:
        raise _refuse(where, "Frames count from 1.")
    return ContourKey(_text(data, "structure"), _text(data, "sop_instance_uid"), number)


def _parts(value: Any, where: str) -> Parts:
    """How many there may be is asked later, of each contour by itself: the body is limited."""
    if value is None:
        return []
    return [[_point(point, where) for point in _list(part, where)] for part in _list(value, where)]


def _point(value: Any, where: str) -> list[float]:
    if isinstance(value, list) and len(value) == 2 and all(_is_number(v) for v in value):
        return [float(value[0]), float(value[1])]
    raise _refuse(where, "A point is two numbers, column and row.")


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e6
        and math.isfinite(value)
    )


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refuse(where, "Give an object.")
    return value


def _list(value: Any, where: str, limit: int | None = None) -> list[Any]:
    if not isinstance(value, list):
        raise _refuse(where, "Give a list.")
    if limit is not None and len(value) > limit:
        raise _refuse(where, f"Give a list of at most {limit}.")
    return value


def _text(data: dict[str, Any], name: str, limit: int = MAX_ID) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= limit or "\x00" in value:
        raise _refuse(name, f"Give 1 to {limit} characters.")
    return value


def _version(data: dict[str, Any], name: str) -> int:
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_VERSION:
        raise _refuse(name, "Give a whole number from 0.")
    return value


def _refuse(where: str, message: str) -> InvalidInput:
    return InvalidInput(None, **{where: [message]})
