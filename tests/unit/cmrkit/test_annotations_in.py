"""DICOM SEG, RTSTRUCT and NIfTI labels of elsewhere: closed-form places, masks that come back, files
that must be refused."""

import gzip
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import highdicom
import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian

from cmrkit.annotations_in import (
    AnnotationFile,
    ImportedLabels,
    Targets,
    parse_mapping,
    referenced_uids,
)
from cmrkit.contracts import FrameLabels, StackLabels, StackMeta
from cmrkit.errors import (
    AnnotationsDoNotFit,
    CmrkitError,
    PhaseNeeded,
    UnreadableAnnotations,
    UnsupportedInput,
)
from cmrkit.geometry import image_to_patient, pixel_edge_polygons, polygon_area_px, rasterise
from cmrkit.phantom import CinePhantom
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.writers import SegAbout, label_volume, labels_nifti, write_segmentation
from tests.factories.annotating import as_bytes, codes_of, read, targets_of
from tests.factories.imaging import small_phantom

ABOUT = SegAbout("S0001", "digest", datetime(2026, 1, 1, tzinfo=UTC), "1.0")


@pytest.fixture(scope="module")
def phantom() -> CinePhantom:
    return small_phantom()


@pytest.fixture(scope="module")
def sources(phantom: CinePhantom) -> dict[str, Dataset]:
    return {str(d.SOPInstanceUID): d for d in cine_datasets(phantom)}


@pytest.fixture(scope="module")
def targets(phantom: CinePhantom) -> Targets:
    return targets_of(phantom.meta)


def on_stack(found: ImportedLabels, meta: StackMeta) -> StackLabels:
    """What was imported, as labels of the stack."""
    places = {
        (r.sop_instance_uid, r.frame_number): (s, p)
        for s, row in enumerate(meta.frames)
        for p, r in enumerate(row)
        if r
    }
    frames: dict[tuple[int, int], dict[str, Any]] = {}
    for c in found.contours:
        place = places[c.sop_instance_uid, c.frame_number]
        assert c.structure not in frames.setdefault(place, {})
        frames[place][c.structure] = c.parts
    return StackLabels(tuple(FrameLabels(s, p, found) for (s, p), found in sorted(frames.items())))


# ---- masks


@settings(max_examples=150, deadline=None)
@given(arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12))))
def test_any_mask_comes_back_exactly(mask: Any) -> None:
    """Holes, islands, corners that touch, one pixel, nothing."""
    polygons = pixel_edge_polygons(mask)
    assert (rasterise(polygons, mask.shape) == mask).all()
    assert polygon_area_px(polygons) == pytest.approx(mask.sum(), abs=1e-9)


def test_a_ring_is_two_polygons_and_touching_pixels_are_two() -> None:
    ring = np.ones((5, 5), bool)
    ring[2, 2] = False
    assert [len(p) for p in pixel_edge_polygons(ring)] == [4, 4]
    assert [len(p) for p in pixel_edge_polygons(np.eye(2))] == [4, 4]
    assert pixel_edge_polygons(np.eye(2))[0][0] == (-0.5, -0.5)


# ---- DICOM SEG


def test_our_own_seg_comes_back_voxel_by_voxel(
    phantom: CinePhantom, sources: dict[str, Dataset], targets: Targets
) -> None:
    meta = phantom.meta
    for phase in (0, phantom.es_phase):
        expected = label_volume(meta, phantom.labels, phase)
        data = as_bytes(write_segmentation(meta, phantom.labels, phase, sources, ABOUT))
        found = read(data, targets)
        assert found.notes == ()
        assert found.structures == ("lv_endo", "lv_epi", "rv_endo")
        assert (label_volume(meta, on_stack(found, meta), phase) == expected).all()


