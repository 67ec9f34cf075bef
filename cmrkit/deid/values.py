"""Values as bytes: what is of its kind stays, what could be a name or a number of somebody goes.

Every function takes an element's value as it lies in the file and answers the value to write, or
None where it may not stay. Nothing is kept because of its tag alone.
"""

import re
from datetime import date, timedelta
from functools import lru_cache

from pydicom._uid_dict import UID_dictionary
from pydicom.datadict import dictionary_VM

SIZES = {"US": 2, "SS": 2, "UL": 4, "SL": 4, "FL": 4, "FD": 8, "SV": 8, "UV": 8, "AT": 2}
_UNIT = {"AT": 4}  # bytes of one value, where they are swapped in smaller pieces

# six digits before the point: what is longer is no measurement of MR, but a date or a number of
# somebody
_DECIMAL = re.compile(rb" *[+-]?(\d{1,6}(\.\d{0,17})?|\.\d{1,17})([eE][+-]?\d{1,3})? *")
_WHOLE = re.compile(rb" *[+-]?\d{1,6} *")
_TIME = re.compile(rb"([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?")
_MOMENT = re.compile(rb"(\d{8})(\d{2,6}(\.\d{1,6})?)?([+-]\d{4})?")
_AGE = re.compile(rb"(\d{3})([DWMY])")
_UID = re.compile(r"[0-9.]{1,64}")
_LETTERS = re.compile(rb"[A-Za-z ^=.,'-]+")
_OLDEST = {b"Y": 89, b"M": 89 * 12, b"W": 89 * 52, b"D": 999}


def numbers(value: bytes, vr: str) -> bytes | None:
    """IS and DS: every value is a number, and no longer than one."""
    pattern = _WHOLE if vr == "IS" else _DECIMAL
    parts = value.rstrip(b"\0 ").split(b"\\")
    return value if all(not p or pattern.fullmatch(p) for p in parts) else None


def binary(value: bytes, vr: str, tag: int) -> bytes | None:
    """Numbers in binary: as many as the dictionary allows, and not spelling a text."""
    unit = _UNIT.get(vr, SIZES[vr])
    if len(value) % unit or len(value) // unit > _most(tag):
        return None
    if len(value) >= 6 and _LETTERS.fullmatch(value.rstrip(b"\0")):
        return None
    if len(value) >= 12 and value.isascii() and value.decode().isprintable():
        return None
    return value


@lru_cache(maxsize=4096)
def _most(tag: int) -> int:
    """The most values an attribute of the dictionary may have."""
    last = dictionary_VM(tag).rpartition("-")[2]
    return int(last) if last.isdigit() else 1 << 20


def swapped(value: bytes, size: int) -> bytes:
    """The same numbers in the other byte order."""
    out = bytearray(len(value))
    for k in range(size):
        out[k::size] = value[size - 1 - k :: size]
    return bytes(out)


def shifted_date(value: bytes, days: int) -> bytes | None:
    """DA, several or one, moved by whole days; a part of a date can't be moved and goes."""
    parts = value.strip(b"\0 ").split(b"\\")
    moved = [_moved(p.strip(), days) if p.strip() else b"" for p in parts]
    return None if None in moved else b"\\".join(m or b"" for m in moved)


def _moved(text: bytes, days: int) -> bytes | None:
    plain = text.replace(b".", b"") if text.count(b".") == 2 else text  # ACR-NEMA's 2012.03.01
    if len(plain) != 8 or not plain.isdigit():
        return None
    try:
        there = date(int(plain[:4]), int(plain[4:6]), int(plain[6:])) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return there.strftime("%Y%m%d").rjust(8, "0").encode()


def shifted_moment(value: bytes, days: int) -> bytes | None:
    """DT moved by whole days. The time zone goes: it names a region."""
    found = _MOMENT.fullmatch(value.strip(b"\0 "))
    moved = _moved(found[1], days) if found else None
    if found is None or moved is None:
        return None
    clock = found[2] or b""
    return moved + clock if not clock or _TIME.fullmatch(clock) else None


def time(value: bytes) -> bytes | None:
    """TM as sent, if it is one: intervals within a day stay what they were."""
    text = value.strip(b"\0 ")
    return text if _TIME.fullmatch(text.replace(b":", b"")) else None


def age(value: bytes) -> bytes | None:
    """AS; above 89 years it is 90 years (45 CFR 164.514(b)(2)(i)(C))."""
    found = _AGE.fullmatch(value.strip(b"\0 "))
    if found is None:
        return None
    return b"090Y" if int(found[1]) > _OLDEST[found[2]] else found[0]


def is_uid(text: str) -> bool:
    return bool(_UID.fullmatch(text))


def is_well_known(uid: str) -> bool:
    """Whether DICOM itself gave the UID out (SOP classes, transfer syntaxes, coding schemes,
    well-known frames of reference): by the list, since a prefix can be borrowed."""
    return uid in UID_dictionary
