"""What DICOM objects say of the instances that they refer to, and identifiers that follow from
content."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from pydicom.dataset import Dataset


def uid_of(name: str) -> str:
    """A UID under 2.25 (PS3.5 B.2) that follows from the name."""
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, name).int}"


def decimals(values: Iterable[float]) -> list[str]:
    """At most 16 characters each, as a DS has (PS3.5 6.2)."""
    return [f"{value:.9g}" for value in values]


def reference_to(source: Dataset) -> Dataset:
    """An item of a sequence that refers to an instance (PS3.3 10.8)."""
    item = Dataset()
    item.ReferencedSOPClassUID = source.SOPClassUID
    item.ReferencedSOPInstanceUID = source.SOPInstanceUID
    return item


def referenced_series(sources: Iterable[Dataset]) -> list[Dataset]:
    """Items of ReferencedSeriesSequence (PS3.3 C.12.4): every instance once, under its series."""
    by_series: dict[str, list[Dataset]] = {}
    for source in sources:
        by_series.setdefault(source.SeriesInstanceUID, []).append(reference_to(source))
    found = []
    for uid, instances in by_series.items():
        item = Dataset()
        item.ReferencedInstanceSequence = instances
        item.SeriesInstanceUID = uid
        found.append(item)
    return found


def date_from(made: Dataset, made_at: datetime) -> None:
    """Dates are the labels', not the file's: the same labels give the same bytes."""
    for keyword in ("ContentDate", "InstanceCreationDate", "SeriesDate"):
        if keyword in made:
            setattr(made, keyword, made_at.strftime("%Y%m%d"))
    for keyword in ("ContentTime", "InstanceCreationTime", "SeriesTime"):
        if keyword in made:
            setattr(made, keyword, made_at.strftime("%H%M%S"))
    for item in made.get("ContributingEquipmentSequence", []):
        item.ContributionDateTime = made_at.strftime("%Y%m%d%H%M%S")