def seg_of(
    sources: list[Dataset], pixels: Any, label: str = "LV cavity", code: Any = None, **changes: Any
) -> highdicom.seg.Segmentation:
    """A SEG as highdicom makes it from a site's own instances."""
    return highdicom.seg.Segmentation(
        source_images=sources,
        pixel_array=pixels,
        segmentation_type=changes.pop("kind", "BINARY"),
        segment_descriptions=[
            highdicom.seg.SegmentDescription(
                segment_number=n + 1,
                segment_label=name,
                segmented_property_category=codes.SCT.AnatomicalStructure,
                segmented_property_type=code or codes.SCT.Heart,
                algorithm_type="MANUAL",
            )
            for n, name in enumerate(label.split("|"))
        ],
        series_instance_uid="1.2.3.4",
        series_number=9,
        sop_instance_uid="1.2.3.5",
        instance_number=1,
        manufacturer="Site",
        manufacturer_model_name="Tool",
        software_versions="1",
        device_serial_number="1",
        **changes,
    )


def one_phase(phantom: CinePhantom, sources: dict[str, Dataset], phase: int = 2) -> list[Dataset]:
    """The slices of one phase, said to be one series: highdicom takes no other."""
    found = [
        copy(sources[row[phase].sop_instance_uid]) for row in phantom.meta.frames if row[phase]
    ]
    for dataset in found:
        dataset.SeriesInstanceUID = "1.2.3.1"
    return found


