"""How imported annotations look on the wire: counts and notes, never contours."""

from typing import Any

from portal.annotations.imports import ImportedRow


def imported(found: ImportedRow) -> dict[str, Any]:
    row = found.row
    return {
        "id": row.pk,
        "read_id": found.read_id,
        "source": row.read.reader.label,
        "form": row.form,
        "n_contours": row.n_contours,
        "structures": row.structures,
        "notes": row.notes,
        "imported_at": row.created_at,
    }
