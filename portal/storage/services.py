"""Blobs: bytes with a count of who refers to them."""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import F

from portal.storage import files, ranges
from portal.storage.files import Draft
from portal.storage.models import Blob


def count_references(drafts: Iterable[Draft]) -> None:
    """Count one more reference for each settled draft. Call inside the transaction that writes the
    rows which refer to them, and :func:`name` the drafts at its end.

    The rows stay locked until then: whoever frees bytes takes the same lock, so that a file can't
    go between the two.
    """
    drafts = list(drafts)
    sizes = {draft.sha256: draft.size for draft in drafts}
    counts = Counter(draft.sha256 for draft in drafts)
    rows = [Blob(sha256=key, size=size) for key, size in sorted(sizes.items())]
    Blob.objects.bulk_create(rows, ignore_conflicts=True)
    list(Blob.objects.filter(pk__in=sizes).order_by("pk").select_for_update().values_list("pk"))
    for times in set(counts.values()):
        same = [key for key, n in counts.items() if n == times]
        Blob.objects.filter(pk__in=same).update(reference_count=F("reference_count") + times)


def name(drafts: Iterable[Draft]) -> None:
    """Give drafts their place, last in the transaction: one that fails before leaves no file."""
    for draft in drafts:
        draft.keep()


def put_bytes(data: bytes) -> Blob:
    """Store bytes for a row that is about to refer to them."""
    return put_chunks([data])


def put_chunks(chunks: Iterable[bytes]) -> Blob:
    with files.receive(chunks) as draft, transaction.atomic():
        count_references([draft])
        name([draft])
        return Blob.objects.get(pk=draft.sha256)


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
