"""DICOM Segmentation objects (PS3.3 A.51) that refer to the instances they were drawn on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from highdicom.seg import (
    SegmentAlgorithmTypeValues,
    Segmentation,
    SegmentationTypeValues,
    SegmentDescription,
)
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import MRImageStorage

from cmrkit.contracts import FrameRef, StackLabels, StackMeta
from cmrkit.errors import UnsupportedInput
from cmrkit.writers.masks import LABEL_VALUES, label_volume
from cmrkit.writers.referring import date_from, decimals, reference_to, referenced_series, uid_of

# SNOMED CT has the ventricles and the wall; that the cavity is meant is in the segment's label
SEGMENTS = {
    "RV cavity": codes.SCT.RightVentricle,
    "LV myocardium": codes.SCT.LeftVentricleMyocardium,
    "LV cavity": codes.SCT.LeftVentricle,
}


@dataclass(frozen=True)
class SegAbout:
    """What a SEG says of itself. ``subject`` is the pseudonym that stands for the patient;
    ``content_digest`` names the labels; ``made_at`` is when the labels were frozen, in UTC."""

    subject: str
    content_digest: str
    made_at: datetime
    software_version: str
    series_number: int = 900
    description: str = "Signed reference standard. Research use only."

    @property
    def name(self) -> str:
        """What UIDs follow from: two versions of a dataset may hold the same labels, each with a
        date and a pseudonym of its own, and different objects need different UIDs."""
        return f"{self.content_digest}|{self.made_at.isoformat()}|{self.subject}"


@dataclass(frozen=True)
class _Place:
    """One labelled frame: its slice, where its image is, and the instance that holds it."""

    slice_index: int
    ref: FrameRef
    source: Dataset

    @property
    def stand_in_uid(self) -> str:
        return uid_of(f"{self.ref.sop_instance_uid}|{self.ref.frame_number}")


def write_segmentation(
    meta: StackMeta,
    labels: StackLabels,
    phase_index: int,
    sources: Mapping[str, Dataset],
    about: SegAbout,
    *,
    labelmap: bool = False,
) -> Segmentation:
    """One SEG of one phase, binary or (``labelmap``, PS3.3 A.51.6) with one label per pixel.

    ``sources`` has the instances of the phase by SOPInstanceUID; their pixels are not needed.
    Segment numbers and pixels are those of :func:`label_volume`: 1 RV cavity, 2 LV myocardium, 3
    LV cavity, without overlap; planes, orientation and spacing are the stack's, in LPS mm. Every
    frame refers to the instance (and the frame, of a multi-frame one) that it was drawn on;
    slices without a label are left out. Of patient and study only the pseudonym and the UIDs go
    in. The same input gives the same bytes.

    Raises what :func:`label_volume` raises, and UnsupportedInput where a label lies on a hole of
    the stack, an instance isn't among ``sources``, or it lacks its UIDs.
    """
    volume = label_volume(meta, labels, phase_index)
    places = _places(meta, volume, phase_index, sources)
    named = f"{about.name}|{phase_index}{'|labelmap' if labelmap else ''}"
    kind = SegmentationTypeValues.LABELMAP if labelmap else SegmentationTypeValues.BINARY
    try:
        made = Segmentation(
            source_images=[_stand_in(place, meta, about) for place in places],
            pixel_array=volume[[place.slice_index for place in places]],
            segmentation_type=kind,
            segment_descriptions=_segments(),
            series_instance_uid=uid_of(f"{about.name}|series"),
            series_number=about.series_number,
            sop_instance_uid=uid_of(named),
            instance_number=phase_index + 1,
            manufacturer="Accord",
            manufacturer_model_name="Accord",
            software_versions=about.software_version,
            device_serial_number="none",
            content_label="REFERENCE",
            content_description=about.description,
            series_description=f"Accord reference, phase {phase_index + 1}",
        )
        _refer_to_sources(made, places)
    except (AttributeError, ValueError, TypeError, KeyError) as error:
        raise UnsupportedInput(
            f"A SEG can't be made on these instances ({type(error).__name__}: {error})."
        ) from error
    _make_reproducible(made, named, about.made_at)
    return made


def _places(
    meta: StackMeta,
    volume: NDArray[np.uint8],
    phase_index: int,
    sources: Mapping[str, Dataset],
) -> list[_Place]:
    """The frames with a label."""
    places = []
    for slice_index in np.flatnonzero(volume.any(axis=(1, 2))).tolist():
        ref = meta.frames[slice_index][phase_index]
        if ref is None:
            raise UnsupportedInput(
                f"Slice {slice_index}, phase {phase_index} has a label but no image to refer to."
            )
        if ref.sop_instance_uid not in sources:
            raise UnsupportedInput("An instance that the labels were drawn on is not at hand.")
        places.append(_Place(slice_index, ref, sources[ref.sop_instance_uid]))
    if not places:
        raise UnsupportedInput(f"The contours at phase {phase_index} enclose no pixel.")
    return places


def _segments() -> list[SegmentDescription]:
    return [
        SegmentDescription(
            segment_number=LABEL_VALUES[label],
            segment_label=label,
            segmented_property_category=codes.SCT.AnatomicalStructure,
            segmented_property_type=concept,
            # a person accepted or drew and signed every contour, whatever drafted it
            algorithm_type=SegmentAlgorithmTypeValues.MANUAL,
        )
        for label, concept in SEGMENTS.items()
    ]


def _stand_in(place: _Place, meta: StackMeta, about: SegAbout) -> Dataset:
    """A single-frame image at the frame's place, for highdicom to copy from.

    It stands in for the source because highdicom copies the patient, wants one series (some
    scanners write one per slice), one frame of reference and one orientation to the last digit
    (the stack found that they belong together), and no two frames at one place (the phases of a
    multi-frame cine are). :func:`_refer_to_sources` puts the true references in.
    """
    out = Dataset()
    out.SpecificCharacterSet = "ISO_IR 192"
    out.PatientID, out.PatientName = about.subject, about.subject
    out.PatientBirthDate, out.PatientSex = "", ""
    out.StudyDate, out.StudyTime, out.StudyID, out.AccessionNumber = "", "", "", ""
    out.StudyInstanceUID = place.source.StudyInstanceUID
    out.SeriesInstanceUID = uid_of("stand-in")
    out.SOPClassUID, out.SOPInstanceUID = MRImageStorage, place.stand_in_uid
    out.Modality = "MR"
    out.FrameOfReferenceUID = meta.frame_of_reference_uid
    out.Rows, out.Columns = meta.rows, meta.columns
    out.ImagePositionPatient = decimals(meta.slice_positions_mm[place.slice_index])
    out.ImageOrientationPatient = decimals((*meta.row_direction, *meta.column_direction))
    out.PixelSpacing = decimals(meta.pixel_spacing_mm)
    thickness = meta.slice_thickness_mm
    # there in any case: highdicom asks for it, and empty says that it isn't known (type 2)
    out.SliceThickness = None if thickness is None else decimals([thickness])[0]
    return out


def _refer_to_sources(made: Segmentation, places: list[_Place]) -> None:
    """Put the instances themselves where highdicom referred to the stand-ins: in every frame, and
    once each under their series (PS3.3 C.12.4)."""
    by_uid = {place.stand_in_uid: place for place in places}
    for frame in made.PerFrameFunctionalGroupsSequence:
        for derivation in frame.DerivationImageSequence:
            for item in derivation.SourceImageSequence:
                place = by_uid.get(item.ReferencedSOPInstanceUID)
                if place is None:  # done: the segments of one slice share the item
                    continue
                item.update(reference_to(place.source))
                if "NumberOfFrames" in place.source:
                    item.ReferencedFrameNumber = place.ref.frame_number
    instances = {place.ref.sop_instance_uid: place.source for place in places}
    made.ReferencedSeriesSequence = referenced_series(instances.values())
    made.SourceImageSequence = [reference_to(source) for source in instances.values()]


def _make_reproducible(made: Segmentation, named: str, made_at: datetime) -> None:
    """Dates are the labels', not the file's; the one random UID follows from the content."""
    date_from(made, made_at)
    organisation = uid_of(f"{named}|dimensions")
    for item in (*made.DimensionOrganizationSequence, *made.DimensionIndexSequence):
        item.DimensionOrganizationUID = organisation
