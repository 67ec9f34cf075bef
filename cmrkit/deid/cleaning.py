"""One dataset, cleaned: every element is decided by the table, else by the kind of its value."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.values import convert_SQ

from cmrkit.deid import values, words
from cmrkit.deid.codes import CODE_VALUE, MEANING, SCHEME, cleaned_code
from cmrkit.deid.keys import ProjectKeys
from cmrkit.deid.private import CREATORS, Kept, kept
from cmrkit.deid.procedure import Option, Procedure
from cmrkit.deid.table import Action, action
from cmrkit.deid.writing import Encoding

Element = Any  # pydicom's RawDataElement, or its DataElement for sequences
_CHARACTER_SET = 0x00080005
_SERIES_DESCRIPTION = 0x0008103E
_IMAGE_TYPES = frozenset({0x00080008, 0x00189007})  # by position: an unknown word is OTHER
_TEMPLATE = 0x0040DB00
_STACK = 0x00209056
_TEXT = frozenset({"AE", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
# text without which a module is not valid (type 1)
_NEEDED = frozenset({0x0040A160, 0x00620005, 0x00620009, 0x00660036, 0x00080104, 0x00660031})
_LUT_DATA = {0x00283006: 0x00283002, 0x00281201: 0x00281101, 0x00281202: 0x00281102,
             0x00281203: 0x00281103}  # fmt: skip
# ISO 2022: what follows an escape to a set of two bytes looks like ASCII and is none
_NOT_LATIN = re.compile(rb"\x1b\$[^\x1b]*|\x1b[(][^BJ][^\x1b]*|\x1b.[A-Z]?")
_MAX_LUT = 1 << 17  # bytes: 65536 entries of 16 bits
_DUMMIES = {
    "DA": b"19000101", "TM": b"000000", "DT": b"19000101000000", "AS": b"000Y", "IS": b"0",
    "DS": b"0", "CS": b"REMOVED", "UR": b"urn:removed",
}  # fmt: skip
_EITHER = {"US or SS": "US", "US or OW": "OW", "US or SS or OW": "OW", "OB or OW": "OW"}


@dataclass(frozen=True)
class Person:
    """What the file says of who was scanned, as far as cleaning needs it.

    ``tokens`` are the parts of names and numbers that must not stay anywhere, ``names`` those of
    the name alone; both lower case.
    """

    patient_key: str
    pseudonym: str
    shift_days: int
    tokens: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass
class Cleaner:
    """Cleans the datasets of one file."""

    procedure: Procedure
    keys: ProjectKeys
    person: Person
    encoding: Encoding
    _vrs: dict[int, str] = field(default_factory=dict)

    def dataset(self, elements: Iterable[Element]) -> dict[int, bytes]:
        """Tag -> the written element, for what stays."""
        found = {int(e.tag): e for e in elements}
        out: dict[int, bytes] = {}
        for tag, element in found.items():
            if tag & 0xFFFF == 0 or tag == _CHARACTER_SET:
                continue  # group lengths; what stays is ASCII
            try:
                written = (
                    self._private(tag, element, found)
                    if (tag >> 16) % 2
                    else (self._standard(tag, element, found))
                )
            except ValueError:
                continue
            if written is not None:
                out[tag] = written
        if CODE_VALUE in out or SCHEME in out:
            self._write_code(found, out)
        return out

    def _standard(self, tag: int, element: Element, found: dict[int, Element]) -> bytes | None:
        vr = self._vr(tag, element)
        if vr is None:
            return None
        chosen = action(tag, vr, self.procedure)
        if chosen is Action.REMOVE:
            return None
        if chosen is Action.EMPTY:
            return self.encoding.element(tag, vr, b"")
        if vr == "SQ":
            return self._sequence(tag, element)
        if tag in _LUT_DATA:
            return self._lut(tag, vr, element, found)
        raw = _raw(element)
        if raw is None and chosen not in (Action.PSEUDONYM, Action.DUMMY):
            return None
        value = self._value(chosen, tag, vr, raw or b"", element)
        if value is None and chosen is Action.BY_VR and vr in _TEXT:
            value = b"removed" if tag in _NEEDED else b""  # a module may want it, if only empty
        return None if value is None else self.encoding.element(tag, vr, value)

    def _value(
        self, chosen: Action, tag: int, vr: str, value: bytes, element: Element
    ) -> bytes | None:
        match chosen:
            case Action.PSEUDONYM:
                return self.person.pseudonym.encode()
            case Action.DUMMY:
                return _DUMMIES.get(vr, b"removed" if vr in _TEXT else b"")
            case Action.UID:
                return self._uids(value)
            case Action.DATE:
                return self._date(vr, value)
            case Action.CLEAN:
                return self._cleaned(tag, value)
            case Action.KEEP:
                return self._as_sent(tag, vr, value)
            case _:
                return self._by_vr(tag, vr, value, element)

    def _vr(self, tag: int, element: Element) -> str | None:
        """The kind of value by the dictionary; None for what the dictionary doesn't know, and
        where the file's kind can't be read as that one."""
        vr = self._vrs.get(tag)
        if vr is None:
            vr = dictionary_VR(tag) if dictionary_has_tag(tag) else ""
            self._vrs[tag] = vr
        sent = element.VR
        if vr in _EITHER:
            vr = sent if sent in vr.split(" or ") else _EITHER[vr]
        if not vr or (vr == "SQ") != _holds_items(element, vr):
            return None
        if sent in values.SIZES and vr in values.SIZES:
            return str(sent)
        return None if vr in values.SIZES and sent not in (None, "UN") else vr

    def _sequence(self, tag: int, element: Element) -> bytes:
        items = []
        for item in _items(element):
            written = self.dataset(item.get_item(t) for t in item.keys())  # noqa: SIM118 - iterating would read values
            items.append(b"".join(written[t] for t in sorted(written)))
        return self.encoding.sequence(tag, items)

    def _by_vr(self, tag: int, vr: str, value: bytes, element: Element) -> bytes | None:
        if vr in values.SIZES:
            return self._numbers_in_binary(vr, values.binary(value, vr, tag), element)
        rules: dict[str, Callable[[], bytes | None]] = {
            "DS": lambda: self._numbers(value, vr),
            "IS": lambda: self._numbers(value, vr),
            "CS": lambda: self._codes(tag, value),
            "UI": lambda: self._uids(value),
            "SH": lambda: self._short(tag, value),
        }
        rule = rules.get(vr)
        return rule() if rule else None

    def _numbers_in_binary(self, vr: str, value: bytes | None, element: Element) -> bytes | None:
        if value and bool(element.is_little_endian) != self.encoding.little:
            return values.swapped(value, values.SIZES[vr])
        return value

    def _numbers(self, value: bytes, vr: str) -> bytes | None:
        good = values.numbers(value, vr)
        return None if good is None or self._is_of_somebody(good) else good

    def _is_of_somebody(self, value: bytes) -> bool:
        """Whether a number is one of the patient's: by what stands before the point, since any
        five digits are found somewhere behind one."""
        wholes = {part.strip().partition(b".")[0].lstrip(b"+-") for part in value.split(b"\\")}
        return any(whole.decode() in self.person.tokens for whole in wholes if len(whole) > 4)

    def _codes(self, tag: int, value: bytes) -> bytes | None:
        parts = value.strip(b"\0 ").decode("latin-1").split("\\")
        if tag == _TEMPLATE:
            return value if re.fullmatch(rb"\d{1,5} ?", value) else None
        clean = [words.coded(part) for part in parts]
        if tag in _IMAGE_TYPES:
            return "\\".join("OTHER" if c is None else c for c in clean).encode()
        known = [c for c in clean if c is not None]
        return "\\".join(known).encode() if known else None

    def _uids(self, value: bytes) -> bytes | None:
        parts = value.strip(b"\0 ").decode("latin-1").split("\\")
        new = [self.uid(part.strip("\0 ")) for part in parts]
        return "\\".join(new).encode() if all(new) else None

    def uid(self, sent: str) -> str:
        """The UID to write; empty where ``sent`` is none."""
        if not values.is_uid(sent):
            return ""
        if values.is_well_known(sent) or Option.UIDS in self.procedure.options:
            return sent
        return self.keys.uid(sent)

    def _short(self, tag: int, value: bytes) -> bytes | None:
        if tag == _STACK:  # groups frames: as it is, or told apart without saying it
            plain = value.strip(b"\0 ")
            return plain if re.fullmatch(rb"\d{1,3}", plain) else self.keys.mark(plain).encode()
        return value.strip() if tag in (CODE_VALUE, SCHEME) else None

    def _cleaned(self, tag: int, value: bytes) -> bytes:
        sent = _NOT_LATIN.sub(b" ", value).strip(b"\0 ").decode("latin-1")
        clean = "\\".join(words.cleaned(part, self.person.names) for part in sent.split("\\"))
        clean = clean.strip("\\")
        if tag == _SERIES_DESCRIPTION and clean != sent:
            # two series that were described differently stay apart in the stacks
            clean = f"{clean[:58]} #{self.keys.mark(value)}".strip()
        return clean.encode() or (b"removed" if tag in _NEEDED else b"")

    def _date(self, vr: str, value: bytes) -> bytes:
        days = self.person.shift_days
        if vr == "DA":
            return values.shifted_date(value, days) or b""
        if vr == "DT":
            return values.shifted_moment(value, days) or b""
        return values.time(value) or b""

    def _as_sent(self, tag: int, vr: str, value: bytes) -> bytes | None:
        """What an option retains, unless it spells the patient."""
        if vr == "AS":
            return values.age(value)
        if vr in ("DS", "IS"):
            return self._numbers(value, vr)
        if vr == "CS":
            return value.strip() if value.strip() in (b"M", b"F", b"O") else b""
        if vr not in _TEXT:
            return None
        text = value.strip(b"\0 ")
        return text if text.isascii() and not self._names_somebody(text) else b""

    def _names_somebody(self, value: bytes) -> bool:
        text = value.decode("latin-1").lower()
        return any(token in text for token in self.person.tokens)

    def _lut(self, tag: int, vr: str, element: Element, found: dict[int, Element]) -> bytes | None:
        """A table of grey values or colours, no longer than its descriptor says."""
        value, described = _raw(element), _raw(found.get(_LUT_DATA[tag]))
        if not value or not described or len(described) != 6 or len(value) > _MAX_LUT:
            return None
        order = "little" if element.is_little_endian else "big"
        entries = int.from_bytes(described[:2], order) or 65536  # type: ignore[arg-type]
        if len(value) not in (entries, entries + entries % 2, 2 * entries):
            return None
        if self._names_somebody(value) or bool(element.is_little_endian) != self.encoding.little:
            return None
        return self.encoding.element(tag, vr if vr in ("OW", "US") else "OW", value)

    def _write_code(self, found: dict[int, Element], out: dict[int, bytes]) -> None:
        sent = [(_raw(found.get(t)) or b"").strip(b"\0 ").decode("latin-1")
                for t in (CODE_VALUE, SCHEME)]  # fmt: skip
        value, scheme, meaning = cleaned_code(*sent)
        for tag, vr, text in ((CODE_VALUE, "SH", value), (SCHEME, "SH", scheme),
                              (MEANING, "LO", meaning)):  # fmt: skip
            out[tag] = self.encoding.element(tag, vr, text.encode("ascii", "replace"))

    def _private(self, tag: int, element: Element, found: dict[int, Element]) -> bytes | None:
        group, number = tag >> 16, tag & 0xFFFF
        if 0x10 <= number <= 0xFF:
            creator = _creator(element)
            used = creator in CREATORS and any(
                t >> 16 == group and (t & 0xFFFF) >> 8 == number and kept(group, creator, t)
                for t in found
            )
            return self.encoding.element(tag, "LO", creator.encode()) if used else None
        owner = found.get(group << 16 | number >> 8)
        rule = kept(group, _creator(owner), number) if owner is not None else None
        return self._kept_private(tag, rule, element) if rule else None

    def _kept_private(self, tag: int, rule: Kept, element: Element) -> bytes | None:
        value = _raw(element)
        if not value or element.VR not in (None, "UN", rule.vr):
            return None
        if rule.form is not None:
            text = value.strip(b"\0 ")
            return self.encoding.element(tag, rule.vr, text) if rule.form.fullmatch(text) else None
        if rule.vr in values.SIZES:
            if (
                len(value) % values.SIZES[rule.vr]
                or len(value) // values.SIZES[rule.vr] > rule.most
            ):
                return None
            right = self._numbers_in_binary(rule.vr, value, element) or b""
            return self.encoding.element(tag, rule.vr, right)
        good = self._numbers(value, rule.vr)
        if good is None or good.count(b"\\") >= rule.most:
            return None
        return self.encoding.element(tag, rule.vr, good)


def _raw(element: Element | None) -> bytes | None:
    """The value as it lies in the file; None where there is none, or it was too long to read."""
    if not isinstance(element, RawDataElement):
        return None
    return b"" if element.length == 0 else element.value


def _creator(element: Element | None) -> str:
    return (_raw(element) or b"").strip(b"\0 ").decode("latin-1")


def _holds_items(element: Element, vr: str) -> bool:
    if not isinstance(element, RawDataElement):
        return bool(element.VR == "SQ")
    return element.VR == "SQ" or (vr == "SQ" and element.VR in (None, "UN"))


def _items(element: Element) -> Iterable[Dataset]:
    if not isinstance(element, RawDataElement):
        return list(element.value)
    if not element.value:
        return []
    unknown = element.VR == "UN"  # PS3.5 6.2.2: implicit, little endian
    return list(
        convert_SQ(
            element.value,
            True if unknown else element.is_implicit_VR,
            True if unknown else element.is_little_endian,
        )
    )
