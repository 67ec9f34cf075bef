"""One DICOM file: what the archive keeps of it besides the bytes."""

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID

from cmrkit.dicomio.frames import LONG_VALUE, frame_ranges
from cmrkit.dicomio.json_model import json_of
from cmrkit.dicomio.meta import file_meta, is_directory, refuse_deflated
from cmrkit.dicomio.patients import patient_key
from cmrkit.errors import MediaDirectory, UnreadableDicom, UnsupportedInput

_COPIES = frozenset({"SEG", "SR", "PR", "RTSTRUCT", "KO"})  # no images, but kept with the study
_REQUIRED = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
_UID = re.compile(r"[0-9.]{1,64}")
_MAX_PIXELS = 1 << 24  # of one frame: far beyond any MR, far below what fills a machine's memory
_MAX_FRAMES = 20_000  # of one file: a 4D flow has about 5000


@dataclass(frozen=True)
class InstanceHeader:
    """``metadata`` is DICOM JSON without bulk data; ``frame_ranges`` are (offset, length) in bytes
    per frame, several pairs where a compressed frame is split, empty without pixels.
    ``patient_key`` tells patients apart and is never shown."""

    study_uid: str
    series_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    modality: str
    rows: int | None
    columns: int | None
    n_frames: int
    frame_ranges: tuple[tuple[int, ...], ...]
    metadata: dict[str, Any]
    patient_key: str

    def value(self, tag: str, default: Any = None) -> Any:
        """First value of a tag given as 8 hex digits."""
        values = self.metadata.get(tag, {}).get("Value") or [default]
        return values[0]

    def values(self, tag: str) -> list[Any]:
        return list(self.metadata.get(tag, {}).get("Value") or [])


def read_header(source: Path | bytes | BinaryIO) -> InstanceHeader:
    """Parse one file without decoding pixels.

    Raises UnreadableDicom for what is not DICOM, is cut short or lacks its identifiers, and
    UnsupportedInput for a modality that Accord doesn't read (CT, for example).
    """
    try:
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return _parse(stream)
        return _parse(BytesIO(source) if isinstance(source, bytes) else source)
    except (UnreadableDicom, UnsupportedInput):
        raise
    except InvalidDicomError as error:
        raise UnreadableDicom(
            "This is not a DICOM file (no DICM mark). Leave it out of the import."
        ) from error
    except Exception as error:
        raise UnreadableDicom(
            f"The file is damaged or cut short ({type(error).__name__}). Export it again."
        ) from error


def _parse(stream: BinaryIO) -> InstanceHeader:
    _refuse_by_meta(stream)
    dataset = dcmread(stream, defer_size=LONG_VALUE)
    _check_identifiers(dataset)
    modality = str(dataset.get("Modality", "") or "")
    if modality not in {"MR", *_COPIES}:
        raise UnsupportedInput(
            f"Modality {modality[:16] or 'unknown'}: Accord reads MR. Leave it out of the import."
        )
    syntax = str(getattr(dataset.file_meta, "TransferSyntaxUID", "") or "")
    if not syntax or UID(syntax).is_private or not UID(syntax).is_transfer_syntax:
        raise UnsupportedInput("The transfer syntax is unknown. Export it uncompressed.")
    n_frames = _frame_count(dataset) if "PixelData" in dataset else 0
    ranges = frame_ranges(dataset, stream, n_frames) if n_frames else ()
    return InstanceHeader(
        study_uid=str(dataset.StudyInstanceUID),
        series_uid=str(dataset.SeriesInstanceUID),
        sop_instance_uid=str(dataset.SOPInstanceUID),
        sop_class_uid=str(dataset.SOPClassUID),
        transfer_syntax_uid=syntax,
        modality=modality,
        rows=_integer(dataset, "Rows"),
        columns=_integer(dataset, "Columns"),
        n_frames=n_frames,
        frame_ranges=ranges,
        metadata=_metadata(dataset),
        patient_key=patient_key_of(dataset),
    )


def patient_key_of(dataset: Dataset) -> str:
    """What tells patients apart; never shown or stored as it is."""
    return patient_key(
        issuer=str(dataset.get("IssuerOfPatientID", "")),
        patient_id=str(dataset.get("PatientID", "")),
        name=str(dataset.get("PatientName", "")),
        study_uid=str(dataset.get("StudyInstanceUID", "")),
    )


def _refuse_by_meta(stream: BinaryIO) -> None:
    """Before the file is parsed: the index of a medium is no image."""
    meta = file_meta(stream)
    if is_directory(meta):
        raise MediaDirectory("The index of a disc (DICOMDIR). Its files are imported themselves.")
    refuse_deflated(meta)


def _check_identifiers(dataset: Dataset) -> None:
    missing = [name for name in _REQUIRED if not dataset.get(name)]
    if missing:
        raise UnreadableDicom(f"The file lacks {', '.join(missing)}. Export it again.")
    invalid = [name for name in _REQUIRED if not _UID.fullmatch(str(dataset.get(name)))]
    if invalid:
        raise UnreadableDicom(
            f"{', '.join(invalid)} is not a UID. Ask the site to export it again."
        )


def _frame_count(dataset: FileDataset) -> int:
    """Frames, once it is clear that rows, columns and bits make frames at all."""
    sizes = [_integer(dataset, name) or 0 for name in ("Rows", "Columns", "BitsAllocated")]
    n_frames = int(dataset.get("NumberOfFrames", 1) or 1)
    if min(*sizes, n_frames) < 1:
        raise UnreadableDicom("The size of the image is missing or zero. Export the file again.")
    if sizes[0] * sizes[1] > _MAX_PIXELS or n_frames > _MAX_FRAMES:
        raise UnsupportedInput(
            "The image is larger than MR images are. Leave it out of the import."
        )
    return n_frames


def _integer(dataset: FileDataset, name: str) -> int | None:
    value = dataset.get(name)
    number = -1 if value in (None, "") else int(value)
    return number if 0 <= number <= 0xFFFF else None


def _metadata(dataset: Dataset) -> dict[str, Any]:
    """DICOM JSON (PS3.18 F); binary elements are named with the tag where their bytes are found,
    pixel data is left out."""
    out = json_of(dataset)
    out["00083002"] = {"vr": "UI", "Value": [str(dataset.file_meta.TransferSyntaxUID)]}
    return dict(sorted(out.items()))
