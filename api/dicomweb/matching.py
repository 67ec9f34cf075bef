"""What a search asks for (PS3.18 8.3.4, PS3.4 C.2.2.2): parameters, and matching of one row."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydicom.datadict import dictionary_VR, tag_for_keyword

from api.dicomweb.exchange import BadParameter
from portal.imaging.columns import folded, folded_name, normal_time

_NOT_KEYS = {"limit", "offset", "includefield", "fuzzymatching", "accept"}
_HEX = re.compile(r"[0-9A-Fa-f]{8}")
_DATE = re.compile(r"\d{8}")
_UID = re.compile(r"[0-9.]{1,64}")
MODALITY, MODALITIES, STUDY_DATE, STUDY_TIME = "00080060", "00080061", "00080020", "00080030"
# of these a list may be asked for: any of them matches
_LISTED = ("UI",)
_TEXT = ("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT")

Path = tuple[str, ...]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One attribute asked for: tags from the outermost sequence inwards, and what it must be."""

    path: Path
    vr: str
    wanted: str

    @property
    def tag(self) -> str:
        return self.path[-1]

    @property
    def values(self) -> list[str]:
        return [v for v in re.split(r"[,\\]", self.wanted) if v]

    @property
    def bounds(self) -> tuple[str, str]:
        """First and last moment of a date or time, or of their range; empty where it is open."""
        first, dash, last = self.wanted.partition("-")
        if not dash:
            last = first
        if self.vr == "DA":
            return first, last
        # a range up to 13 includes all of 13 o'clock; one moment is one moment
        return normal_time(first) if first else "", normal_time(
            last, latest=bool(dash)
        ) if last else ""

    @property
    def is_range(self) -> bool:
        return self.vr in ("DA", "TM") and "-" in self.wanted


@lru_cache(maxsize=4096)
def path_of(name: str) -> Path:
    """Tags of an attribute by keyword or tag, with dots between the levels of sequences."""
    return tuple(_tag_of(piece) for piece in name.split("."))


def _tag_of(name: str) -> str:
    if _HEX.fullmatch(name):
        return name.upper()
    tag = tag_for_keyword(name)
    if tag is None:
        raise BadParameter(
            f"{name[:40]!r} is not an attribute of DICOM. Give its keyword or eight hexadecimal "
            "digits."
        )
    return f"{tag:08X}"


def keys_of(query: Mapping[str, list[str]]) -> list[Key]:
    """The attributes asked for, checked; an empty value asks for nothing and returns it anyway."""
    found = []
    for name, values in query.items():
        wanted = ",".join(values) if len(values) > 1 else values[0]
        if name.lower() in _NOT_KEYS:
            continue
        path = path_of(name)
        if wanted.strip("*") or not wanted:
            vr = _vr(path[-1])
            if wanted:
                _check(name, vr, wanted)
                found.append(Key(path, vr, wanted))
    return found


def included(query: Mapping[str, list[str]]) -> tuple[bool, set[Path]]:
    """(all attributes, the attributes named), by includefield and by keys without a value."""
    names = [n for value in query.get("includefield", []) for n in value.split(",") if n]
    everything = any(name.lower() == "all" for name in names)
    paths = {path_of(name) for name in names if name.lower() != "all"}
    for name, values in query.items():
        if name.lower() not in _NOT_KEYS and not "".join(values).strip("*"):
            paths.add(path_of(name))
    return everything, paths


def _vr(tag: str) -> str:
    try:
        return dictionary_VR(int(tag, 16))
    except KeyError:
        return "UN"


def _check(name: str, vr: str, wanted: str) -> None:
    pieces = wanted.split("-") if vr in ("DA", "TM") else []
    if vr == "DA":
        good = len(pieces) <= 2 and all(not p or _DATE.fullmatch(p) for p in pieces)
        hint = "YYYYMMDD, or a range as YYYYMMDD-YYYYMMDD, open at one end if you like"
    elif vr == "TM":
        good = len(pieces) <= 2 and all(not p or normal_time(p) for p in pieces)
        hint = "HHMMSS, or a range as HHMM-HHMM, open at one end if you like"
    elif vr == "UI":
        good = all(_UID.fullmatch(v) for v in re.split(r"[,\\]", wanted) if v)
        hint = "UIDs, separated by commas"
    elif vr == "IS":
        good = re.fullmatch(r"[+-]?\d{1,12}", wanted.strip()) is not None
        hint = "a whole number"
    else:
        return
    if not good or not wanted.strip("-"):
        raise BadParameter(f"{name[:40]}: give {hint}.")


def number(query: Mapping[str, list[str]], name: str, default: int) -> int:
    text = query.get(name, [str(default)])[-1]
    if not (text.isascii() and text.isdecimal()):
        raise BadParameter(f"{name}: give a whole number from 0.")
    return int(text[:12])


# ---- one row


def matches(row: Row, key: Key) -> bool:
    return any(_one(entry, key) for entry in _entries(row, key.path))


def _entries(row: Row, path: Path) -> Iterable[Row]:
    entry = row.get(path[0])
    if entry is None:
        return
    if len(path) == 1:
        yield entry
        return
    for item in entry.get("Value") or []:
        if isinstance(item, dict):
            yield from _entries(item, path[1:])


def _one(entry: Row, key: Key) -> bool:
    held = entry.get("Value") or []
    vr = entry.get("vr", key.vr)
    if vr == "PN":
        pattern = _pattern(folded_name(key.wanted))
        groups = [g for v in held if isinstance(v, dict) for g in v.values()]
        return any(pattern.fullmatch(folded_name(str(g))) for g in groups)
    texts = [str(v) for v in held if v is not None]
    if vr == "UI":
        return any(text in key.values for text in texts)
    if vr in ("DA", "TM"):
        first, last = key.bounds
        moments = texts if vr == "DA" else [normal_time(t) for t in texts]
        return any((not first or m >= first) and (not last or m <= last) for m in moments if m)
    if vr in _TEXT:
        wanted = key.values if key.tag in (MODALITY, MODALITIES) else [key.wanted]
        patterns = [_pattern(folded(w)) for w in wanted]
        return any(p.fullmatch(folded(text)) for p in patterns for text in texts)
    return any(_same_number(text, key.wanted) for text in texts)


def _same_number(text: str, wanted: str) -> bool:
    try:
        return float(text) == float(wanted)
    except ValueError:
        return folded(text) == folded(wanted)


@lru_cache(maxsize=1024)
def _pattern(wanted: str) -> re.Pattern[str]:
    pieces = re.split(r"([*?])", wanted)
    signs = {"*": ".*", "?": "."}
    return re.compile("".join(signs.get(p) or re.escape(p) for p in pieces), re.DOTALL)
