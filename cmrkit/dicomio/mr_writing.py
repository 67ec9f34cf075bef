"""Writing frames as classic MR images (MR Image Storage, PS3.3 A.4): one file per frame,
Explicit VR Little Endian, 16 bit. Phantoms and imported volumes both go through here."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

from cmrkit.contracts.stack import Vector3

UID_ROOT = "2.25.73610"


@dataclass(frozen=True)
class FramePlace:
    """Where a frame lies (LPS mm; ``pixel_spacing_mm`` between rows, then between columns) and
    when it was taken (ms after the R wave; None where there is no time)."""

    frame_of_reference_uid: str
    position_mm: Vector3
    row_direction: Vector3
    column_direction: Vector3
    pixel_spacing_mm: tuple[float, float]
    thickness_mm: float | None
    slice_spacing_mm: float
    trigger_ms: float | None
    rr_ms: float | None
    n_phases: int


@dataclass(frozen=True)
class FrameNames:
    """The identifiers of one frame's file."""

    study_uid: str
    series_uid: str
    sop_instance_uid: str
    series_number: int
    instance_number: int


def mr_dataset(
    names: FrameNames, place: FramePlace, stored: NDArray[np.integer], *, bits_stored: int = 16
) -> FileDataset:
    """One MR image with ``stored`` (row, column), uint16 or int16, as it is.

    Patient, equipment and acquisition are the caller's to set.
    """
    file_meta = FileMetaDataset()
    file_meta.MediaStorageSOPClassUID = MRImageStorage
    file_meta.MediaStorageSOPInstanceUID = names.sop_instance_uid
    file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file_meta.ImplementationClassUID = f"{UID_ROOT}.1"
    dataset = FileDataset("", {}, file_meta=file_meta, preamble=b"\0" * 128)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.SOPClassUID = MRImageStorage
    dataset.Modality = "MR"
    dataset.SOPInstanceUID = names.sop_instance_uid
    dataset.StudyInstanceUID = names.study_uid
    dataset.SeriesInstanceUID = names.series_uid
    dataset.SeriesNumber = names.series_number
    dataset.InstanceNumber = names.instance_number
    _put(dataset, place)
    _fill(dataset, stored, bits_stored)
    return dataset


def _put(dataset: FileDataset, place: FramePlace) -> None:
    dataset.FrameOfReferenceUID = place.frame_of_reference_uid
    dataset.PositionReferenceIndicator = ""
    dataset.ImagePositionPatient = list(place.position_mm)
    dataset.ImageOrientationPatient = [*place.row_direction, *place.column_direction]
    dataset.PixelSpacing = list(place.pixel_spacing_mm)
    dataset.SliceThickness = place.thickness_mm
    dataset.SpacingBetweenSlices = place.slice_spacing_mm
    if place.trigger_ms is not None:
        dataset.TriggerTime = place.trigger_ms
        dataset.CardiacNumberOfImages = place.n_phases
    if place.rr_ms is not None:
        dataset.NominalInterval = round(place.rr_ms)
        dataset.HeartRate = round(60000 / place.rr_ms)


def _fill(dataset: FileDataset, stored: NDArray[np.integer], bits_stored: int) -> None:
    signed = stored.dtype.kind == "i"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = stored.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, bits_stored, bits_stored - 1
    dataset.PixelRepresentation = int(signed)
    dataset.PixelData = stored.astype("<i2" if signed else "<u2").tobytes()
