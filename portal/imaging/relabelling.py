"""Metadata for people whose duty alone opens a study: geometry, timing and pixels; no words, dates
or numbers that a site or a scanner wrote about the patient, the visit or the staff."""

from typing import Any

from portal.imaging.aliases import OWN, Names

# names, dates, times, free text and whatever can't be told
_VRS = frozenset({"PN", "DA", "DT", "TM", "AS", "LT", "ST", "UT", "UC", "UR", "UN"})
# patient, clinical trial, visit, request, procedure step, storage, signatures and what was changed,
# interpretation
_GROUPS = frozenset({"0010", "0012", "0032", "0038", "0040", "0088", "0100", "0400", "4008"})
# real world value mapping: the units of a map, and how its values become theirs
_KEPT = frozenset(
    {"00409096", "00409211", "00409212", "00409216", "00409224", "00409225", "004008EA"}
)
# codes and short texts of the other groups that tell of a person, a place or an order
_TELLING = """
    00080050 00080054 00080055 00080080 00080081 00080082 00080092 00080094 00081010 00081030
    00081032 0008103E 0008103F 00081040 00081041 00081080 00081084 00081110 00081111 00081115
    00081120 00081140 00082111 00082112 00181000 00181002 00181008 00181030 00181400 00200010
    00209158
"""
_TAGS = frozenset(_TELLING.split())
_PIXELS = "7FE00010"


def relabelled(metadata: dict[str, Any], label: str, names: Names = OWN) -> dict[str, Any]:
    """What is left of DICOM JSON, with ``label`` where the patient's name was, and every UID under
    its alias."""
    return {
        **_kept(metadata, names),
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": label}]},
        "00100020": {"vr": "LO", "Value": [label]},
    }


def _kept(metadata: dict[str, Any], names: Names) -> dict[str, Any]:
    found = {}
    for tag, entry in metadata.items():
        if not _tells_nothing(tag, entry):
            continue
        if entry.get("vr") == "SQ":
            entry = {**entry, "Value": [_kept(item, names) for item in entry.get("Value", [])]}
        elif entry.get("vr") == "UI" and "Value" in entry:
            entry = {**entry, "Value": [names.uid(uid) for uid in entry["Value"]]}
        found[tag] = entry
    return found


def _tells_nothing(tag: str, entry: dict[str, Any]) -> bool:
    if "BulkDataURI" in entry and tag != _PIXELS:
        return False  # what a file holds besides its pixels stays in the file
    if tag in _KEPT:
        return True
    private = int(tag[3], 16) % 2 == 1
    return not (private or tag in _TAGS or tag[:4] in _GROUPS or entry.get("vr") in _VRS)
