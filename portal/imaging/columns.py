"""What a search asks of a study or a series, from DICOM JSON. Pure: no database."""

from typing import Any

from cmrkit.dicomio import InstanceHeader

Metadata = dict[str, Any]

STUDY_TAGS = (
    "00080005", "00080020", "00080030", "00080050", "00080090", "00080201", "00081030",
    "00100010", "00100020", "00100030", "00100040", "0020000D", "00200010",
)  # fmt: skip
SERIES_TAGS = (
    "00080005", "00080021", "00080031", "00080060", "0008103E", "00080201", "0020000E", "00200011",
    "00400244", "00400245", "00400275",
)  # fmt: skip
INSTANCE_TAGS = (
    "00080005", "00080016", "00080018", "00080201", "00200013", "00280010", "00280011", "00280100",
)  # fmt: skip
NAME_LENGTH, TEXT_LENGTH, CODE_LENGTH = 330, 330, 64


def study_columns(header: InstanceHeader) -> dict[str, Any]:
    """Columns of ``Study`` that one instance's header fills."""
    metadata = picked(header.metadata, STUDY_TAGS)
    return {
        "study_uid": header.study_uid,
        "study_date": first_text(metadata, "00080020")[:8],
        "description": first_text(metadata, "00081030"),
        "modality": header.modality,
        "metadata": metadata,
        **found_columns(metadata),
    }


def series_columns(header: InstanceHeader) -> dict[str, Any]:
    """Columns of ``Series`` that one instance's header fills."""
    return {
        "series_uid": header.series_uid,
        "modality": header.modality,
        "description": first_text(header.metadata, "0008103E"),
        "number": whole_number(header.value("00200011")),
        "metadata": picked(header.metadata, SERIES_TAGS),
    }


def found_columns(metadata: Metadata) -> dict[str, str]:
    """The columns that searches for studies look into, folded to capitals."""
    names = _groups(metadata, "00100010")
    return {
        "found_name": names[0][:NAME_LENGTH],
        "found_name_other": "=".join(names[1:]).strip("=")[:NAME_LENGTH],
        "found_patient_id": folded(first_text(metadata, "00100020"))[:CODE_LENGTH],
        "found_time": normal_time(first_text(metadata, "00080030")),
        "found_accession": folded(first_text(metadata, "00080050"))[:CODE_LENGTH],
        "found_study_id": folded(first_text(metadata, "00200010"))[:CODE_LENGTH],
        "found_referrer": _groups(metadata, "00080090")[0][:NAME_LENGTH],
        "found_description": folded(first_text(metadata, "00081030"))[:TEXT_LENGTH],
    }


def picked(metadata: Metadata, tags: tuple[str, ...]) -> Metadata:
    return {tag: metadata[tag] for tag in tags if tag in metadata}


def folded(text: str) -> str:
    """As searches compare text: capitals, no spaces around."""
    return text.strip().upper()


def folded_name(text: str) -> str:
    """One component group of a person name, without the empty components at its end."""
    return folded(text).rstrip("^ ")


def normal_time(text: str, *, latest: bool = False) -> str:
    """A DICOM time in full, HHMMSS.FFFFFF, so that text compares as time does; what is left out
    counts as 0, or as the last moment with ``latest``. Empty where it is no time."""
    digits = text.strip().replace(":", "")
    whole, _, fraction = digits.partition(".")
    if len(whole) not in (2, 4, 6) or not (whole + fraction).isdecimal() or len(fraction) > 6:
        return ""
    filled = whole + ("235959" if latest else "000000")[len(whole) :]
    return f"{filled}.{fraction.ljust(6, '9' if latest and not fraction else '0')}"


def first_text(metadata: Metadata, tag: str) -> str:
    """The first value as text; empty where there is none. NUL can't stand in a database."""
    values = metadata.get(tag, {}).get("Value") or [""]
    value = values[0]
    if isinstance(value, dict):
        value = value.get("Alphabetic", "")
    return "" if value is None else str(value).replace("\0", "")


def whole_number(value: object) -> int | None:
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if abs(number) < 2**31 else None


def _groups(metadata: Metadata, tag: str) -> tuple[str, str, str]:
    values = metadata.get(tag, {}).get("Value") or [{}]
    name = values[0] if isinstance(values[0], dict) else {"Alphabetic": values[0]}
    alphabetic, ideographic, phonetic = (
        folded_name(str(name.get(group) or "").replace("\0", ""))
        for group in ("Alphabetic", "Ideographic", "Phonetic")
    )
    return alphabetic, ideographic, phonetic
