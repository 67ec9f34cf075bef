"""DICOM SEG of elsewhere: masks that come back, files that must be refused."""

from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from cmrkit.annotations_in import (
    AnnotationFile,
    Targets,
    parse_mapping,
    referenced_uids,
)
from cmrkit.contracts import StackMeta
from cmrkit.errors import (
    AnnotationsDoNotFit,
    CmrkitError,
    UnreadableAnnotations,
    UnsupportedInput,
)
from cmrkit.geometry import pixel_edge_polygons, polygon_area_px, rasterise
from cmrkit.phantom import CinePhantom
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.writers import SegAbout, label_volume, write_segmentation
from tests.factories.annotating import as_bytes, codes_of, on_stack, read, targets_of
from tests.factories.imaging import small_phantom

ABOUT = SegAbout("S0001", "digest", datetime(2026, 1, 1, tzinfo=UTC), "1.0")


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
