"""Blobs: bytes with a count of who refers to them."""

from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import F

from portal.storage import files, ranges
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


def release(sha256s: Iterable[str]) -> None:
    """Count one reference less for each (a hash may come several times). Bytes that nothing
    refers to any more go when the transaction commits. Call inside the transaction that deletes
    the rows which referred to them."""
    counts = Counter(sha256s)
    for sha256, times in counts.items():
        Blob.objects.filter(pk=sha256).update(reference_count=F("reference_count") - times)
    rows = Blob.objects.filter(pk__in=list(counts), reference_count=0)
    gone = list(rows.values_list("pk", flat=True))
    rows.delete()
    transaction.on_commit(partial(_free, gone))


def _free(sha256s: list[str]) -> None:
    for sha256 in sha256s:
        # the same bytes may have come in again since
        if not Blob.objects.filter(pk=sha256).exists():
            files.path_of(sha256).unlink(missing_ok=True)
            ranges.forget(sha256)
