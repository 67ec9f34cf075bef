"""Coded concepts: a code stays if it is one of DICOM's own; its meaning is written anew.

The meaning of a code is free text, and so is the value where nobody checks it.
"""

from functools import cache

from pydicom.sr._concepts_dict import concepts
from pydicom.sr._snomed_dict import mapping

CODE_VALUE, SCHEME, MEANING = 0x00080100, 0x00080102, 0x00080104
# units of CMR that the context groups don't list one by one
_UNITS = frozenset(
    {
        "1", "%", "ml", "mL", "ms", "s", "min", "h", "mm", "cm", "m", "mm2", "cm2", "mm3", "cm3",
        "g", "kg", "mm/s", "cm/s", "m/s", "ml/s", "l", "l/min", "L/min", "ml/m2", "mL/m2", "g/m2",
        "/min", "{beats}/min", "{counts}", "{ratio}", "mm[Hg]", "deg", "rad", "/s", "Hz", "T",
        "[arb'U]", "dB", "ml/min/g", "mmol/l", "mmol/kg", "ml/beat", "l/min/m2", "kg/m2", "m2",
    }
)  # fmt: skip
UNKNOWN = ("REMOVED", "99ACCORD", "removed")


@cache
def _meanings() -> dict[tuple[str, str], str]:
    """(scheme, value) -> meaning, of all context groups of PS3.16."""
    return {
        (scheme, value): meaning
        for scheme, entries in concepts.items()
        for values in entries.values()
        for value, (meaning, _) in values.items()
    }


def cleaned_code(value: str, scheme: str) -> tuple[str, str, str]:
    """(value, scheme, meaning) of a known code, else of a placeholder that keeps the item valid."""
    meaning = _meanings().get((scheme, value))
    if meaning is None and scheme in {"SRT", "SNM3", "99SDM"}:
        meaning = _meanings().get(("SCT", mapping["SRT"].get(value, "")))
    if meaning is None and scheme == "UCUM" and value in _UNITS:
        meaning = value
    if meaning is None:
        return UNKNOWN
    return value, scheme, meaning[:64]
