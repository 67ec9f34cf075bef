"""From a received file to what will be stored of it: read, checked, cleaned. No database."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, Self

from pydicom import dcmread

from cmrkit.dicomio import InstanceHeader, read_header
from cmrkit.errors import CmrkitError
from portal.intake.vault.spool import Spooled
from portal.projects.models import Project
from portal.storage import files
from portal.storage.files import Draft, chunks_of

DEID_NONE = "none-v1"


class SentNames(NamedTuple):
    """UIDs of a file as its sender knows them; empty where it can't be read."""

    study_uid: str = ""
    sop_class_uid: str = ""
    sop_instance_uid: str = ""


UNREAD = SentNames()


@dataclass
class Candidate:
    """One file on its way. ``problem`` is (code, sentence) where it can't be stored; else ``draft``
    holds the bytes to store and ``header`` what they say. A context manager: what was neither
    stored nor set aside is gone at its end."""

    sequence: int
    received: Spooled
    problem: tuple[str, str] | None = None
    draft: Draft | None = None
    header: InstanceHeader | None = None
    procedure: str = DEID_NONE
    patient_key: str = ""
    sent: SentNames = UNREAD

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.received.discard()
        if self.draft is not None:
            self.draft.discard()

    @property
    def ready(self) -> InstanceHeader | None:
        """The header, where the file may be stored."""
        return self.header if self.problem is None else None


def prepare(
    project: Project, sequence: int, received: Spooled, *, released: bool = False
) -> Candidate:
    """Read and clean one file. A bad file gets its problem; only trouble of the installation
    itself (a full disk) is raised."""
    candidate = Candidate(sequence, received)
    try:
        with received.opened() as stream:
            candidate.header = read_header(stream)
            candidate.patient_key = candidate.header.patient_key
            candidate.sent = _names(candidate.header)
            candidate.draft = files.receive(_from_start(stream))
    except CmrkitError as error:
        candidate.problem = (error.code, str(error))
    return candidate


def _names(header: InstanceHeader) -> SentNames:
    return SentNames(header.study_uid, header.sop_class_uid, header.sop_instance_uid)


def sent_names(received: Spooled) -> SentNames:
    """The UIDs of a file that was read before; cheap."""
    tags = ["StudyInstanceUID", "SOPClassUID", "SOPInstanceUID"]
    with received.opened() as stream:
        found = dcmread(stream, stop_before_pixels=True, specific_tags=tags)
    return SentNames(*(str(found.get(tag, "")) for tag in tags))


def _from_start(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    yield from chunks_of(stream)
