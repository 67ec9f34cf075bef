"""Which form a file has, told from its content, and the reader for it."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from cmrkit.annotations_in.cvi42 import read_cvi42
from cmrkit.annotations_in.model import ImportedLabels
from cmrkit.annotations_in.rtstruct import read_rtstruct
from cmrkit.annotations_in.seg import read_seg
from cmrkit.annotations_in.sunnybrook import read_sunnybrook
from cmrkit.annotations_in.targets import Targets
from cmrkit.annotations_in.tissues import Tissue
from cmrkit.annotations_in.volumes import read_nifti_labels
from cmrkit.dicomio import read_header
from cmrkit.dicomio.sunnybrook import named
from cmrkit.errors import CmrkitError, UnreadableAnnotations, UnsupportedInput

SEG_CLASSES = frozenset({"1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7"})
RTSTRUCT_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"
_MAX_ENTRIES, _MAX_ENTRY_BYTES = 5000, 1 << 20  # of a zip of contour files


class Form(StrEnum):
    DICOM = "dicom"
    NIFTI = "nifti"
    XML = "xml"
    CONTOURS = "contours"


@dataclass(frozen=True)
class AnnotationFile:
    """One file's bytes; or, for a folder of contour files, all of them by name."""

    form: Form
    data: bytes = b""
    files: Mapping[str, bytes] | None = None

    @classmethod
    def of_bytes(cls, data: bytes) -> "AnnotationFile":
        """Told by content, never by name. A zip may hold contour files. Raises
        UnreadableAnnotations for a form that isn't known."""
        if data[128:132] == b"DICM":
            return cls(Form.DICOM, data)
        if data[:2] == b"\x1f\x8b" or data[344:347] in (b"n+1", b"ni1") or data[4:7] == b"n+2":
            return cls(Form.NIFTI, data)
        if data[:4] == b"PK\x03\x04":
            return cls(Form.CONTOURS, files=_unzipped(data))
        if data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            return cls(Form.XML, data)
        raise UnreadableAnnotations(
            "This is no annotation file that Accord knows: DICOM SEG or RTSTRUCT, a NIfTI label "
            "map, a cvi42 workspace (.cvi42wsx), or a zip of Sunnybrook contours."
        )

    @classmethod
    def of_contours(cls, files: Mapping[str, bytes]) -> "AnnotationFile":
        return cls(Form.CONTOURS, files=files)


@dataclass(frozen=True)
class Options:
    """What only the person who imports can know: the phase (from 0) of a label map of one time, and
    what names and numbers mean."""

    phase: int | None = None
    mapping: Mapping[str, Tissue | None] | None = None


def read_annotations(
    file: AnnotationFile, targets: Targets, options: Options | None = None
) -> ImportedLabels:
    """The contours of a file on the frames of ``targets``. Raises the errors of its form's reader,
    all of them CmrkitError with a sentence for people."""
    options = options or Options()
    match file.form:
        case Form.CONTOURS:
            return read_sunnybrook(file.files or {}, targets)
        case Form.XML:
            return read_cvi42(file.data, targets)
        case Form.NIFTI:
            return read_nifti_labels(
                file.data, targets, meanings=_values(options), phase=options.phase
            )
        case Form.DICOM:
            return _read_dicom(parsed(file.data), targets, options)


def parsed(data: bytes) -> Dataset:
    """A SEG or RTSTRUCT that can be read. Raises UnsupportedInput for any other DICOM."""
    header = read_header(data)  # refuses what is cut, deflated or without identifiers
    if header.sop_class_uid not in SEG_CLASSES and header.sop_class_uid != RTSTRUCT_CLASS:
        raise UnsupportedInput("Of DICOM, SEG and RTSTRUCT hold annotations. This is another kind.")
    return dcmread(BytesIO(data))


def _read_dicom(dataset: Dataset, targets: Targets, options: Options) -> ImportedLabels:
    read = read_rtstruct if str(dataset.SOPClassUID) == RTSTRUCT_CLASS else read_seg
    try:
        return read(dataset, targets, options.mapping)
    except CmrkitError:
        raise
    except Exception as error:  # what a hostile or broken file makes of pydicom's lazy values
        raise UnreadableAnnotations(
            f"The annotations can't be read ({type(error).__name__}). Export them again."
        ) from error


def _values(options: Options) -> dict[int, Tissue | None] | None:
    """The meanings of a label map's numbers; None where the caller states none."""
    found = {int(k): v for k, v in (options.mapping or {}).items() if k.isdigit()}
    return found or None


def _unzipped(data: bytes) -> dict[str, bytes]:
    """The contour files of a zip by their bare names; nothing else is unpacked."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if named(e.filename) is not None]
            if len(entries) > _MAX_ENTRIES or any(e.file_size > _MAX_ENTRY_BYTES for e in entries):
                raise UnreadableAnnotations("The zip holds more than a set of contours.")
            for entry in entries:
                found[entry.filename.rsplit("/", 1)[-1]] = archive.read(entry)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError) as error:
        raise UnreadableAnnotations(
            "The zip can't be unpacked: damaged or encrypted. Unpack it, then make a new one."
        ) from error
    if not found:
        raise UnreadableAnnotations(
            "The zip holds no contour files (names like IM-0001-0048-icontour-manual.txt)."
        )
    return found
