"""RT Structure Set (PS3.3 A.19): the contours themselves, in millimetres of the patient."""

from collections.abc import Mapping

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, RTStructureSetStorage

from cmrkit.contracts import FrameLabels, FrameRef, StackLabels, StackMeta, StructureCode
from cmrkit.errors import UnsupportedInput
from cmrkit.writers.dicom_seg import SegAbout
from cmrkit.writers.masks import check_frames
from cmrkit.writers.referring import reference_to, uid_of
from cmrkit.writers.world import patient_points_mm

ROIS = {
    StructureCode.LV_ENDO: ("LV endocardium", (255, 80, 80)),
    StructureCode.LV_EPI: ("LV epicardium", (80, 200, 80)),
    StructureCode.RV_ENDO: ("RV endocardium", (80, 140, 255)),
}
_STUDY_COMPONENT = "1.2.840.10008.3.1.2.3.1"  # Detached Study Management, as PS3.3 C.8.8.5 wants it


def write_structure_set(
    meta: StackMeta,
    labels: StackLabels,
    phase_index: int,
    sources: Mapping[str, Dataset],
    about: SegAbout,
) -> FileDataset:
    """One structure set of one phase; an ROI per structure that is drawn, its parts as drawn.

    ``sources`` has the phase's instances by SOPInstanceUID; pixels are not needed. Points are LPS
    mm to 9 digits; every contour names the instance (and frame) that it was drawn on. Several parts
    of a structure on one slice follow the even-odd rule and are ``CLOSEDPLANAR_XOR``.

    Raises UnsupportedInput where nothing is drawn at the phase, a contour lies on a hole, or its
    instance isn't among ``sources``; InvalidGeometry for frames outside the stack.
    """
    check_frames(meta, labels)
    frames = [f for f in labels.frames if f.phase_index == phase_index and f.structures]
    if not frames:
        raise UnsupportedInput(f"Nothing is drawn at phase {phase_index}; choose one that is.")
    used = {frame.slice_index: _source(meta, frame, sources) for frame in frames}
    out = _empty(meta, used[frames[0].slice_index][1], about, phase_index)
    out.ReferencedFrameOfReferenceSequence = [_frame_of_reference(meta, used)]
    codes = [code for code in ROIS if any(f.structures.get(code) for f in frames)]
    out.StructureSetROISequence, out.ROIContourSequence = [], []
    out.RTROIObservationsSequence = []
    for number, code in enumerate(codes, start=1):
        contours = [
            contour
            for frame in sorted(frames, key=lambda f: f.slice_index)
            for contour in _contours(meta, frame, code, used)
        ]
        _add_roi(out, meta, number, code, contours)
    return out


def _source(
    meta: StackMeta, frame: FrameLabels, sources: Mapping[str, Dataset]
) -> tuple[FrameRef, Dataset]:
    ref = meta.frames[frame.slice_index][frame.phase_index]
    if ref is None:
        raise UnsupportedInput(f"Slice {frame.slice_index} has a label but no image to refer to.")
    if ref.sop_instance_uid not in sources:
        raise UnsupportedInput("An instance that the labels were drawn on is not at hand.")
    return ref, sources[ref.sop_instance_uid]


