"""Preparing a received file for storing: as sent, or cleaned by the project's procedure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cmrkit.deid import NONE, Deidentified, Identity, deidentify
from cmrkit.deid.burned import Flag, find_text
from cmrkit.deid.words import cleaned
from cmrkit.dicomio import InstanceHeader, first_frame, read_header
from cmrkit.errors import CmrkitError
from portal.imaging.models import Series
from portal.projects.deidentification import procedure_of, project_keys
from portal.projects.models import Project
from portal.storage.files import chunks_of

BURNED_IN = "burned_in_suspected"
BURNED_IN_MESSAGE = (
    "A name may be written into the pixels of this file. Someone who may see it should look before "
    "it is stored."
)


@dataclass(frozen=True)
class Prepared:
    """What is to be stored of one file, and what is known of it as it was sent.

    ``patient_key`` tells patients apart and is never shown. ``identity`` is None where the file is
    stored as sent. The source must stay open while ``chunks`` are taken.
    """

    procedure: str
    patient_key: str
    pseudonym: str
    sent_study_uid: str
    sent_series_uid: str
    sent_sop_instance_uid: str
    identity: Identity | None
    flags: tuple[Flag, ...]
    header: InstanceHeader | None  # where it was read already: of a file taken as it is
    _source: BinaryIO
    _cleaned: Deidentified | None

    @property
    def deidentified(self) -> bool:
        return self._cleaned is not None

    def chunks(self) -> Iterator[bytes]:
        """The file to store, piece by piece."""
        if self._cleaned is not None:
            yield from self._cleaned.chunks()
            return
        self._source.seek(0)
        yield from chunks_of(self._source)


def prepare(project: Project, source: BinaryIO, *, generated: bool = False) -> Prepared:
    """Clean one received file by the project's procedure, or take it as it is. What the portal
    made itself (``generated``) is of nobody and is taken as it is.

    Raises what ``cmrkit`` raises of a file that can't be read or cleaned: then nothing of it may
    be stored.
    """
    procedure = None if generated else procedure_of(project)
    if procedure is None:
        header = read_header(source)
        return Prepared(
            procedure=NONE,
            patient_key=header.patient_key,
            pseudonym="",
            sent_study_uid=header.study_uid,
            sent_series_uid=header.series_uid,
            sent_sop_instance_uid=header.sop_instance_uid,
            identity=None,
            flags=(),
            header=header,
            _source=source,
            _cleaned=None,
        )
    found = deidentify(source, procedure, project_keys(project))
    return Prepared(
        procedure=procedure.name,
        patient_key=found.patient_key,
        pseudonym=found.pseudonym,
        sent_study_uid=found.sent_study_uid,
        sent_series_uid=found.sent_series_uid,
        sent_sop_instance_uid=found.sent_sop_instance_uid,
        identity=found.identity,
        flags=found.flags,
        header=None,
        _source=source,
        _cleaned=found,
    )


def pixel_flags(project: Project, header: InstanceHeader, file: BinaryIO) -> tuple[Flag, ...]:
    """Letters found at the border of the file's first frame.

    Looked for in the first files of a series only, until one is stored: what a scanner or a
    workstation burns in, it burns into all of them. Pixels that can't be decoded are not looked at.
    """
    seen = Series.objects.filter(study__project=project, series_uid=header.series_uid).exists()
    if seen or not header.n_frames:
        return ()
    try:
        frame = first_frame(file)
    except CmrkitError:
        return ()
    return (Flag.TEXT,) if find_text(frame) is not None else ()


def import_label(project: Project, label: str) -> str:
    """The name of an import: that of a folder, as a rule, and folders are named after patients."""
    return label if procedure_of(project) is None else cleaned(label)