def discs(n: int, shape: tuple[int, int] = (64, 64)) -> Any:
    """A disc with a hole, and an island, different in each frame."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    out = np.zeros((n, *shape), np.uint8)
    for k in range(n):
        distance = np.hypot(x - 30, y - 28)
        out[k] = (distance < 12 - k) & (distance > 4)
        out[k, 50:53, 50 : 52 + k] = 1
    return out


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP", "FRACTIONAL"])
def test_a_highdicom_seg_comes_back_pixel_by_pixel(
    kind: str, phantom: CinePhantom, sources: dict[str, Dataset], targets: Targets
) -> None:
    images = one_phase(phantom, sources)
    pixels = discs(len(images))
    given_ = pixels.astype(np.float32) if kind == "FRACTIONAL" else pixels
    more = {"fractional_type": "PROBABILITY"} if kind == "FRACTIONAL" else {}
    data = as_bytes(seg_of(images, given_, kind=kind, **more))
    found = read(data, targets)
    assert found.structures == ("lv_endo",)
    by_uid = {c.sop_instance_uid: c for c in found.contours}
    for image, mask in zip(images, pixels, strict=True):
        assert (rasterise(by_uid[image.SOPInstanceUID].parts, mask.shape) == mask).all()
    wanted = {images[0].StudyInstanceUID, images[0].SOPInstanceUID}
    assert wanted <= referenced_uids(AnnotationFile.of_bytes(data))


def test_a_fraction_is_cut_at_a_half_and_the_report_says_so(
    phantom: CinePhantom, sources: dict[str, Dataset], targets: Targets
) -> None:
    images = one_phase(phantom, sources)
    pixels = np.zeros((len(images), 64, 64), np.float32)
    pixels[:, 10:20, 10:20] = 0.4
    pixels[:, 10:20, 15:20] = 0.6
    data = as_bytes(seg_of(images, pixels, kind="FRACTIONAL", fractional_type="PROBABILITY"))
    found = read(data, targets)
    assert "threshold" in codes_of(found)
    assert {polygon_area_px(c.parts) for c in found.contours} == {50.0}


def test_names_codes_and_the_callers_mapping_say_what_a_segment_is(
    phantom: CinePhantom, sources: dict[str, Dataset], targets: Targets
) -> None:
    images = one_phase(phantom, sources)
    pixels = discs(len(images))
    by_code = as_bytes(seg_of(images, pixels, "segment 1", codes.SCT.RightVentricle))
    assert read(by_code, targets).structures == ("rv_endo",)
    odd = as_bytes(seg_of(images, pixels, "Kammer"))
    assert read(odd, targets).structures == ()
    assert codes_of(read(odd, targets)) == {"not_mapped"}
    assert read(odd, targets, mapping=parse_mapping(["Kammer=lv_endo"])).structures == ("lv_endo",)
    assert codes_of(read(odd, targets, mapping=parse_mapping(["Kammer=ignore"]))) == set()
    with pytest.raises(UnsupportedInput, match="NAME=MEANING"):
        parse_mapping(["Kammer=left"])


def without_references(seg: Dataset) -> Dataset:
    for own in seg.PerFrameFunctionalGroupsSequence:
        own.DerivationImageSequence = []
    return seg


def test_without_references_the_plane_decides_where_only_one_frame_has_it(
    phantom: CinePhantom, sources: dict[str, Dataset]
) -> None:
    meta = phantom.meta
    images = one_phase(phantom, sources, phase=0)
    seg = as_bytes(without_references(seg_of(images, discs(len(images)))))
    still = replace(
        meta,
        n_phases=1,
        frames=tuple((row[0],) for row in meta.frames),
        trigger_times_ms=tuple((row[0],) for row in meta.trigger_times_ms),
    )
    assert len(read(seg, targets_of(still)).contours) == len(images)
    with pytest.raises(AnnotationsDoNotFit):  # eight phases lie there: nothing tells which
        read(seg, targets_of(meta))


def test_a_seg_of_another_case_or_grid_is_refused(
    phantom: CinePhantom, sources: dict[str, Dataset], targets: Targets
) -> None:
    other = small_phantom(seed=2)
    theirs = [next(iter(cine_datasets(other)))]
    with pytest.raises(AnnotationsDoNotFit):
        read(as_bytes(seg_of(theirs, discs(1))), targets)
    moved = seg_of(one_phase(phantom, sources), discs(5))
    moved.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing = [3, 3]
    with pytest.raises(AnnotationsDoNotFit):
        read(as_bytes(moved), targets)
    empty = seg_of(one_phase(phantom, sources), discs(5))
    empty.SegmentSequence = []
    with pytest.raises(UnreadableAnnotations):
        read(as_bytes(empty), targets)


def test_uids_are_translated_on_the_way_in(
    phantom: CinePhantom, sources: dict[str, Dataset]
) -> None:
    """A study that got new UIDs takes annotations that know the old ones."""
    meta = phantom.meta
    renamed = replace(
        meta,
        frames=tuple(
            tuple(replace(r, sop_instance_uid=f"{r.sop_instance_uid}.77") for r in row if r)
            for row in meta.frames
        ),
    )
    data = as_bytes(seg_of(one_phase(phantom, sources), discs(5)))
    found = read(data, targets_of(renamed, stored_uid=lambda uid: f"{uid}.77"))
    assert len(found.contours) == 5
    assert all(c.sop_instance_uid.endswith(".77") for c in found.contours)


def test_every_seg_and_rtstruct_of_the_corpus_is_refused_by_name(
    shared_data: Path, targets: Targets
) -> None:
    """They are of other images: none may land on the phantom."""
    seen = []
    for path in sorted((shared_data / "dicom_corpus").rglob("*.dcm")):
        if path.name.startswith("seg_image") or path.name == "rtstruct.dcm":
            data = path.read_bytes()
            try:
                read(data, targets)
            except CmrkitError as error:
                seen.append(error.code)
    assert len(seen) == 13
    assert set(seen) <= {"annotations_do_not_fit", "unreadable_annotations", "unsupported_input"}


def test_a_seg_of_the_corpus_lands_on_its_own_images(shared_data: Path) -> None:
    """A CT's, through made-up targets at the place where its frames are."""
    folder = shared_data / "dicom_corpus" / "highdicom"
    seg = dcmread(folder / "seg_image_ct_binary.dcm")
    own = seg.PerFrameFunctionalGroupsSequence
    shared = seg.SharedFunctionalGroupsSequence[0]
    orientation = [float(x) for x in shared.PlaneOrientationSequence[0].ImageOrientationPatient]
    places = [tuple(float(x) for x in f.PlanePositionSequence[0].ImagePositionPatient) for f in own]
    uids = [
        f.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID for f in own
    ]
    spacing = [float(x) for x in shared.PixelMeasuresSequence[0].PixelSpacing]
    meta = StackMeta.from_json(
        {
            **small_phantom().meta.to_json(),
            "n_slices": len(own),
            "n_phases": 1,
            "rows": seg.Rows,
            "columns": seg.Columns,
            "pixel_spacing_mm": spacing,
            "row_direction": orientation[:3],
            "column_direction": orientation[3:],
            "slice_positions_mm": places,
            "trigger_times_ms": [[None]] * len(own),
            "frames": [[{"sop_instance_uid": uid, "frame_number": 1}] for uid in uids],
        }
    )
    label = seg.SegmentSequence[0].SegmentLabel
    found = read(
        (folder / "seg_image_ct_binary.dcm").read_bytes(),
        targets_of(meta),
        mapping=parse_mapping([f"{label}=lv_endo"]),
    )
    expected = {uid: m for uid, m in zip(uids, seg.pixel_array, strict=True) if m.any()}
    assert {c.sop_instance_uid for c in found.contours} == set(expected)
    for c in found.contours:
        mask = expected[c.sop_instance_uid] != 0
        assert (rasterise(c.parts, mask.shape) == mask).all()


