"""Blobs: bytes with a count of who refers to them."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from portal.storage import files
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
