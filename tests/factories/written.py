"""What DICOM objects of the tests say of themselves, and their bytes."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from cmrkit.writers import Finding, SegAbout

ABOUT = SegAbout(
    subject="S-0001",
    content_digest="a" * 64,
    made_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    software_version="0.1.0",
)
FINDINGS = [
    Finding("reference", "reference", "edv_ml", 151.23456789012345, "mL", drafted_by_ai=True),
    Finding("reference", "reference", "ef_percent", 61.000000000000014, "%"),
    Finding("reference", "reference", "rv_edv_ml", 140.5, "mL"),
    Finding("R-00c0ffee", "reader", "edv_ml", 149.0, "mL"),
    Finding("R-00c0ffee", "reader", "class", text="dilated"),
]


def saved(made: Any) -> bytes:
    out = BytesIO()
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()
