"""DICOM JSON (PS3.18 F.2) of a header, from the undecoded elements.

pydicom makes the same by building an object per element; that is most of the time an import
takes. Here the plain value representations are decoded directly and everything else (sequences,
names, what is odd in any way) is left to pydicom, so that both always agree.
"""

import math
import struct
from typing import Any

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset

_MAX_TEXT = 65536  # characters of one text value kept
_MAX_NESTING = 24  # sequences inside sequences that are kept; readers of JSON have limits
_BULK = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_TEXTS = frozenset({"AE", "AS", "CS", "DA", "DT", "LO", "SH", "TM", "UI"})  # split at backslashes
_ASCII = frozenset({"AE", "AS", "CS", "DA", "DT", "TM", "UI"})
_BINARY = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}
_WHOLE = frozenset({"US", "SS", "UL", "SL"})
_SIMPLE = _TEXTS | {"DS", "IS", *_BINARY}
_ENCODINGS = {
    "": "ascii",
    "ISO_IR 6": "ascii",
    "ISO_IR 100": "latin-1",
    "ISO_IR 192": "utf-8",
}  # the usual ones; pydicom knows the rest


def json_of(dataset: Dataset) -> dict[str, Any]:
    """Tag -> {"vr", "Value"} of every element but pixels. Binary elements have, in place of their
    bytes, their tag as ``BulkDataURI``. Over-long text is cut, and what no database takes (NUL in a
    text, numbers that are none) is left out, as is an element that can't be read."""
    return _elements(dataset, "ascii", depth=0)


def _elements(dataset: Dataset, inherited: str, *, depth: int) -> dict[str, Any]:
    """``inherited`` is the encoding of the dataset around this one; "" is one pydicom must read."""
    out: dict[str, Any] = {}
    encoding = _encoding(dataset, inherited)
    for tag in dataset.keys():  # noqa: SIM118 - iterating the dataset itself decodes elements
        if tag.group == 0x7FE0:
            continue
        raw = dataset.get_item(tag, keep_deferred=True)
        if isinstance(raw, RawDataElement) and raw.value is None and raw.length:
            entry = _left_in_the_file(raw, depth)
        else:
            read = isinstance(raw, DataElement)
            entry = _decoded(raw) if read else _fast(raw, encoding)
            if entry is None:
                entry = _slow(dataset, tag, encoding, depth=depth)
        if entry is not None:
            out[f"{tag:08X}"] = entry
    return out


def _left_in_the_file(raw: RawDataElement, depth: int) -> dict[str, Any] | None:
    """A value too long to be read with a header: named where it is bulk data, else left out."""
    vr = raw.VR or _vr_of(raw.tag)
    return {"vr": vr, "BulkDataURI": f"{raw.tag:08X}"} if vr in _BULK and not depth else None


def _slow(dataset: Dataset, tag: Any, encoding: str, *, depth: int) -> dict[str, Any] | None:
    try:
        element: DataElement = dataset[tag]
        if element.VR == "SQ":
            if depth == _MAX_NESTING:
                return None
            items = [_elements(item, encoding, depth=depth + 1) for item in element.value]
            return {"vr": "SQ", "Value": items}
        if element.VR in _BULK and not depth:
            named = {"vr": str(element.VR), "BulkDataURI": f"{tag:08X}"}
            return named if element.value else None
        entry: dict[str, Any] = storable(element.to_json_dict(None, 0))
        return entry
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - one unreadable element must not lose the file
        return None


def _encoding(dataset: Dataset, inherited: str) -> str:
    """Python's name of the one character set; empty where there are several or none known."""
    if "SpecificCharacterSet" not in dataset:
        return inherited
    named = dataset.get("SpecificCharacterSet") or ""
    return _ENCODINGS.get(named, "") if isinstance(named, str) else ""


def _fast(raw: RawDataElement, encoding: str) -> dict[str, Any] | None:
    """The entry of a plain element; None leaves it to pydicom."""
    tag, value = raw.tag, raw.value
    if raw.VR is None and (tag.is_private or tag.element == 0):
        return None
    vr = raw.VR or _vr_of(tag)
    if not isinstance(value, bytes) or not (vr in _SIMPLE or vr == "PN"):
        return None
    if not value:
        return {"vr": vr}
    try:
        if vr in _TEXTS:
            values = _texts(value, "ascii" if vr in _ASCII else encoding)
        elif vr in ("DS", "IS"):
            values = _numbers(value, vr)
        elif vr == "PN":
            values = _name(value, encoding)
        else:
            values = _binary(value, _BINARY[vr], little=raw.is_little_endian)
    except (ValueError, struct.error):
        return None
    return None if values is None else {"vr": vr, "Value": values}


def _decoded(element: DataElement) -> dict[str, Any] | None:
    """The same of one that was read before; None leaves it to pydicom."""
    vr, value = element.VR, element.value
    if vr in _ASCII and isinstance(value, str) and 0 < len(value) <= _MAX_TEXT:
        return None if "\0" in value else {"vr": vr, "Value": [str(value)]}
    if vr in _WHOLE and type(value) is int:
        return {"vr": vr, "Value": [value]}
    return None


def _name(value: bytes, encoding: str) -> list[Any] | None:
    """One name without ideographic or phonetic groups."""
    texts = _texts(value, encoding)
    if texts is None or len(texts) != 1 or "=" in texts[0] or texts[0].strip() != texts[0]:
        return None
    return [{"Alphabetic": texts[0]}]


def _vr_of(tag: Any) -> str:
    try:
        return str(dictionary_VR(tag))
    except KeyError:
        return ""


def _texts(value: bytes, encoding: str) -> list[Any] | None:
    if not encoding:
        return None
    text = value.decode(encoding)
    if "\0" in text.rstrip("\0 ") or "\x1b" in text or len(text) > _MAX_TEXT:
        return None
    parts = text.rstrip("\0 ").split("\\")
    return list(parts) if all(parts) else None


def _numbers(value: bytes, vr: str) -> list[Any] | None:
    parts = value.decode("ascii").rstrip("\0 ").split("\\")
    numbers = [float(p) if vr == "DS" else int(p) for p in parts]
    if vr == "IS" and any(abs(n) >= 2**63 for n in numbers):
        return None
    return numbers if all(math.isfinite(n) for n in numbers) else None


def _binary(value: bytes, code: str, *, little: bool) -> list[Any] | None:
    size = struct.calcsize(code)
    if len(value) % size:
        return None
    numbers = list(struct.unpack(f"{'<' if little else '>'}{len(value) // size}{code}", value))
    return numbers if all(math.isfinite(n) for n in numbers) else None


def storable(value: Any) -> Any:
    """The same without what no database takes; over-long text is cut."""
    if isinstance(value, dict):
        return {key: storable(v) for key, v in value.items()}
    if isinstance(value, list):
        return [storable(v) for v in value]
    if isinstance(value, str):
        return text_of(value.replace("\0", "")[:_MAX_TEXT])
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return None
    return value


def text_of(value: str) -> str:
    """Text that can be written as UTF-8."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
