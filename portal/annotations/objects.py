"""Landmarks and measurements: points in the patient, apart from any frame's pixels. Pure.

A world object is stored in LPS millimetres with the FrameOfReferenceUID, and names the frame that
it was drawn on. Its lengths and areas are derived, never stored.
"""

import math
from typing import Any
from uuid import UUID

from cmrkit.contracts import LandmarkCode

LARGEST_MM = 5000.0
MAX_LABEL, MAX_POINTS, MAX_MODEL = 80, 500, 200
LANDMARKS = frozenset(LandmarkCode)
# how many points each has: least and most
POINTS = {
    "landmark": (1, 1),
    "length": (2, 2),
    "bidirectional": (4, 4),
    "angle": (3, 3),
    "ellipse": (4, 4),
    "polygon": (3, MAX_POINTS),
    "curve": (2, MAX_POINTS),
}
_TEXTS = ("frame_of_reference_uid", "stack_id", "sop_instance_uid")
PROPOSED_BY = "proposed_by"  # the model that proposes it, until the reader accepts or changes it
FIELDS = frozenset({"type", "code", "label", "points_lps_mm", "frame_number", *_TEXTS})


def is_object_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def is_proposed(value: Any) -> bool:
    """Whether a model proposes it and no person has looked yet."""
    return isinstance(value, dict) and bool(value.get(PROPOSED_BY))


def problem_of(value: Any) -> str:
    """What is wrong with a world object, as a code; empty where nothing is."""
    if not isinstance(value, dict) or set(value) - {PROPOSED_BY} != FIELDS:
        return "unknown_object"
    if PROPOSED_BY in value and not (is_proposed(value) and _is_name(value[PROPOSED_BY])):
        return "unknown_object"
    if value["type"] not in POINTS:
        return "unknown_object"
    code = value["code"]
    if (code not in LANDMARKS) if value["type"] == "landmark" else code != "":
        return "unknown_landmark"
    label = value["label"]
    if not isinstance(label, str) or len(label) > MAX_LABEL or "\0" in label:
        return "label_too_long"
    if not all(isinstance(value[n], str) and 0 < len(value[n]) <= 64 for n in _TEXTS):
        return "unknown_frame"
    if type(value["frame_number"]) is not int or value["frame_number"] < 1:
        return "unknown_frame"
    return "" if _points_are_right(value["type"], value["points_lps_mm"]) else "points_not_in_body"


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_MODEL


def _points_are_right(kind: str, points: Any) -> bool:
    least, most = POINTS[kind]
    return (
        isinstance(points, list)
        and least <= len(points) <= most
        and all(isinstance(p, list) and len(p) == 3 and all(map(_is_mm, p)) for p in points)
    )


def _is_mm(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and abs(value) <= LARGEST_MM
