"""The profile's table: what PS3.15 says of an attribute, resolved for one procedure."""

import json
from enum import Enum, auto
from functools import cache
from importlib.resources import files

from cmrkit.deid.procedure import Option, Procedure

TABLE_FILE = "basic-2026c.json"


class Action(Enum):
    """What becomes of one attribute, once options and combined codes are decided."""

    REMOVE = auto()  # X
    EMPTY = auto()  # Z
    DUMMY = auto()  # D
    UID = auto()  # U
    DATE = auto()  # C of dates: shifted
    CLEAN = auto()  # C of text: words of the vocabulary stay
    KEEP = auto()  # K: what can't name the patient stays
    PSEUDONYM = auto()  # Z of name and patient id, with the project's pseudonym
    RECURSE = auto()  # a sequence: its items are cleaned
    BY_VR = auto()  # not in the table: decided by the kind of value


_DATE_VRS = frozenset({"DA", "DT", "TM"})
_TEXT_VRS = frozenset({"AE", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
# the description of what was scanned, without which no sequence is recognised (E.3.5)
_DESCRIPTORS = frozenset(
    {
        0x0008103E, 0x00081030, 0x00181030, 0x00204000, 0x00180024, 0x00189005, 0x00180010,
        0x00082111, 0x00081090, 0x00181020, 0x00321060, 0x00400254, 0x00400007, 0x00620005,
        0x00620006, 0x00620009, 0x00660036, 0x30060026, 0x00281054, 0x00180085, 0x00283003,
        0x00409210, 0x00281055, 0x00700081, 0x00080070, 0x00181250, 0x00181251, 0x00189424,
    }
)  # fmt: skip
_PATIENT = frozenset({0x00100040, 0x00101010, 0x00101020, 0x00101030})
_DEVICE = frozenset(
    {
        0x00081010, 0x00081090, 0x00181000, 0x00181002, 0x00181008, 0x00181009, 0x00181020,
    }
)  # fmt: skip
_PSEUDONYM = frozenset({0x00100010, 0x00100020})
# groups whose other attributes describe images, references, structured content or segmentations;
# everything else that the table doesn't name goes
_GROUPS = frozenset({0x0008, 0x0018, 0x0020, 0x0028, 0x0040, 0x0062, 0x0066, 0x0070, 0x2050,
                     0x3006, 0x5200})  # fmt: skip


@cache
def rows() -> dict[int, str]:
    """Tag -> code of the column "Basic Prof." of PS3.15 table E.1-1."""
    text = (files("cmrkit.deid") / "data" / TABLE_FILE).read_text(encoding="utf-8")
    return {int(tag, 16): code for tag, code in json.loads(text)["rows"].items()}


def action(tag: int, vr: str, procedure: Procedure) -> Action:
    """What the procedure does with an attribute of a standard (even) group.

    A combined code leaves the choice to the attribute's type in its module. The value is never
    kept; a dummy is always valid, so it is taken where allowed, then an empty value, then removal.
    """
    chosen = _by_option(tag, vr, procedure)
    if chosen is not None:
        return chosen
    code = rows().get(tag)
    if code is None:
        return Action.BY_VR if tag >> 16 in _GROUPS else Action.REMOVE
    if vr == "UI" and ("U" in code or "D" in code):
        return Action.UID
    if vr == "SQ":
        return Action.RECURSE if "U" in code or code == "D" else _of_sequence(code)
    if "D" in code:
        return Action.DUMMY
    return Action.EMPTY if "Z" in code else Action.REMOVE


def _of_sequence(code: str) -> Action:
    return Action.REMOVE if code == "X" else Action.EMPTY


def _by_option(tag: int, vr: str, procedure: Procedure) -> Action | None:
    if tag in _PSEUDONYM:
        return Action.PSEUDONYM
    if tag in _PATIENT and Option.PATIENT in procedure.options:
        return Action.KEEP
    if tag in _DEVICE and Option.DEVICE in procedure.options:
        return Action.UID if vr == "UI" else Action.KEEP
    if vr in _DATE_VRS and Option.DATES in procedure.options and tag >> 16 in _GROUPS:
        return Action.DATE
    if tag in _DESCRIPTORS and vr in _TEXT_VRS:
        return Action.CLEAN
    return None
