"""Blobs: bytes with a count of who refers to them, kept while anything does.

Whoever writes or removes a file holds the row of its hash. A file goes in a transaction of its own,
after the removal of its row has committed: a crash in between leaves an orphan, which
``check_integrity --repair`` removes, never a row without its bytes.
"""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import F

from portal.storage import files, ranges
from portal.storage.files import Draft
from portal.storage.models import Blob
from portal.storage.references import references_to


def count_references(drafts: Iterable[Draft]) -> None:
    """Count one more reference for each draft. Call inside the transaction that writes the
    rows which refer to them, and :func:`name` the drafts at its end.

    The rows stay locked until then: whoever frees bytes takes the same lock, so that a file can't
    go between the two.
    """
    drafts = list(drafts)
    sizes = {draft.sha256: draft.size for draft in drafts}
    counts = Counter(draft.sha256 for draft in drafts)
    rows = [Blob(sha256=key, size=size) for key, size in sorted(sizes.items())]
    held: list[str] = []
    while len(held) < len(rows):  # a row that was just released is gone once it can be locked
        Blob.objects.bulk_create(rows, ignore_conflicts=True)
        locked = Blob.objects.filter(pk__in=sizes).order_by("pk").select_for_update()
        held = list(locked.values_list("pk", flat=True))
    for times in set(counts.values()):
        same = [key for key, n in counts.items() if n == times]
        Blob.objects.filter(pk__in=same).update(reference_count=F("reference_count") + times)


def name(drafts: Iterable[Draft]) -> None:
    """Give drafts their place, last in the transaction: one that fails before leaves no file."""
    files.keep_all(list(drafts))


def put_bytes(data: bytes) -> Blob:
    """Store bytes for a row that is about to refer to them."""
    return put_chunks([data])


def put_chunks(chunks: Iterable[bytes]) -> Blob:
    with files.receive(chunks) as draft:
        draft.settle()
        return _put(draft)


@transaction.atomic
def _put(draft: Draft) -> Blob:
    count_references([draft])
    name([draft])
    return Blob.objects.get(pk=draft.sha256)


def share(blob: Blob) -> Blob:
    """Count one more reference to bytes that some row of this transaction already holds."""
    Blob.objects.filter(pk=blob.pk).update(reference_count=F("reference_count") + 1)
    return Blob.objects.get(pk=blob.pk)


@transaction.atomic
def release(sha256s: Iterable[str]) -> int:
    """Drop the bytes that nothing refers to any more; returns how many that are.

    Call inside the transaction that removed the referring rows, after it did. The count is taken
    anew from those who refer, so that a count gone wrong costs no bytes. Files go when the
    transaction has committed.
    """
    gone = []
    rows = Blob.objects.select_for_update().filter(pk__in=set(sha256s)).order_by("pk")
    for sha256 in list(rows.values_list("pk", flat=True)):
        count = references_to(sha256)
        if count:
            Blob.objects.filter(pk=sha256).update(reference_count=count)
        else:
            Blob.objects.filter(pk=sha256).delete()
            gone.append(sha256)
    transaction.on_commit(partial(_free, gone))
    return len(gone)


def _free(sha256s: list[str]) -> None:
    for sha256 in sha256s:
        remove_unless_known(sha256)


@transaction.atomic
def remove_unless_known(sha256: str) -> bool:
    """Remove the file if no row names it; whether it did. A row is put in its place for as long as
    that takes, so that the same bytes that come in meanwhile wait, and are named after it."""
    made = Blob.objects.bulk_create([Blob(sha256=sha256, size=0)], ignore_conflicts=True)
    own = Blob.objects.filter(pk=sha256, size=0, created_at=made[0].created_at).select_for_update()
    if not own.exists():
        return False
    removed = files.remove(sha256)
    ranges.forget(sha256)
    own.delete()
    return removed
