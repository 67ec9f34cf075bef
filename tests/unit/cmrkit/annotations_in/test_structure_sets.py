"""RTSTRUCT of elsewhere: closed-form places in millimetres, holes, what can not be placed."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from cmrkit.annotations_in import (
    Targets,
    parse_mapping,
)
from cmrkit.contracts import StackMeta
from cmrkit.errors import (
    AnnotationsDoNotFit,
    UnreadableAnnotations,
)
from cmrkit.geometry import image_to_patient, polygon_area_px
from cmrkit.phantom import CinePhantom
from tests.factories.annotating import as_bytes, codes_of, read


def structure_set(contours: list[tuple[str, str, Any, str | None]], reference: str) -> bytes:
    """(region, geometric type, points in mm, SOPInstanceUID or None)."""
    out = Dataset()
    out.file_meta = FileMetaDataset()
    out.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    out.SOPClassUID, out.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.481.3", "1.2.9"
    out.file_meta.MediaStorageSOPClassUID = out.SOPClassUID
    out.file_meta.MediaStorageSOPInstanceUID = out.SOPInstanceUID
    out.StudyInstanceUID, out.SeriesInstanceUID, out.Modality = "1.2.7", "1.2.8", "RTSTRUCT"
    names = list(dict.fromkeys(name for name, *_ in contours))
    out.StructureSetROISequence, out.ROIContourSequence = [], []
    for number, name in enumerate(names, 1):
        region = Dataset()
        region.ROINumber, region.ROIName = number, name
        region.ReferencedFrameOfReferenceUID = reference
        out.StructureSetROISequence.append(region)
        drawn = Dataset()
        drawn.ReferencedROINumber, drawn.ContourSequence = number, []
        for _, kind, points, uid in (c for c in contours if c[0] == name):
            item = Dataset()
            item.ContourGeometricType = kind
            item.NumberOfContourPoints = len(points)
            item.ContourData = [f"{v:.10g}" for p in points for v in p]
            if uid:
                image = Dataset()
                image.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
                image.ReferencedSOPInstanceUID = uid
                item.ContourImageSequence = [image]
            drawn.ContourSequence.append(item)
        out.ROIContourSequence.append(drawn)
    return as_bytes(out)


def in_mm(meta: StackMeta, slice_index: int, points: Any, off_mm: float = 0.0) -> Any:
    """(column, row) -> LPS mm on the slice's plane, or ``off_mm`` beside it."""
    affine = image_to_patient(meta, slice_index)
    return [(affine @ (x, y, off_mm, 1))[:3] for x, y in points]


SQUARE = [(10.25, 12.5), (30.0, 12.5), (30.0, 40.75), (10.25, 40.75)]
HOLE = [(15.0, 20.0), (20.0, 20.0), (20.0, 30.0), (15.0, 30.0)]


def test_contours_in_millimetres_land_on_the_pixels_they_were_drawn_on(
    phantom: CinePhantom, targets: Targets
) -> None:
    meta = phantom.meta
    uid = meta.frames[2][3].sop_instance_uid  # type: ignore[union-attr]
    rows = [("LV endo", "CLOSED_PLANAR", in_mm(meta, 2, SQUARE, 0.4), uid)]
    found = read(structure_set(rows, meta.frame_of_reference_uid), targets)
    (contour,) = found.contours
    assert (contour.structure, contour.sop_instance_uid) == ("lv_endo", uid)
    assert np.allclose(contour.parts[0], SQUARE, atol=1e-5)
    assert polygon_area_px(contour.parts) == pytest.approx(19.75 * 28.25, rel=1e-6)


