"""Volumes as MR DICOM, one file per frame, with UIDs that follow from the content."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pydicom.dataset import FileDataset

from cmrkit.contracts import FrameRef
from cmrkit.dicomio.assumed import CONVERTER, Assumed, derivation_codes
from cmrkit.dicomio.mr_writing import FrameNames, FramePlace, mr_dataset
from cmrkit.niftiio.volume import ImageVolume

_UID_DIGITS = 10**36  # under 2.25. a UID may have 39 digits (PS3.5 B.2)


@dataclass(frozen=True)
class StudyAbout:
    """``subject`` stands for the patient: the same subject's studies are one person's. Height in
    m and weight in kg where the set gives them."""

    subject: str
    description: str = "Imported volume"
    height_m: float | None = None
    weight_kg: float | None = None


@dataclass(frozen=True)
class SeriesToWrite:
    """``description`` is what stacks are sorted by: "cine SAX" is a short-axis cine."""

    volume: ImageVolume
    description: str


@dataclass(frozen=True)
class ConvertedStudy:
    """``refs[series][slice][phase]`` names each frame of the volumes; ``datasets()`` makes the
    files, in that order."""

    about: StudyAbout
    series: tuple[SeriesToWrite, ...]
    study_uid: str
    refs: tuple[tuple[tuple[FrameRef, ...], ...], ...]

    def datasets(self) -> Iterator[FileDataset]:
        """One dataset per frame; the same volumes give the same bytes."""
        for index, series in enumerate(self.series):
            for s in range(series.volume.stored.shape[0]):
                for p in range(series.volume.stored.shape[1]):
                    yield _frame(self, index, s, p)


def convert_study(series: Sequence[SeriesToWrite], about: StudyAbout) -> ConvertedStudy:
    """Name the frames of one study. Every UID is a hash of pixels, geometry, times and subject, so
    that the same input imported twice is the same study, and another spacing is another one."""
    names = [_digest(one.volume, one.description) for one in series]
    study = hashlib.sha256("|".join([*names, about.subject]).encode()).hexdigest()
    refs = tuple(
        tuple(
            tuple(
                FrameRef(_uid(study, str(index), str(s), str(p)), 1)
                for p in range(one.volume.stored.shape[1])
            )
            for s in range(one.volume.stored.shape[0])
        )
        for index, one in enumerate(series)
    )
    return ConvertedStudy(about, tuple(series), _uid(study), refs)


def _digest(volume: ImageVolume, description: str) -> str:
    told = [
        volume.stored.shape,
        volume.stored.dtype.str,
        volume.slope,
        volume.intercept,
        volume.row_direction,
        volume.column_direction,
        volume.slice_positions_mm,
        volume.pixel_spacing_mm,
        volume.slice_spacing_mm,
        volume.spacing_assumed,
        volume.trigger_ms,
        volume.rr_ms,
        volume.timing_assumed,
        description,
    ]
    seen = hashlib.sha256(repr(told).encode())
    seen.update(np.ascontiguousarray(volume.stored).tobytes())
    return seen.hexdigest()


def _uid(*names: str) -> str:
    number = int(hashlib.sha256("|".join(names).encode()).hexdigest(), 16) % _UID_DIGITS
    return f"2.25.{number + _UID_DIGITS}"


def _frame(study: ConvertedStudy, index: int, s: int, p: int) -> FileDataset:
    volume = study.series[index].volume
    n_phases = volume.stored.shape[1]
    names = FrameNames(
        study_uid=study.study_uid,
        series_uid=_uid(study.study_uid, "series", str(index)),
        sop_instance_uid=study.refs[index][s][p].sop_instance_uid,
        series_number=index + 1,
        instance_number=s * n_phases + p + 1,
    )
    place = FramePlace(
        frame_of_reference_uid=_uid(study.study_uid, "frame of reference"),
        position_mm=volume.slice_positions_mm[s],
        row_direction=volume.row_direction,
        column_direction=volume.column_direction,
        pixel_spacing_mm=volume.pixel_spacing_mm,
        # a volume has no gaps and tells no thickness apart from the distance between planes
        thickness_mm=volume.slice_spacing_mm,
        slice_spacing_mm=volume.slice_spacing_mm,
        trigger_ms=volume.trigger_ms[p],
        rr_ms=volume.rr_ms,
        n_phases=n_phases,
    )
    dataset = mr_dataset(names, place, volume.stored[s, p])
    _rescale(dataset, volume)
    _describe(dataset, study, index)
    return dataset


def _rescale(dataset: FileDataset, volume: ImageVolume) -> None:
    if not volume.is_exact:
        dataset.RescaleSlope, dataset.RescaleIntercept = volume.slope, volume.intercept
        dataset.RescaleType = "US"
    # one window for all frames, from a sample: a percentile of a whole 4D volume takes seconds
    sample = volume.stored.reshape(-1)[:: max(1, volume.stored.size // 200_000)]
    low, high = (float(v) for v in np.percentile(sample, (1, 99.5)))
    low, high = (v * volume.slope + volume.intercept for v in (low, high))
    dataset.WindowCenter = f"{(low + high) / 2:.6g}"
    dataset.WindowWidth = f"{max(high - low, abs(volume.slope)):.6g}"


def _describe(dataset: FileDataset, study: ConvertedStudy, index: int) -> None:
    about, volume = study.about, study.series[index].volume
    dataset.ImageType = ["DERIVED", "SECONDARY", "OTHER"]
    dataset.StudyDate, dataset.StudyTime, dataset.StudyID = "", "", ""
    dataset.AccessionNumber, dataset.ReferringPhysicianName = "", ""
    dataset.Manufacturer = CONVERTER
    dataset.StudyDescription = about.description
    dataset.SeriesDescription = study.series[index].description
    dataset.PatientName, dataset.PatientID = about.subject, about.subject
    dataset.PatientBirthDate, dataset.PatientSex = "", ""
    if about.height_m:
        dataset.PatientSize = about.height_m
    if about.weight_kg:
        dataset.PatientWeight = about.weight_kg
    dataset.ScanningSequence, dataset.SequenceVariant, dataset.ScanOptions = "RM", "NONE", ""
    dataset.MRAcquisitionType = "2D"
    dataset.RepetitionTime, dataset.EchoTime, dataset.EchoTrainLength = None, None, None
    dataset.DerivationDescription = "Converted from a research volume."
    assumed = [
        code
        for code, holds in (
            (Assumed.SPACING, volume.spacing_assumed),
            (Assumed.TIMING, volume.timing_assumed),
        )
        if holds
    ]
    if assumed:
        dataset.DerivationCodeSequence = derivation_codes(assumed)