# ---- RTSTRUCT


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


# ---- NIfTI labels


def test_exported_labels_come_back_voxel_by_voxel(phantom: CinePhantom, targets: Targets) -> None:
    meta = phantom.meta
    found = read(labels_nifti(meta, phantom.labels, 3), targets, phase=3)
    back = label_volume(meta, on_stack(found, meta), 3)
    assert (back == label_volume(meta, phantom.labels, 3)).all()


@pytest.mark.parametrize("turn", ["rows", "slices", "transposed"])
def test_a_turned_label_map_comes_back_too(
    turn: str, phantom: CinePhantom, targets: Targets
) -> None:
    """As other converters write it, with the affine that says so."""
    image: Any = nibabel.Nifti1Image.from_bytes(
        gzip.decompress(labels_nifti(phantom.meta, phantom.labels, 3))
    )
    codes_before = np.array([[0, 1], [1, 1], [2, 1]])
    if turn == "transposed":
        turned = image.as_reoriented(codes_before[[1, 0, 2]])
    else:
        codes_before[1 if turn == "rows" else 2, 1] = -1
        turned = image.as_reoriented(codes_before)
    found = read(turned.to_bytes(), targets, phase=3)
    back = label_volume(phantom.meta, on_stack(found, phantom.meta), 3)
    assert (back == label_volume(phantom.meta, phantom.labels, 3)).all()


def test_a_label_map_of_all_phases_needs_no_phase(phantom: CinePhantom, targets: Targets) -> None:
    meta = phantom.meta
    volumes = [label_volume(meta, phantom.labels, p).transpose(2, 1, 0) for p in range(8)]
    first: Any = nibabel.Nifti1Image.from_bytes(
        gzip.decompress(labels_nifti(meta, phantom.labels, 0))
    )
    whole = nibabel.Nifti1Image(np.stack(volumes, axis=-1), first.affine)
    found = on_stack(read(whole.to_bytes(), targets), meta)
    for phase in range(8):
        expected = label_volume(meta, phantom.labels, phase)
        assert (label_volume(meta, found, phase) == expected).all()


def test_labels_that_lie_elsewhere_are_refused(phantom: CinePhantom, targets: Targets) -> None:
    data = labels_nifti(phantom.meta, phantom.labels, 3)
    image: Any = nibabel.Nifti1Image.from_bytes(gzip.decompress(data))
    with pytest.raises(PhaseNeeded):
        read(data, targets)
    for wrong in (-1, 8):
        with pytest.raises(AnnotationsDoNotFit):
            read(data, targets, phase=wrong)
    values = np.asarray(image.dataobj)
    spun = image.affine @ np.diag([1.1, 1.0, 1.0, 1.0])
    half = image.affine.copy()
    half[:3, 3] += 0.4 * half[:3, 0]
    far = image.affine.copy()
    far[:3, 3] += 500
    for affine in (spun, half, far):
        with pytest.raises(AnnotationsDoNotFit):
            read(nibabel.Nifti1Image(values, affine).to_bytes(), targets, phase=3)
    with pytest.raises(UnreadableAnnotations, match="empty"):
        read(nibabel.Nifti1Image(values * 0, image.affine).to_bytes(), targets, phase=3)
    odd = read(nibabel.Nifti1Image(values * 2, image.affine).to_bytes(), targets, phase=3)
    assert {(n.code, n.message[:8]) for n in odd.notes} == {
        ("not_mapped", "Label 4:"),
        ("not_mapped", "Label 6:"),
    }


def test_other_dicom_is_refused(sources: dict[str, Dataset], targets: Targets) -> None:
    with pytest.raises(UnsupportedInput, match="SEG and RTSTRUCT"):
        read(as_bytes(next(iter(sources.values()))), targets)
