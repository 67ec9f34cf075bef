"""What a converted image only assumes, said in a way that DICOM has: a code in
DerivationCodeSequence (PS3.3 C.7.6.1.1), under a coding scheme of our own (PS3.16 8.2)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from pydicom.dataset import Dataset

SCHEME = "99ACCORD"
CONVERTER = "Accord converter"  # Manufacturer of images made from volumes
_DERIVATION_CODES = "00089215"


class Assumed(StrEnum):
    """The code values."""

    SPACING = "SPACING-ASSUMED"
    TIMING = "TIMING-ASSUMED"


MEANINGS = {
    Assumed.SPACING: "Pixel and slice spacing assumed",
    Assumed.TIMING: "Times of the phases assumed",
}


def derivation_codes(assumed: Iterable[Assumed]) -> list[Dataset]:
    """Items for DerivationCodeSequence."""
    items = []
    for code in sorted(assumed):
        item = Dataset()
        item.CodeValue = str(code)
        item.CodingSchemeDesignator = SCHEME
        item.CodeMeaning = MEANINGS[code]
        items.append(item)
    return items


def assumptions(metadata: dict[str, Any]) -> frozenset[str]:
    """The codes of an instance, from its DICOM JSON."""
    items = metadata.get(_DERIVATION_CODES, {}).get("Value") or []
    return frozenset(
        str(_value(item, "00080100"))
        for item in items
        if isinstance(item, dict) and _value(item, "00080102") == SCHEME
    )


def _value(item: dict[str, Any], tag: str) -> Any:
    values = item.get(tag, {}).get("Value") or [""]
    return values[0]
