"""Blobs: bytes with a count of who refers to them, kept while anything does.

Two locks keep a file and its row together. Whoever writes or removes a *file* holds the hash's own
lock; whoever counts or drops a *row* holds the row. A file is removed in a transaction of its own
after the row's removal has committed, and only while no row is there: a crash in between leaves an
orphan, which ``check_integrity --repair`` removes, never a row without its bytes.
"""

from collections.abc import Iterable
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F

from portal.storage import files
from portal.storage.models import Blob
from portal.storage.references import count_references


@transaction.atomic
def refer(*, draft: Path, sha256: str, size: int) -> Blob:
    """Keep a received draft and count one more reference. Call inside the transaction that
    writes the row which refers to it."""
    _lock_hash(sha256)
    while True:
        Blob.objects.get_or_create(sha256=sha256, defaults={"size": size})
        # a release may have dropped the row while this waited for it: then it is made again
        blob = Blob.objects.select_for_update().filter(pk=sha256).first()
        if blob is not None:
            break
    files.keep(draft, sha256)
    return share(blob)


def share(blob: Blob) -> Blob:
    """Count one more reference to bytes that some row of this transaction already holds."""
    Blob.objects.filter(pk=blob.pk).update(reference_count=F("reference_count") + 1)
    return Blob.objects.get(pk=blob.pk)


def put_bytes(data: bytes) -> Blob:
    """Store bytes for a row that is about to refer to them."""
    return put_chunks([data])


def put_chunks(chunks: Iterable[bytes]) -> Blob:
    draft, sha256, size = files.receive(chunks)
    try:
        return refer(draft=draft, sha256=sha256, size=size)
    finally:
        files.discard(draft)


@transaction.atomic
def release(hashes: Iterable[str]) -> int:
    """Drop the bytes that nothing refers to any more; returns how many that are.

    Call inside the transaction that removed the referring rows, after it did. The count is taken
    anew from those who refer, so that a count gone wrong costs no bytes.
    """
    dropped = []
    for blob in Blob.objects.select_for_update().filter(pk__in=set(hashes)).order_by("pk"):
        count = count_references(blob.pk)
        if count:
            Blob.objects.filter(pk=blob.pk).update(reference_count=count)
        else:
            dropped.append(blob.pk)
            blob.delete()  # which takes the instance's key away
    for sha256 in dropped:
        transaction.on_commit(lambda sha256=sha256: remove_unless_known(sha256), robust=True)  # type: ignore[misc]
    return len(dropped)


@transaction.atomic
def remove_unless_known(sha256: str) -> bool:
    """Remove the file if no row names it; whether it did."""
    _lock_hash(sha256)
    if Blob.objects.filter(pk=sha256).exists():
        return False
    return files.remove(sha256)


def _lock_hash(sha256: str) -> None:
    """Until the transaction ends nobody else writes or removes this file. On SQLite a transaction
    has the database to itself from its start (IMMEDIATE)."""
    if connection.vendor == "postgresql":
        key = int(sha256[:15], 16)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
