"""The phantom as oblique MR DICOM, with the header fields that a scanner writes."""

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset

from cmrkit.dicomio.mr_writing import UID_ROOT, FrameNames, FramePlace, mr_dataset
from cmrkit.phantom.cine import CinePhantom
from cmrkit.phantom.enhancement import EnhancementPhantom
from cmrkit.phantom.long_axis_cine import LongAxisCine

MANUFACTURER = "Accord phantom"
ENHANCEMENT_SERIES = 101  # short-axis series count from 1, long-axis ones from 201

AnyCine = CinePhantom | LongAxisCine
AnyPhantom = AnyCine | EnhancementPhantom


def study_uid_of(seed: int) -> str:
    """StudyInstanceUID of the phantom of that seed."""
    return f"{UID_ROOT}.{seed}.1"


def cine_datasets(
    phantom: AnyCine,
    *,
    patient_id: str = "PHANTOM",
    leave_out: Collection[tuple[int, int]] = (),
    extra: dict[str, str] | None = None,
) -> Iterator[FileDataset]:
    """One dataset per frame, slice by slice; arguments as in :func:`write_cine_dicom`."""
    for s in range(phantom.meta.n_slices):
        for p in range(phantom.meta.n_phases):
            if (s, p) not in leave_out:
                dataset = _frame(phantom, s, p, patient_id, first_series=phantom.first_series)
                dataset.SeriesDescription = phantom.description
                for keyword, value in (extra or {}).items():
                    setattr(dataset, keyword, value)
                yield dataset


def write_cine_dicom(
    phantom: AnyCine,
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


def write_enhancement_dicom(
    phantom: EnhancementPhantom,
    folder: Path,
    *,
    patient_id: str = "PHANTOM",
    extra: dict[str, str] | None = None,
) -> list[Path]:
    """Late enhancement in the study of the cine of the same seed: one series, one file per slice,
    with the inversion that its header has to tell; otherwise as :func:`write_cine_dicom`."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for s in range(phantom.meta.n_slices):
        dataset = _frame(phantom, s, 0, patient_id, first_series=ENHANCEMENT_SERIES, apart=False)
        dataset.SeriesDescription = "LGE SAX"
        dataset.ScanningSequence, dataset.SequenceVariant = ["GR", "IR"], ["SP", "MP"]
        dataset.InversionTime, dataset.FlipAngle = 290, 20
        dataset.RepetitionTime, dataset.EchoTime = 700, 1.6
        for keyword, value in (extra or {}).items():
            setattr(dataset, keyword, value)
        path = folder / f"{dataset.SeriesNumber:02d}-{dataset.InstanceNumber:04d}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        files.append(path)
    return files


def _frame(
    phantom: AnyPhantom,
    s: int,
    p: int,
    patient_id: str,
    *,
    first_series: int,
    apart: bool = True,
) -> FileDataset:
    """``apart``: every slice is a series of its own, counted from ``first_series``."""
    meta, seed = phantom.meta, phantom.seed
    ref = meta.frames[s][p]
    assert ref is not None
    number = first_series + s if apart else first_series
    names = FrameNames(
        study_uid=study_uid_of(seed),
        series_uid=f"{UID_ROOT}.{seed}.2.{number}",
        sop_instance_uid=ref.sop_instance_uid,
        series_number=number,
        instance_number=s * meta.n_phases + p + 1,
    )
    values = np.clip(np.rint(phantom.pixels[s, p]), 0, 4095).astype("<u2")
    dataset = mr_dataset(names, _place(phantom, s, p), values, bits_stored=12)
    dataset.WindowCenter, dataset.WindowWidth = 600, 1200
    _identify(dataset, phantom, patient_id)
    return dataset


def _identify(dataset: Dataset, phantom: AnyPhantom, patient_id: str) -> None:
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "NONE"]
    dataset.StudyDate, dataset.StudyTime = "20260101", "120000"
    dataset.AccessionNumber = ""
    dataset.Manufacturer = MANUFACTURER
    dataset.ManufacturerModelName = "closed-form heart"
    dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = "Phantom heart"
    dataset.PatientName = f"Phantom^{phantom.parameters.pathology.capitalize()}"
    dataset.PatientID = patient_id
    dataset.PatientBirthDate, dataset.PatientSex = "", "O"
    dataset.StudyID = str(phantom.seed)
    dataset.ScanningSequence, dataset.SequenceVariant = "GR", "SS"
    dataset.ScanOptions, dataset.MRAcquisitionType = "RG", "2D"
    dataset.MagneticFieldStrength = 1.5
    dataset.RepetitionTime, dataset.EchoTime, dataset.FlipAngle = 3.1, 1.5, 50


def _place(phantom: AnyPhantom, s: int, p: int) -> FramePlace:
    meta = phantom.meta
    return FramePlace(
        frame_of_reference_uid=meta.frame_of_reference_uid,
        position_mm=meta.slice_positions_mm[s],
        row_direction=meta.row_direction,
        column_direction=meta.column_direction,
        pixel_spacing_mm=meta.pixel_spacing_mm,
        thickness_mm=meta.slice_thickness_mm,
        slice_spacing_mm=meta.slice_spacing_mm,
        trigger_ms=meta.trigger_times_ms[s][p],
        rr_ms=meta.rr_interval_ms,
        n_phases=meta.n_phases,
    )
