"""Writing revisions: the one place where the content of an annotation or entry changes.

The caller holds the read's lock (``portal.reads.services.lifecycle.lock_open_read``). The version
is checked once more inside the UPDATE, or by the unique constraint for a first version, so that
even a writer without the lock can't overwrite anything unseen.
"""

from typing import Any

from django.db import IntegrityError, transaction

from portal.annotations.content import GENESIS, ContourKey, Parts, revision_hash
from portal.annotations.errors import ConcurrentSave
from portal.annotations.models import Annotation, Entry, EntryKind, EntryRevision, Revision
from portal.reads.models import Read


class Writer:
    """Collects revisions of one read and writes them together; call ``flush`` at the end."""

    def __init__(self, read: Read, *, author_id: str) -> None:
        self.read = read
        self.author_id = author_id
        self._new: list[Annotation] = []
        self._revisions: list[Revision] = []
        self._entry_revisions: list[EntryRevision] = []

    def put(
        self,
        current: Annotation | None,
        key: ContourKey,
        *,
        parts: Parts,
        origin: str,
        state: str,
        model_label: str,
        op_id: str,
    ) -> Annotation:
        """The next revision of ``current``, or the first one of the key."""
        row = current or Annotation(
            read=self.read, version=0, revision_hash=GENESIS, **key._asdict()
        )
        version, prev_hash = row.version + 1, row.revision_hash
        content: dict[str, Any] = {
            "parts": parts,
            "origin": origin,
            "state": state,
            "model_label": model_label,
        }
        hash_ = revision_hash(
            annotation_id=str(row.pk),
            version=version,
            author_id=self.author_id,
            op_id=op_id,
            prev_hash=prev_hash,
            **content,
        )
        if current is None:
            self._new.append(row)
        elif not row._state.adding:
            self._update(row, version=version, revision_hash=hash_, **content)
        for name, value in {**content, "version": version, "revision_hash": hash_}.items():
            setattr(row, name, value)
        self._revisions.append(
            Revision(
                annotation=row,
                version=version,
                author_id=self.author_id,
                op_id=op_id,
                prev_hash=prev_hash,
                hash=hash_,
                **content,
            )
        )
        return row

    def put_entry(
        self, current: Entry | None, kind: EntryKind, name: str, *, value: Any, op_id: str
    ) -> Entry:
        """The next version of an answer or pin."""
        if current is None:
            row = Entry(read=self.read, kind=kind, name=name, value=value, version=1)
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except IntegrityError as error:
                raise ConcurrentSave() from error
        else:
            row = current
            changed = Entry.objects.filter(pk=row.pk, version=row.version).update(
                value=value, version=row.version + 1
            )
            if not changed:
                raise ConcurrentSave()
            row.value, row.version = value, row.version + 1
        self._entry_revisions.append(
            EntryRevision(
                entry=row, version=row.version, value=value, author_id=self.author_id, op_id=op_id
            )
        )
        return row

    def flush(self) -> int:
        """Write what was collected; returns how many revisions that was. A failure undoes the
        caller's transaction too: no savepoint is asked for."""
        try:
            with transaction.atomic(savepoint=False):
                Annotation.objects.bulk_create(self._new, batch_size=200)
                Revision.objects.bulk_create(self._revisions, batch_size=200)
                EntryRevision.objects.bulk_create(self._entry_revisions, batch_size=200)
        except IntegrityError as error:
            raise ConcurrentSave() from error
        return len(self._revisions) + len(self._entry_revisions)

    def _update(self, row: Annotation, **fields: Any) -> None:
        changed = Annotation.objects.filter(pk=row.pk, version=row.version).update(**fields)
        if not changed:
            raise ConcurrentSave()
