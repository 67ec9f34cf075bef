"""Which part of the signal a frame shows, and which velocity it encodes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cmrkit.contracts.kinds import Component
from cmrkit.dicomio.levels import Item, Levels, numbers, private

_ENHANCED = {
    "MAGNITUDE": Component.MAGNITUDE,
    "PHASE": Component.PHASE,
    "REAL": Component.REAL,
    "IMAGINARY": Component.IMAGINARY,
}
_GE = (Component.MAGNITUDE, Component.PHASE, Component.REAL, Component.IMAGINARY)
_SIEMENS_VENC = re.compile(r"_v(\d+)(in|rl|ap|fh|lr|pa|hf)?", re.I)
_VELOCITY_WORDS = ("PCA", "PHASE CONTRAST", "VELOCITY", "FLOW")
_AXES = ("rl", "ap", "fh")


@dataclass(frozen=True)
class Signal:
    """``direction`` is where velocities count: ``in`` (through the plane), ``rl``, ``ap``, ``fh``
    or the scanner's own mark; ``venc_cm_s`` the velocity at the end of the range."""

    component: Component
    direction: str = ""
    venc_cm_s: float | None = None


def image_type(levels: Levels) -> tuple[str, ...]:
    """ImageType of the file and FrameType of the frame, in capitals, without doubles."""
    found = [*levels.values("", "00080008"), *levels.values("00189226", "00089007")]
    return tuple(dict.fromkeys(str(v).upper() for v in found))


def signal_of(levels: Levels, types: tuple[str, ...]) -> Signal:
    """Component by the standard's own attribute, GE's and Philips' private ones, then ImageType."""
    venc, direction = _velocity(levels)
    component = (
        _map(types)
        or _ENHANCED.get(levels.text("00189226", "00089208").upper())
        or _ge(levels.top)
        or _philips(levels.top)
        or _by_image_type(types)
    )
    said = any(word in value for value in types for word in _VELOCITY_WORDS)
    if component is Component.PHASE and (venc or said):
        component = Component.VELOCITY
    if component is Component.UNKNOWN and any("VELOCITY" in value for value in types):
        component = Component.VELOCITY
    return Signal(component, direction if component is Component.VELOCITY else "", venc)


def _map(types: Iterable[str]) -> Component | None:
    """A value that names a map: T1 MAP, T2_STAR_MAP, ECV MAP; not VELOCITY MAP or PHASE MAP."""
    for value in types:
        if "MAP" in value.replace("_", " ").split() and re.match(r"T1|T2|R1|R2|ECV", value):
            return Component.MAP
    return None


def _ge(top: Item) -> Component | None:
    found = numbers(private(top, "0043", "GEMS_PARM", "2F")[:1])
    return _GE[int(found[0])] if found and 0 <= found[0] < len(_GE) else None


def _philips(top: Item) -> Component | None:
    found = private(top, "2005", "Philips", "11")
    letter = str(found[0]).strip().upper() if found else ""
    return _LETTERS.get(letter)


_LETTERS = {
    "M": Component.MAGNITUDE,
    "P": Component.PHASE,
    "R": Component.REAL,
    "I": Component.IMAGINARY,
    "PHASE": Component.PHASE,
    "REAL": Component.REAL,
    "IMAGINARY": Component.IMAGINARY,
    "MAG": Component.MAGNITUDE,
    "MAGNITUDE": Component.MAGNITUDE,
    "PSIR": Component.REAL,
}


def _by_image_type(types: tuple[str, ...]) -> Component:
    for value in types[2:]:
        component = _LETTERS.get(value) or _LETTERS.get(value.split("_")[0])
        if component is not None:
            return component
    if any("PHASE CONTRAST" in v or "PHASE MAP" in v for v in types):
        return Component.PHASE
    return Component.UNKNOWN


def _velocity(levels: Levels) -> tuple[float | None, str]:
    """(venc in cm/s, direction): the standard's sequence, Siemens' sequence name, then private."""
    top = levels.number("00189197", "00189217")
    vector = _direction_vector(levels)
    if top:
        return abs(top), _axis(vector)
    name = levels.text("", "00180024", "00189005")
    match = _SIEMENS_VENC.search(name)
    if match:
        return float(match[1]), (match[2] or "").lower()
    philips = numbers(private(levels.top, "2001", "Philips", "1A"))
    if len(philips) == 3 and any(philips):
        return max(abs(v) for v in philips), _axis(philips)
    ge = numbers(private(levels.top, "0019", "GEMS_ACQU", "CC")[:1])
    if ge and ge[0] > 0:
        mark = private(levels.top, "0043", "GEMS_PARM", "30")
        return ge[0] / 10, f"ge-{mark[0]}" if mark else ""
    return None, ""


def _direction_vector(levels: Levels) -> list[float]:
    nested: list[Any] = levels.values("00189197", "00189090")
    if nested and isinstance(nested[0], dict):
        nested = (nested[0].get("00189090") or {}).get("Value") or []
    return numbers(nested)


def _axis(vector: list[float]) -> str:
    """The body axis that a direction follows; oblique ones by their rounded parts."""
    size = max((abs(v) for v in vector), default=0.0)
    if len(vector) != 3 or not size:
        return ""
    parts = [abs(v) / size for v in vector]
    if sum(p > 0.2 for p in parts) == 1:
        return _AXES[parts.index(1.0)]
    return ",".join(f"{v / size + 0.0:.1f}" for v in vector)
