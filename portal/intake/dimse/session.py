"""One association: its files go in one by one, and its import is finished once."""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from django.db import DatabaseError, transaction
from pydicom.filereader import read_partial

from portal.intake.dimse import statuses
from portal.intake.models import Association, ImportBatch, ImportState, ReceivingAE
from portal.intake.services.opening import open_import
from portal.intake.services.receiving import receive_file, refuse_file
from portal.intake.services.tidying import finish_association
from portal.storage.errors import FileTooLarge, StorageFull
from portal.storage.files import CHUNK

logger = logging.getLogger(__name__)
_SOP_INSTANCE_UID = 0x00080018
_ENOUGH = 1 << 16  # bytes of a dataset that hold its UIDs
_MISMATCH = "The sender announced another object than it sent. Ask for the study to be sent again."


@dataclass(frozen=True)
class Received:
    """A file as it came: Accord's head, and the dataset's own bytes."""

    head: bytes
    dataset: memoryview

    def chunks(self) -> Iterator[bytes]:
        yield self.head
        for start in range(0, len(self.dataset), CHUNK):
            yield bytes(self.dataset[start : start + CHUNK])


class Session:
    """Safe to finish from another thread than the one that stores."""

    def __init__(self, receiver: ReceivingAE, calling: str, process: str) -> None:
        self._receiver, self._calling, self._process = receiver, calling, process
        self._lock = threading.Lock()
        self._row: Association | None = None
        self._next = 0
        self._over = False

    def store(self, file: Received, sop_class: str, sop_instance: str) -> int:
        """Take in one file; answers the C-STORE status. Success only for what lasts."""
        with self._lock:
            if self._over:
                return statuses.OUT_OF_RESOURCES
            try:
                return self._store(file, sop_class, sop_instance)
            except (StorageFull, DatabaseError, OSError) as error:
                logger.error("a received file was not kept: %s", type(error).__name__)
                return statuses.OUT_OF_RESOURCES

    def _store(self, file: Received, sop_class: str, sop_instance: str) -> int:
        batch, sequence = self._batch(), self._next
        # never used twice, not even when it failed: a number stands for one file
        self._next += 1
        if _announced_otherwise(file, sop_class, sop_instance):
            item = refuse_file(
                batch=batch, sequence=sequence, code="uid_mismatch", message=_MISMATCH
            )
        else:
            try:
                item = receive_file(batch=batch, sequence=sequence, chunks=file.chunks())
            except FileTooLarge as error:
                item = refuse_file(
                    batch=batch, sequence=sequence, code=error.code, message=str(error)
                )
        return statuses.status_of(item)

    def _batch(self) -> ImportBatch:
        """Opened by the first file: an association that only echoes leaves no import. Where a
        person finished it in the meantime, the rest goes into another."""
        if self._row is not None:
            self._row.batch.refresh_from_db(fields=["state"])
            if self._row.batch.state == ImportState.FINISHED:
                finish_association(self._row)
                self._row = None
        if self._row is None:
            with transaction.atomic():
                batch = open_import(
                    project=self._receiver.project,
                    label=f"From {self._calling}",
                    details={"calling": self._calling, "called": self._receiver.ae_title},
                )
                self._row = Association.objects.create(
                    receiver=self._receiver,
                    batch=batch,
                    ae_title=self._calling,
                    process=self._process,
                )
        return self._row.batch

    def close(self) -> None:
        """Wait for the file that is being stored, and take no other."""
        with self._lock:
            self._over = True

    def finish(self) -> None:
        """After the last file, however the association ended. What fails here is left to the
        chore that finishes lost imports."""
        self.close()
        if self._row is not None:
            try:
                finish_association(self._row)
            except Exception as error:  # noqa: BLE001 - the chore comes back to it
                logger.error("an import was not finished: %s", type(error).__name__)


def _announced_otherwise(file: Received, sop_class: str, sop_instance: str) -> bool:
    """Whether command and dataset name different objects: the file's head would be wrong. What
    can't be read is left to the import, which has the words for it."""
    try:
        start = BytesIO(file.head + bytes(file.dataset[:_ENOUGH]))
        head = read_partial(start, stop_when=lambda tag, *_: tag > _SOP_INSTANCE_UID)
        found = (str(head.SOPClassUID), str(head.SOPInstanceUID))
    except Exception:  # noqa: BLE001 - whatever a damaged file makes the parser raise
        return False
    return found != (sop_class, sop_instance)
