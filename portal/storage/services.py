"""Blobs: bytes with a count of who refers to them."""

from collections.abc import Iterable
from pathlib import Path

from django.db.models import F

from portal.storage import files
from portal.storage.models import Blob


def refer(*, draft: Path, sha256: str, size: int) -> Blob:
    """Keep a received draft and count one more reference. Call inside the transaction that
    writes the row which refers to it."""
    files.keep(draft, sha256)
    Blob.objects.get_or_create(sha256=sha256, defaults={"size": size})
    Blob.objects.filter(pk=sha256).update(reference_count=F("reference_count") + 1)
    return Blob.objects.get(pk=sha256)


def put_bytes(data: bytes) -> Blob:
    """Store bytes for a row that is about to refer to them."""
    return put_chunks([data])


def put_chunks(chunks: Iterable[bytes]) -> Blob:
    draft, sha256, size = files.receive(chunks)
    return refer(draft=draft, sha256=sha256, size=size)
