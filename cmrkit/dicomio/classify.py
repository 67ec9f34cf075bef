"""What kind of sequence and view a group of frames is; with the reason, and how sure."""

from dataclasses import dataclass

import numpy as np

from cmrkit.dicomio.placed import PlacedFrame

_WORDS = (
    ("localizer", ("localizer", "localiser", "scout", "survey")),
    ("flow", ("flow", "venc", "phase contrast")),
    ("lge", ("lge", "delayed", "late gad", "psir", "de_", "mde")),
    ("perfusion", ("perf", "first pass")),
    ("t1", ("t1 map", "molli", "shmolli", "sasha")),
    ("t2", ("t2 map",)),
    ("cine", ("cine", "fiesta", "trufi", "ssfp", "bffe", "tfisp")),
)
_VIEWS = (
    ("SAX", ("sax", "short axis", "short_axis", "sa ")),
    ("2CH", ("2ch", "two chamber", "vla")),
    ("3CH", ("3ch", "three chamber", "lvot")),
    ("4CH", ("4ch", "four chamber", "hla")),
)


@dataclass(frozen=True)
class Classification:
    """``confidence`` 0..1; ``reason`` is for people."""

    sequence_kind: str
    view: str
    confidence: float
    reason: str


def classify(frames: list[PlacedFrame], n_slices: int, n_phases: int) -> Classification:
    """Words of SeriesDescription and ProtocolName first, then geometry and timing: many phases
    make a cine, and several parallel oblique slices of a cine make a short-axis stack."""
    header = frames[0].header
    text = " ".join(
        str(header.value(tag, "") or "") for tag in ("0008103E", "00181030", "00180024")
    ).lower()
    kind = next((k for k, words in _WORDS if any(w in text for w in words)), None)
    view = next((v for v, words in _VIEWS if any(w in f"{text} " for w in words)), None)
    if view and n_phases >= 8:
        kind = kind or "cine"
    if kind is None and n_phases >= 8 and frames[0].trigger_ms is not None:
        kind = "cine"
        reason, confidence = f"{n_phases} phases with trigger times", 0.8
    elif kind is None:
        return Classification("unknown", view or "unknown", 0.2, "no word or timing tells")
    else:
        reason, confidence = "named so by the scanner", 0.9
    if view is None and kind == "cine":
        row, column = frames[0].row_direction, frames[0].column_direction
        oblique = float(np.abs(np.cross(row, column)).max()) < 0.95
        if n_slices >= 5 and oblique:
            return Classification(
                kind, "SAX", 0.75, f"{reason}; {n_slices} parallel oblique slices"
            )
    return Classification(kind, view or "unknown", confidence, reason)
