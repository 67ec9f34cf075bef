"""Protocols that Accord brings along, as files in ``library``."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.protocols.errors import UnknownReadyProtocol

LIBRARY = Path(__file__).parent / "library"
# key (the file's name) -> what it is for, and what it can't do yet
SUMMARIES = {
    "lv-function-trial": (
        "Two blind readers contour the left ventricle on short-axis cine without AI. Hidden "
        "duplicates measure each reader's own variability; disagreement beyond expert intra-reader "
        "bands, or across an EF of 35 or 50 %, goes to adjudication."
    ),
    "cardiomyopathy-classification": (
        "Three readers contour both ventricles, then name the class, the differential and, where "
        "late enhancement was acquired, its pattern. Classes that differ go to adjudication."
    ),
    "infarct-scar": (
        "Two readers: LV contours on short-axis cine, the scar and no-reflow on late enhancement "
        "beside it; segments, transmurality and microvascular obstruction as answers. No scar mass "
        "follows from it yet."
    ),
}


@dataclass(frozen=True)
class Ready:
    key: str
    summary: str
    document: dict[str, Any]


@cache
def ready_protocols() -> tuple[Ready, ...]:
    return tuple(
        Ready(key, summary, json.loads((LIBRARY / f"{key}.json").read_text()))
        for key, summary in SUMMARIES.items()
    )


def ready_document(key: str) -> dict[str, Any]:
    """Raises UnknownReadyProtocol."""
    found = next((ready.document for ready in ready_protocols() if ready.key == key), None)
    if found is None:
        raise UnknownReadyProtocol(protocol=[UnknownReadyProtocol.message])
    return found