def _empty(meta: StackMeta, source: Dataset, about: SegAbout, phase_index: int) -> FileDataset:
    uid = uid_of(f"{about.name}|rtstruct|{phase_index}")
    file_meta = FileMetaDataset()
    file_meta.MediaStorageSOPClassUID = RTStructureSetStorage
    file_meta.MediaStorageSOPInstanceUID = uid
    file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    out = FileDataset("", {}, file_meta=file_meta, preamble=b"\0" * 128)
    out.SpecificCharacterSet = "ISO_IR 192"
    out.SOPClassUID, out.SOPInstanceUID, out.Modality = RTStructureSetStorage, uid, "RTSTRUCT"
    out.PatientID = out.PatientName = about.subject
    out.PatientBirthDate = out.PatientSex = ""
    out.StudyDate = out.StudyTime = out.StudyID = out.AccessionNumber = ""
    out.ReferringPhysicianName = out.OperatorsName = ""
    out.StudyInstanceUID = source.StudyInstanceUID
    out.SeriesInstanceUID = uid_of(f"{about.name}|rtstruct|series")
    out.SeriesNumber, out.InstanceNumber = about.series_number + 1, phase_index + 1
    out.SeriesDescription = f"Accord reference contours, phase {phase_index + 1}"
    out.FrameOfReferenceUID = meta.frame_of_reference_uid
    out.PositionReferenceIndicator = ""
    out.Manufacturer, out.ManufacturerModelName = "Accord", "Accord"
    out.SoftwareVersions = about.software_version
    out.StructureSetLabel, out.StructureSetName = "REFERENCE", f"phase {phase_index + 1}"
    out.StructureSetDescription = about.description
    out.StructureSetDate = out.InstanceCreationDate = about.made_at.strftime("%Y%m%d")
    out.StructureSetTime = out.InstanceCreationTime = about.made_at.strftime("%H%M%S")
    out.ApprovalStatus = "UNAPPROVED"  # of a treatment: there is none
    return out


def _frame_of_reference(meta: StackMeta, used: dict[int, tuple[FrameRef, Dataset]]) -> Dataset:
    by_series: dict[str, list[Dataset]] = {}
    for _, (ref, source) in sorted(used.items()):
        by_series.setdefault(str(source.SeriesInstanceUID), []).append(_image(ref, source))
    series_items = []
    for uid, images in by_series.items():
        item = Dataset()
        item.SeriesInstanceUID, item.ContourImageSequence = uid, images
        series_items.append(item)
    study = Dataset()
    study.ReferencedSOPClassUID = _STUDY_COMPONENT
    study.ReferencedSOPInstanceUID = next(iter(used.values()))[1].StudyInstanceUID
    study.RTReferencedSeriesSequence = series_items
    found = Dataset()
    found.FrameOfReferenceUID = meta.frame_of_reference_uid
    found.RTReferencedStudySequence = [study]
    return found


def _image(ref: FrameRef, source: Dataset) -> Dataset:
    item = reference_to(source)
    if "NumberOfFrames" in source:
        item.ReferencedFrameNumber = ref.frame_number
    return item


def _contours(
    meta: StackMeta,
    frame: FrameLabels,
    code: StructureCode,
    used: dict[int, tuple[FrameRef, Dataset]],
) -> list[Dataset]:
    parts = frame.structures.get(code, ())
    found = []
    for part in parts:
        points = patient_points_mm(meta, frame.slice_index, part)
        item = Dataset()
        item.ContourImageSequence = [_image(*used[frame.slice_index])]
        item.ContourGeometricType = "CLOSED_PLANAR" if len(parts) == 1 else "CLOSEDPLANAR_XOR"
        item.NumberOfContourPoints = len(points)
        item.ContourData = [f"{value:.9g}" for value in points.ravel()]
        found.append(item)
    return found


def _add_roi(
    out: Dataset, meta: StackMeta, number: int, code: StructureCode, contours: list[Dataset]
) -> None:
    name, colour = ROIS[code]
    roi = Dataset()
    roi.ROINumber, roi.ROIName = number, name
    roi.ReferencedFrameOfReferenceUID = meta.frame_of_reference_uid
    roi.ROIGenerationAlgorithm = "MANUAL"
    out.StructureSetROISequence.append(roi)
    drawn = Dataset()
    drawn.ReferencedROINumber, drawn.ROIDisplayColor = number, list(colour)
    drawn.ContourSequence = contours
    out.ROIContourSequence.append(drawn)
    observed = Dataset()
    observed.ObservationNumber = observed.ReferencedROINumber = number
    observed.RTROIInterpretedType, observed.ROIInterpreter = "ORGAN", ""
    out.RTROIObservationsSequence.append(observed)