def test_holes_come_by_nesting_by_xor_and_by_keyhole(
    phantom: CinePhantom, targets: Targets
) -> None:
    meta = phantom.meta
    area = 19.75 * 28.25 - 50.0
    keyhole = [*SQUARE[:1], *HOLE, HOLE[0], SQUARE[0], *SQUARE[1:]]
    ways = {
        "nested": [("CLOSED_PLANAR", SQUARE), ("CLOSED_PLANAR", HOLE)],
        "xor": [("CLOSEDPLANAR_XOR", SQUARE), ("CLOSEDPLANAR_XOR", HOLE)],
        "keyhole": [("CLOSED_PLANAR", keyhole)],
    }
    uid = meta.frames[1][0].sop_instance_uid  # type: ignore[union-attr]
    for way, contours in ways.items():
        rows = [("lv epi", kind, in_mm(meta, 1, points), uid) for kind, points in contours]
        (contour,) = read(structure_set(rows, meta.frame_of_reference_uid), targets).contours
        assert polygon_area_px(contour.parts) == pytest.approx(area, rel=1e-6), way


def test_wall_and_cavity_make_the_epicardium(phantom: CinePhantom, targets: Targets) -> None:
    meta = phantom.meta
    uid = meta.frames[1][0].sop_instance_uid  # type: ignore[union-attr]
    rows = [
        ("Myocardium", "CLOSED_PLANAR", in_mm(meta, 1, SQUARE), uid),
        ("Myocardium", "CLOSED_PLANAR", in_mm(meta, 1, HOLE), uid),
        ("LV cavity", "CLOSED_PLANAR", in_mm(meta, 1, HOLE), uid),
    ]
    found = read(structure_set(rows, meta.frame_of_reference_uid), targets)
    areas = {c.structure: polygon_area_px(c.parts) for c in found.contours}
    assert areas == pytest.approx({"lv_endo": 50.0, "lv_epi": 19.75 * 28.25}, rel=1e-6)


def test_what_can_not_be_placed_is_noted(phantom: CinePhantom, targets: Targets) -> None:
    meta = phantom.meta
    reference = meta.frame_of_reference_uid
    uid = meta.frames[1][0].sop_instance_uid  # type: ignore[union-attr]
    square = in_mm(meta, 1, SQUARE)
    rows = [
        ("LV endo", "CLOSED_PLANAR", square, uid),
        ("LV endo", "POINT", square[:1], uid),
        ("LV endo", "OPEN_PLANAR", square, uid),
        ("Aorta", "CLOSED_PLANAR", square, uid),
        ("RV endo", "CLOSED_PLANAR", square, "1.2.3.99"),
        ("RV endo", "CLOSED_PLANAR", in_mm(meta, 1, SQUARE, 1.5), uid),
        ("RV endo", "CLOSED_PLANAR", square, None),
        ("RV endo", "CLOSED_PLANAR", square[:2], uid),
    ]
    found = read(structure_set(rows, reference), targets)
    assert [(c.structure, c.sop_instance_uid) for c in found.contours] == [("lv_endo", uid)]
    assert codes_of(found) == {
        "not_closed",
        "not_mapped",
        "unknown_image",
        "no_plane",
        "phase_unknown",
        "too_few_points",
    }
    assert sum(note.count for note in found.notes) == 7
    elsewhere = structure_set([("RV endo", "CLOSED_PLANAR", square, None)], "1.2.3.4.5")
    with pytest.raises(AnnotationsDoNotFit):
        read(elsewhere, targets)
    with pytest.raises(UnreadableAnnotations, match="no closed contour"):
        read(structure_set([rows[1]], reference), targets)


def test_the_corpus_structure_set_is_understood(shared_data: Path, targets: Targets) -> None:
    """Three closed contours of a region that is none of ours, and two points."""
    data = shared_data / "dicom_corpus" / "pydicom" / "rtstruct.dcm"
    dataset = dcmread(data, force=True)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2"
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    found = read(as_bytes(dataset), targets)
    assert [(n.code, n.count) for n in found.notes] == [
        ("not_closed", 1),
        ("not_closed", 1),
        ("not_mapped", 3),
    ]
    with pytest.raises(AnnotationsDoNotFit):
        read(as_bytes(dataset), targets, mapping=parse_mapping(["patient=lv_epi"]))
