from typing import Any

from django.urls import reverse

from portal.datasets.models import DatasetExport, DatasetVersion, TestSet
from portal.jobs.selectors import describe
from portal.protocols.schema import class_of


def dataset(row: DatasetVersion, *, full: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": row.pk,
        "name": row.name,
        "version": row.version,
        "content_hash": row.content_hash,
        "seed": row.seed,
        "n_items": row.n_items if hasattr(row, "n_items") else row.items.count(),
        "frozen_by": row.frozen_by.display_name,
        "created_at": row.created_at,
        "licence": row.licence,
        "consent": row.consent,
        "has_manifest": bool(row.manifest),
        "withdrawn_at": row.withdrawn_at,
        "n_reopened": row.n_reopened
        if hasattr(row, "n_reopened")
        else row.items.filter(reference__reopened_at__isnull=False).count(),
    }
    if full:
        found["datasheet"] = row.datasheet
        items = row.items.select_related("reference__case").order_by("reference__case__label")
        found["items"] = [
            {
                "id": i.pk,
                "label": i.reference.case.label,
                "split": i.split,
                "class": class_of(i.reference.content.get("answers", {})),
                "digest": i.reference.digest,
                "is_phantom": i.reference.case.is_phantom,
                "withdrawn": i.withdrawn_at is not None,
                "reopened": i.reference.reopened_at is not None,
            }
            for i in items
        ]
        exports = row.exports.select_related("job__project", "blob").order_by("-created_at")
        found["exports"] = [export(e) for e in exports]
    return found


def export(row: DatasetExport) -> dict[str, Any]:
    return {
        "id": row.pk,
        "formats": row.formats,
        "sha256": row.blob_id,
        "size": row.blob.size if row.blob is not None else None,
        "job": describe(row.job),
        "download_url": reverse("export-download", args=[row.pk]) if row.blob_id else None,
        "created_at": row.created_at,
    }


def test_set(row: TestSet) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "is_phantom": row.is_phantom,
        "n_items": row.n_items if hasattr(row, "n_items") else row.items.count(),
        "content_hash": row.content_hash,
        "created_at": row.created_at,
        "withdrawn_at": row.withdrawn_at,
        "n_reopened": row.n_reopened
        if hasattr(row, "n_reopened")
        else row.items.filter(reference__reopened_at__isnull=False).count(),
    }
