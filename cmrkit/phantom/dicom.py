"""The phantom as oblique MR DICOM, with the header fields that a scanner writes."""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

from cmrkit.phantom.cine import CinePhantom

MANUFACTURER = "Accord phantom"
_PREFIX = "2.25.73610"


def study_uid_of(seed: int) -> str:
    """StudyInstanceUID of the phantom of that seed."""
    return f"{_PREFIX}.{seed}.1"


def cine_datasets(
    phantom: CinePhantom,
    *,
    patient_id: str = "PHANTOM",
    leave_out: Collection[tuple[int, int]] = (),
    extra: dict[str, str] | None = None,
) -> Iterator[FileDataset]:
    """One dataset per frame, slice by slice; arguments as in :func:`write_cine_dicom`."""
    for s in range(phantom.meta.n_slices):
        for p in range(phantom.meta.n_phases):
            if (s, p) not in leave_out:
                dataset = _frame(phantom, s, p, patient_id)
                for keyword, value in (extra or {}).items():
                    setattr(dataset, keyword, value)
                yield dataset


def write_cine_dicom(
    phantom: CinePhantom,
    folder: Path,
    *,
    patient_id: str = "PHANTOM",
    leave_out: Collection[tuple[int, int]] = (),
    extra: dict[str, str] | None = None,
) -> list[Path]:
    """One file per frame, Explicit VR Little Endian, 16 bit. UIDs follow from the seed alone.

    ``leave_out`` names (slice, phase) pairs not to write; ``extra`` sets text attributes by
    keyword. Returns the files in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for dataset in cine_datasets(phantom, patient_id=patient_id, leave_out=leave_out, extra=extra):
        path = folder / f"{dataset.SeriesNumber:02d}-{dataset.InstanceNumber:04d}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        files.append(path)
    return files


def _frame(phantom: CinePhantom, s: int, p: int, patient_id: str) -> FileDataset:
    meta, seed = phantom.meta, phantom.seed
    ref = meta.frames[s][p]
    assert ref is not None
    file_meta = FileMetaDataset()
    file_meta.MediaStorageSOPClassUID = MRImageStorage
    file_meta.MediaStorageSOPInstanceUID = ref.sop_instance_uid
    file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file_meta.ImplementationClassUID = f"{_PREFIX}.1"
    dataset = FileDataset("", {}, file_meta=file_meta, preamble=b"\0" * 128)
    _identify(dataset, phantom, patient_id)
    dataset.SOPInstanceUID = ref.sop_instance_uid
    dataset.StudyInstanceUID = study_uid_of(seed)
    dataset.SeriesInstanceUID = f"{_PREFIX}.{seed}.2.{s + 1}"
    dataset.SeriesNumber = s + 1
    dataset.InstanceNumber = s * meta.n_phases + p + 1
    _place(dataset, phantom, s, p)
    values = np.clip(np.rint(phantom.pixels[s, p]), 0, 4095).astype("<u2")
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = values.shape
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    dataset.WindowCenter, dataset.WindowWidth = 600, 1200
    dataset.PixelData = values.tobytes()
    return dataset


def _identify(dataset: Dataset, phantom: CinePhantom, patient_id: str) -> None:
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "NONE"]
    dataset.SOPClassUID = MRImageStorage
    dataset.StudyDate, dataset.StudyTime = "20260101", "120000"
    dataset.AccessionNumber = ""
    dataset.Modality = "MR"
    dataset.Manufacturer = MANUFACTURER
    dataset.ManufacturerModelName = "closed-form heart"
    dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = "Phantom heart"
    dataset.SeriesDescription = "cine SAX"
    dataset.PatientName = f"Phantom^{phantom.parameters.pathology.capitalize()}"
    dataset.PatientID = patient_id
    dataset.PatientBirthDate, dataset.PatientSex = "", "O"
    dataset.StudyID = str(phantom.seed)
    dataset.ScanningSequence, dataset.SequenceVariant = "GR", "SS"
    dataset.ScanOptions, dataset.MRAcquisitionType = "RG", "2D"
    dataset.MagneticFieldStrength = 1.5
    dataset.RepetitionTime, dataset.EchoTime, dataset.FlipAngle = 3.1, 1.5, 50


def _place(dataset: Dataset, phantom: CinePhantom, s: int, p: int) -> None:
    meta = phantom.meta
    dataset.FrameOfReferenceUID = meta.frame_of_reference_uid
    dataset.PositionReferenceIndicator = ""
    dataset.ImagePositionPatient = list(meta.slice_positions_mm[s])
    dataset.ImageOrientationPatient = [*meta.row_direction, *meta.column_direction]
    dataset.PixelSpacing = list(meta.pixel_spacing_mm)
    dataset.SliceThickness = meta.slice_thickness_mm
    dataset.SpacingBetweenSlices = meta.slice_spacing_mm
    dataset.TriggerTime = meta.trigger_times_ms[s][p]
    dataset.NominalInterval = round(meta.rr_interval_ms or 0)
    dataset.HeartRate = round(60000 / (meta.rr_interval_ms or 1000))
    dataset.CardiacNumberOfImages = meta.n_phases
