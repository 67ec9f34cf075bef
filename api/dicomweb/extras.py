"""Attributes that a search returns only when asked: from the header of a study's or series' first
instance."""

from typing import Any

from django.db.models import Q

from api.dicomweb.matching import Path
from portal.imaging.models import Instance

ALL_STUDY = (
    "00080051", "00081048", "00081060", "00101000", "00101001", "00101010", "00101020", "00101030",
    "00102160", "00102180", "00104000", "00321060",
)  # fmt: skip
ALL_SERIES = (
    "00080070", "00080080", "0008103F", "00081010", "00081040", "00081050", "00081070", "00081090",
    "00180015", "00181000", "00181020", "00181030", "00185100", "00200052", "00200060", "00201040",
    "00400253", "00400254",
)  # fmt: skip


def with_extras(
    row: dict[str, Any], of: Q, named: set[Path], extra: tuple[str, ...]
) -> dict[str, Any]:
    """The row with what the first of these instances says of the attributes. Call before the row
    is relabelled."""
    tags = {path[0] for path in named} | set(extra)
    missing = tags - row.keys()
    if not missing:
        return row
    first = Instance.objects.filter(of).order_by("instance_number", "sop_instance_uid")
    metadata = first.values_list("metadata", flat=True).first() or {}
    return {**row, **{tag: metadata[tag] for tag in missing if tag in metadata}}
