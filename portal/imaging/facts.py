"""What the images themselves say about a stack's scanner and patient, for statistics by group.
Never a name, a date or an exact age."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from portal.imaging.models import Instance, Stack, Study

MANUFACTURER, SCANNER, FIELD = "00080070", "00081090", "00180087"
REPETITION = "00180080"
SEX, AGE, ETHNICITY = "00100040", "00101010", "00102160"
# one name for the many spellings of one maker
_VENDORS = (
    ("siemens", "Siemens"),
    ("philips", "Philips"),
    ("ge medical", "GE"),
    ("ge healthcare", "GE"),
    ("canon", "Canon"),
    ("toshiba", "Canon"),
    ("united imaging", "United Imaging"),
)
_SEXES = {"F": "female", "M": "male", "O": "other"}
_AGES = ((18, "under 18"), (40, "18 to 39"), (60, "40 to 59"), (80, "60 to 79"))
_YEARS = {"Y": 1.0, "M": 1 / 12, "W": 1 / 52, "D": 1 / 365}


@dataclass(frozen=True)
class StackFacts:
    """Each empty where the images don't say. ``field``: such as ``1.5 T``. ``repetition_ms``: as
    the scanner writes it, which of a cine may be that of one line or of all lines of a phase."""

    vendor: str = ""
    scanner: str = ""
    field: str = ""
    sex: str = ""
    age_band: str = ""
    ethnicity: str = ""
    repetition_ms: float | None = None


def stack_facts(stack: Stack) -> StackFacts:
    """As the first image says."""
    first = next((address for row in stack.addresses for address in row if address), None)
    if first is None:
        return StackFacts()
    found = Instance.objects.filter(
        series__study_id=stack.study_id, sop_instance_uid=first[1]
    ).values_list("metadata", flat=True)
    metadata = found.first() or {}
    return StackFacts(
        vendor=_vendor(_text(metadata, MANUFACTURER)),
        scanner=_text(metadata, SCANNER),
        field=_field(_text(metadata, FIELD)),
        sex=_SEXES.get(_text(metadata, SEX).upper(), ""),
        age_band=_age_band(_text(metadata, AGE)),
        ethnicity=_text(metadata, ETHNICITY),
        repetition_ms=_milliseconds(_text(metadata, REPETITION)),
    )


def vendors_of(case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The scanner's maker by case, as one image of its cine says; cases of which none says so are
    left out. Two queries for each 500 cases."""
    found: dict[UUID, str] = {}
    for start in range(0, len(case_ids), 500):
        found |= _vendors_of(case_ids[start : start + 500])
    return found


def _vendors_of(case_ids: Sequence[UUID]) -> dict[UUID, str]:
    of_cine = Instance.objects.filter(
        series__study=OuterRef("pk"), series__sequence_kind="cine"
    ).order_by()
    firsts = {
        instance_id: case_id
        for case_id, instance_id in Study.objects.filter(case__in=case_ids)
        .annotate(image=Subquery(of_cine.values("pk")[:1]))
        .order_by("-created_at")
        .values_list("case_id", "image")
        if instance_id is not None and case_id is not None
    }
    images = Instance.objects.filter(pk__in=firsts).values_list("pk", "metadata")
    return {
        firsts[pk]: maker
        for pk, metadata in images
        if (maker := _vendor(_text(metadata, MANUFACTURER)))
    }


def _text(metadata: dict[str, Any], tag: str) -> str:
    values = metadata.get(tag, {}).get("Value") or [""]
    return str("" if values[0] is None else values[0]).strip()[:80]


def _vendor(written: str) -> str:
    return next((name for word, name in _VENDORS if word in written.lower()), written)


def _field(written: str) -> str:
    """From tesla, or gauss as some scanners write it. To half a tesla from 1 T up: 1.494 and 1.5
    are one field, 0.55 is one of its own."""
    try:
        tesla = float(written)
    except ValueError:
        return ""
    if tesla > 100:
        tesla /= 10_000
    if not 0 < tesla < 20:
        return ""
    return f"{round(tesla * 2) / 2 if tesla >= 1 else round(tesla, 2):g} T"


def _milliseconds(written: str) -> float | None:
    try:
        found = float(written)
    except ValueError:
        return None
    return found if 0 < found < 100_000 else None


def _age_band(written: str) -> str:
    """From DICOM's age (``042Y``, ``006M``). Over 89 is not told apart from 80, as ages of the very
    old identify."""
    number, unit = written[:-1], written[-1:].upper()
    if not number.isdecimal() or unit not in _YEARS:
        return ""
    years = int(number) * _YEARS[unit]
    return next((name for limit, name in _AGES if years < limit), "80 and over")
