"""From a received file to what will be stored of it: read, checked, cleaned."""

from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, Self

from pydicom import dcmread

from cmrkit.dicomio import InstanceHeader, read_header
from cmrkit.errors import CmrkitError
from portal.intake.services import deidentifying
from portal.intake.vault.spool import Spooled
from portal.projects.models import NOT_DEIDENTIFIED, Project
from portal.storage import files
from portal.storage.files import Draft


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
    procedure: str = NOT_DEIDENTIFIED
    cleaned: deidentifying.Prepared | None = None
    patient_key: str = ""
    sent: SentNames = UNREAD

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def discard(self) -> None:
        self.received.discard()
        if self.draft is not None:
            self.draft.discard()

    @property
    def ready(self) -> InstanceHeader | None:
        """The header, where the file may be stored."""
        return self.header if self.problem is None else None


def prepare(
    project: Project,
    sequence: int,
    received: Spooled,
    *,
    generated: bool = False,
    released: bool = False,
) -> Candidate:
    """Read and clean one file. A bad file gets its problem; only trouble of the installation
    itself (a full disk) is raised. ``generated`` says that the portal made the file itself,
    ``released`` that a person looked at its pixels and found no name in them."""
    candidate = Candidate(sequence, received)
    try:
        with received.opened() as stream:
            _clean(project, candidate, stream, generated=generated, released=released)
    except CmrkitError as error:
        candidate.problem = (error.code, str(error))
    except BaseException:
        candidate.discard()  # nobody gets it who could
        raise
    return candidate


def _clean(
    project: Project, candidate: Candidate, stream: BinaryIO, *, generated: bool, released: bool
) -> None:
    cleaned = deidentifying.prepare(project, stream, generated=generated)
    draft = candidate.draft = files.receive(cleaned.chunks())
    header = candidate.header = cleaned.header or read_header(draft.opened())
    candidate.cleaned, candidate.procedure = cleaned, cleaned.procedure
    candidate.patient_key = cleaned.patient_key
    candidate.sent = SentNames(
        cleaned.sent_study_uid, header.sop_class_uid, cleaned.sent_sop_instance_uid
    )
    if cleaned.deidentified and not released:
        flags = cleaned.flags or deidentifying.pixel_flags(project, header, draft.opened())
        if flags:
            candidate.problem = (deidentifying.BURNED_IN, deidentifying.BURNED_IN_MESSAGE)


def sent_names(received: Spooled) -> SentNames:
    """The UIDs of a file that was read before; cheap."""
    tags = ["StudyInstanceUID", "SOPClassUID", "SOPInstanceUID"]
    with received.opened() as stream:
        found = dcmread(stream, stop_before_pixels=True, specific_tags=tags)
    return SentNames(*(str(found.get(tag, "")) for tag in tags))
