"""Answers of each kind of question: what may be given, what counts as given, what is the same.

choice: an option's value · multiple: a list of them · number · text · date: YYYY-MM-DD ·
landmark: ``{"object": id}`` of a world object of the read · not assessable:
``{"not_assessable": reason}``.
"""

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from portal.protocols.schema.words import MAX_TEXT, NOT_ASSESSABLE

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SLACK = 1e-9  # two decimal numbers that differ by less are written the same


def accepts(question: dict[str, Any], value: Any) -> bool:
    """Whether ``value`` may answer the question; None takes an answer back."""
    if value is None:
        return True
    if is_not_assessable(value):
        return bool(question["not_assessable"]) and _is_reason(value)
    return _ACCEPTS[question["kind"]](question, value)


def is_given(value: Any) -> bool:
    return value not in (None, "", [])


def is_not_assessable(value: Any) -> bool:
    return isinstance(value, dict) and NOT_ASSESSABLE in value


def object_of(value: Any) -> str | None:
    """The world object that a landmark's answer names."""
    return str(value["object"]) if isinstance(value, dict) and "object" in value else None


def answer_text(question: dict[str, Any], value: Any) -> str:
    """An answer in words, by the titles of its options."""
    if is_not_assessable(value):
        return f"Not assessable: {value[NOT_ASSESSABLE]}"
    if object_of(value) is not None:
        return "Set in the image"
    titles = {option["value"]: option["title"] for option in question["options"]}
    if isinstance(value, list):
        return ", ".join(titles.get(one, str(one)) for one in value)
    text = titles.get(value, str(value))
    return f"{text} {question['unit']}" if question["unit"] else text


def class_of(answers: dict[str, Any]) -> str | None:
    """The class that a reading gives its case: the answer to the question of that code, where it
    is one option."""
    value = answers.get("class")
    return value if isinstance(value, str) else None


def same_answer(
    question: dict[str, Any], a: Any, b: Any, *, distance_mm: float | None = None
) -> bool:
    """Whether two readings answer alike. Written text is shown but two people never write the
    same, so it does not count as a difference; nor do reasons. Landmarks are as far apart as
    ``distance_mm`` says; without a tolerance, or without the distance, any place will do."""
    if question["kind"] == "text":
        return True
    if not is_given(a) or not is_given(b):
        return is_given(a) == is_given(b)
    if is_not_assessable(a) or is_not_assessable(b):
        return is_not_assessable(a) and is_not_assessable(b)
    tolerance = question["tolerance"]
    if question["kind"] == "number":
        return bool(abs(a - b) <= (tolerance or 0) + _SLACK)
    if question["kind"] == "landmark":
        return tolerance is None or distance_mm is None or distance_mm <= tolerance + _SLACK
    if question["kind"] == "multiple":
        return set(a) == set(b)
    return bool(a == b)


def _is_reason(value: dict[str, Any]) -> bool:
    return set(value) == {NOT_ASSESSABLE} and _is_text(value[NOT_ASSESSABLE])


def _is_text(value: Any) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value.strip()) <= len(value) <= MAX_TEXT
        and "\0" not in value
    )


def _is_choice(question: dict[str, Any], value: Any) -> bool:
    return isinstance(value, str) and value in {option["value"] for option in question["options"]}


def _is_multiple(question: dict[str, Any], value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(_is_choice(question, chosen) for chosen in value)
        and len(set(value)) == len(value)
    )


def _is_number(question: dict[str, Any], value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return False
    least, most, decimals = question["min"], question["max"], question["decimals"]
    if (least is not None and value < least) or (most is not None and value > most):
        return False
    # rounding, not counting digits: 0.1 + 0.2 is 0.3 to one decimal
    return decimals is None or abs(round(value, decimals) - value) <= _SLACK * max(1.0, abs(value))


def _is_written(question: dict[str, Any], value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT and "\0" not in value


def _is_date(question: dict[str, Any], value: Any) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_landmark(question: dict[str, Any], value: Any) -> bool:
    """The shape alone: whether the object lies in the read, the annotations know."""
    if not isinstance(value, dict) or set(value) != {"object"}:
        return False
    try:
        return str(UUID(value["object"])) == value["object"]
    except (ValueError, AttributeError, TypeError):
        return False


_ACCEPTS: dict[str, Callable[[dict[str, Any], Any], bool]] = {
    "choice": _is_choice,
    "multiple": _is_multiple,
    "number": _is_number,
    "text": _is_written,
    "date": _is_date,
    "landmark": _is_landmark,
}
