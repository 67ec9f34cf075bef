"""Reference labels written out, and read back by other people's code."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pytest
import SimpleITK as sitk
from pydicom import Dataset, dcmread
from pydicom.uid import EnhancedMRImageStorage

from cmrkit.contracts import FrameLabels, FrameRef, Split, StackLabels, StackMeta
from cmrkit.errors import CmrkitError, InvalidGeometry, UnsupportedInput
from cmrkit.geometry import plane_deviation_mm, rasterise
from cmrkit.phantom import CinePhantom
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.writers import (
    LABEL_VALUES,
    SegAbout,
    dataset_json,
    image_nifti,
    label_volume,
    labels_nifti,
    safe_name,
    splits_final,
    write_cine_segmentation,
    write_segmentation,
)
from tests.factories.imaging import small_phantom
from tests.factories.sunnybrook import ED, ES, Real, load_real

ABOUT = SegAbout(
    subject="S-0001",
    content_digest="a" * 64,
    made_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    software_version="0.1.0",
)

# identifiers of the Sunnybrook files have components with a leading zero
pytestmark = pytest.mark.filterwarnings("ignore:Invalid value for VR UI")


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Real:
    return load_real(shared_data)


@pytest.fixture(scope="module")
def phantom() -> CinePhantom:
    return small_phantom(3, 4, 3)


def drawn(labels: StackLabels, at: tuple[int, int], code: str, meta: StackMeta) -> Any:
    """The structure's mask on one frame, straight from the rasteriser."""
    parts = next(
        (f.structures.get(code) for f in labels.frames if (f.slice_index, f.phase_index) == at),
        None,
    )
    shape = (meta.rows, meta.columns)
    return rasterise(parts, shape) if parts else np.zeros(shape, dtype=bool)


def expected(labels: StackLabels, at: tuple[int, int], label: str, meta: StackMeta) -> Any:
    endo, epi, rv = (drawn(labels, at, c, meta) for c in ("lv_endo", "lv_epi", "rv_endo"))
    return {
        "LV cavity": endo,
        "LV myocardium": epi & ~endo,
        "RV cavity": rv & ~epi & ~endo,
    }[label]


def saved(seg: Any) -> bytes:
    out = BytesIO()
    seg.save_as(out, enforce_file_format=True)
    return out.getvalue()


def phantom_sources(phantom: CinePhantom) -> dict[str, Dataset]:
    return {str(d.SOPInstanceUID): d for d in cine_datasets(phantom, patient_id="SECRET")}


@pytest.mark.parametrize("phase", [ED, ES])
def test_seg_of_real_hearts_read_by_pydicom(real: Real, phase: int) -> None:
    """Every frame: its pixels, the instance it refers to, and that instance's own plane."""
    seg = write_segmentation(real.meta, real.labels, phase, real.datasets, ABOUT)
    back = dcmread(BytesIO(saved(seg)))
    names = {s.SegmentNumber: s.SegmentLabel for s in back.SegmentSequence}
    assert names == {v: k for k, v in LABEL_VALUES.items() if v}
    slice_of = {row[phase].sop_instance_uid: s for s, row in enumerate(real.meta.frames)}
    measures = back.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    turned = back.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0]
    seen = set()
    for frame, mask in zip(back.PerFrameFunctionalGroupsSequence, back.pixel_array, strict=True):
        derived = frame.DerivationImageSequence[0].SourceImageSequence
        (uid,) = [str(s.ReferencedSOPInstanceUID) for s in derived]
        label = names[frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber]
        at = (slice_of[uid], phase)
        assert (mask == expected(real.labels, at, label, real.meta)).all()
        source = real.datasets[uid]
        placed = frame.PlanePositionSequence[0].ImagePositionPatient
        assert list(placed) == list(source.ImagePositionPatient)
        assert turned.ImageOrientationPatient == pytest.approx(
            list(source.ImageOrientationPatient), abs=2e-6
        )
        assert list(measures.PixelSpacing) == list(source.PixelSpacing)
        seen.add((at[0], label))
    labels = {"LV cavity", "LV myocardium"} if phase == ED else {"LV cavity"}
    assert seen == {(s, label) for s in range(10) for label in labels}
    referred = {
        (str(i.ReferencedSOPInstanceUID), str(series.SeriesInstanceUID))
        for series in back.ReferencedSeriesSequence
        for i in series.ReferencedInstanceSequence
    }
    assert referred == {(uid, str(real.datasets[uid].SeriesInstanceUID)) for uid in slice_of}
    assert back.StudyInstanceUID == next(iter(real.datasets.values())).StudyInstanceUID


def test_seg_of_real_hearts_read_by_highdicom(real: Real) -> None:
    seg = write_segmentation(real.meta, real.labels, ED, real.datasets, ABOUT)
    back = highdicom.seg.segread(BytesIO(saved(seg)))
    uids = [row[ED].sop_instance_uid for row in real.meta.frames]
    found = back.get_pixels_by_source_instance(uids, combine_segments=True)
    assert (found == label_volume(real.meta, real.labels, ED)).all()
    assert back.SegmentsOverlap == "NO"
    kinds = {
        str(d.segment_label): (
            d.segmented_property_type.value,
            d.segmented_property_type.scheme_designator,
        )
        for d in map(back.get_segment_description, back.segment_numbers)
    }
    assert kinds == {
        "RV cavity": ("53085002", "SCT"),
        "LV myocardium": ("49848007", "SCT"),
        "LV cavity": ("87878005", "SCT"),
    }


def test_seg_names_nobody_and_is_the_same_twice(real: Real) -> None:
    first, second = (
        saved(write_segmentation(real.meta, real.labels, ED, real.datasets, ABOUT))
        for _ in range(2)
    )
    assert first == second
    assert b"SCD0000301" not in first
    back = dcmread(BytesIO(first))
    assert {e.keyword: str(e.value) for e in back.group_dataset(0x0010)} == {
        "PatientName": "S-0001",
        "PatientID": "S-0001",
        "PatientBirthDate": "",
        "PatientSex": "",
    }
    assert not back.StudyDate
    assert back.ContentDate == "20260304"


def test_seg_of_a_scanner_that_writes_a_series_per_slice(phantom: CinePhantom) -> None:
    sources = phantom_sources(phantom)
    seg = write_segmentation(phantom.meta, phantom.labels, 0, sources, ABOUT)
    back = dcmread(BytesIO(saved(seg)))
    referred = {
        str(i.ReferencedSOPInstanceUID): str(series.SeriesInstanceUID)
        for series in back.ReferencedSeriesSequence
        for i in series.ReferencedInstanceSequence
    }
    assert len(set(referred.values())) > 1
    assert referred == {uid: str(sources[uid].SeriesInstanceUID) for uid in referred}
    assert b"SECRET" not in saved(seg)


def test_seg_where_the_thickness_is_not_known(phantom: CinePhantom) -> None:
    sources, labels = phantom_sources(phantom), phantom.labels
    for source in sources.values():
        if "SliceThickness" in source:
            del source.SliceThickness
    meta = replace(phantom.meta, slice_thickness_mm=None)
    for made in (
        write_segmentation(meta, labels, 0, sources, ABOUT),
        write_segmentation(meta, labels, 0, sources, ABOUT, labelmap=True),
        write_cine_segmentation(meta, labels, [0, 1], sources, ABOUT),
    ):
        back = dcmread(BytesIO(saved(made)))
        (measures,) = back.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence
        assert measures.get("SliceThickness") is None
        assert list(measures.PixelSpacing) == pytest.approx(list(meta.pixel_spacing_mm))


def enhanced(phantom: CinePhantom, s: int) -> Dataset:
    """One slice's phases as the frames of one enhanced instance."""
    meta = phantom.meta
    out = next(d for d in cine_datasets(phantom) if d.SeriesNumber == s + 1)
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing"):
        delattr(out, keyword)
    out.SOPClassUID, out.SOPInstanceUID = EnhancedMRImageStorage, f"1.2.{s + 1}"
    out.NumberOfFrames = meta.n_phases
    shared, turned, measures = Dataset(), Dataset(), Dataset()
    turned.ImageOrientationPatient = [*meta.row_direction, *meta.column_direction]
    measures.PixelSpacing, measures.SliceThickness = list(meta.pixel_spacing_mm), 8
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [turned], [measures]
    out.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for _ in range(meta.n_phases):
        frame, position = Dataset(), Dataset()
        position.ImagePositionPatient = list(meta.slice_positions_mm[s])
        frame.PlanePositionSequence = [position]
        frames.append(frame)
    out.PerFrameFunctionalGroupsSequence = frames
    return out


def test_seg_of_multi_frame_instances(phantom: CinePhantom) -> None:
    """Every frame of the SEG names instance and frame; the phases of a slice share a place."""
    n = phantom.meta.n_slices
    frames = tuple(
        tuple(FrameRef(f"1.2.{s + 1}", p + 1) for p in range(phantom.meta.n_phases))
        for s in range(n)
    )
    meta = replace(phantom.meta, frames=frames)
    sources = {f"1.2.{s + 1}": enhanced(phantom, s) for s in range(n)}
    seg = write_segmentation(meta, phantom.labels, 1, sources, ABOUT)
    back = dcmread(BytesIO(saved(seg)))
    names = {s.SegmentNumber: s.SegmentLabel for s in back.SegmentSequence}
    seen = set()
    for frame, mask in zip(back.PerFrameFunctionalGroupsSequence, back.pixel_array, strict=True):
        (source,) = frame.DerivationImageSequence[0].SourceImageSequence
        assert source.ReferencedSOPClassUID == EnhancedMRImageStorage
        assert source.ReferencedFrameNumber == 2
        s = int(source.ReferencedSOPInstanceUID.split(".")[-1]) - 1
        placed = frame.PlanePositionSequence[0].ImagePositionPatient
        assert list(placed) == pytest.approx(list(meta.slice_positions_mm[s]))
        label = names[frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber]
        assert (mask == expected(phantom.labels, (s, 1), label, meta)).all()
        seen.add((s, label))
    assert len(seen) > 4


@pytest.mark.parametrize("phase", [ED, ES])
def test_nifti_lies_where_the_dicom_planes_lie(real: Real, phase: int, tmp_path: Path) -> None:
    """Read by SimpleITK, which speaks LPS as DICOM does."""
    meta = real.meta
    for name, data in (
        ("image", image_nifti(meta, real.pixels, phase)),
        ("labels", labels_nifti(meta, real.labels, phase)),
    ):
        path = tmp_path / f"{name}.nii.gz"
        path.write_bytes(data)
        volume = sitk.ReadImage(str(path))
        assert volume.GetSize() == (meta.columns, meta.rows, meta.n_slices)
        for s, row in enumerate(meta.frames):
            source = real.datasets[row[phase].sop_instance_uid]
            along, down = np.reshape([float(v) for v in source.ImageOrientationPatient], (2, 3))
            between_rows, between_columns = (float(v) for v in source.PixelSpacing)
            for column, line in ((0, 0), (255, 0), (0, 255), (255, 255), (100, 37)):
                there = (
                    np.array([float(v) for v in source.ImagePositionPatient])
                    + column * between_columns * along
                    + line * between_rows * down
                )
                found = volume.TransformIndexToPhysicalPoint((column, line, s))
                assert np.abs(np.subtract(found, there)).max() < 1e-3
        array = sitk.GetArrayFromImage(volume)
        truth = real.pixels[:, phase] if name == "image" else label_volume(meta, real.labels, phase)
        assert (array == truth).all()


def test_an_irregular_stack_says_by_how_much(phantom: CinePhantom) -> None:
    meta = phantom.meta
    assert plane_deviation_mm(meta) < 1e-5
    positions = [*meta.slice_positions_mm]
    positions[1] = tuple(v + 2.0 * n for v, n in zip(positions[1], (1, 0, 0), strict=True))
    assert plane_deviation_mm(replace(meta, slice_positions_mm=tuple(positions))) == pytest.approx(
        2.0, abs=1e-5
    )


def test_an_assumed_spacing_is_not_called_millimetres(phantom: CinePhantom, tmp_path: Path) -> None:
    meta = replace(phantom.meta, spacing_assumed=True)
    path = tmp_path / "labels.nii.gz"
    path.write_bytes(labels_nifti(meta, phantom.labels, 0))
    volume = sitk.ReadImage(str(path))
    assert "assumed" in volume.GetMetaData("descrip")
    assert (volume.GetMetaData("qform_code"), volume.GetMetaData("sform_code")) == ("0", "0")


def test_labels_do_not_overlap_and_the_left_ventricle_wins(phantom: CinePhantom) -> None:
    everywhere = (((1.0, 1.0), (60.0, 1.0), (60.0, 60.0), (1.0, 60.0)),)
    frame = next(f for f in phantom.labels.frames if "lv_epi" in f.structures)
    both = FrameLabels(0, 0, {**frame.structures, "rv_endo": everywhere})
    plane = label_volume(phantom.meta, StackLabels((both,)), 0)[0]
    shape = plane.shape
    assert ((plane == 3) == rasterise(frame.structures["lv_endo"], shape)).all()
    assert ((plane >= 2) == rasterise(frame.structures["lv_epi"], shape)).all()
    assert ((plane > 0) == rasterise(everywhere, shape)).all()


def test_nnunet_rules() -> None:
    found = dataset_json(
        name="Loop", n_training=4, description="d", licence="l", reference="content hash x"
    )
    assert json.loads(json.dumps(found)) == found
    assert set(found["channel_names"]) == {"0"}
    assert all(isinstance(v, str) for v in found["channel_names"].values())
    assert found["labels"]["background"] == 0
    assert sorted(found["labels"].values()) == list(range(len(found["labels"])))
    assert (found["numTraining"], found["file_ending"]) == (4, ".nii.gz")
    places = [
        ("b_ed", Split.TRAIN),
        ("a_ed", Split.TRAIN),
        ("c_ed", Split.VALIDATION),
        ("d", Split.TEST),
    ]
    assert splits_final(places) == [{"train": ["a_ed", "b_ed"], "val": ["c_ed"]}]
    assert splits_final(places[:2]) is None
    assert safe_name("C 0001/ö") == "C-0001"


def _square(phase: int = 0, slice_index: int = 0, code: str = "lv_endo") -> StackLabels:
    part = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))
    return StackLabels((FrameLabels(slice_index, phase, {code: (part,)}),))


@pytest.mark.parametrize(
    ("labels", "phase", "error"),
    [
        (_square(slice_index=4), 0, InvalidGeometry),  # the stack has 4 slices
        (_square(slice_index=-1), 0, InvalidGeometry),
        (_square(phase=3), 0, InvalidGeometry),
        (_square(), 3, InvalidGeometry),
        (_square(), 1, UnsupportedInput),  # nothing is drawn there
        (_square(code="scar"), 0, UnsupportedInput),
        (StackLabels(()), 0, UnsupportedInput),
    ],
)
def test_labels_that_can_not_be_placed_are_refused(
    phantom: CinePhantom, labels: StackLabels, phase: int, error: type[CmrkitError]
) -> None:
    with pytest.raises(error):
        labels_nifti(phantom.meta, labels, phase)
    with pytest.raises(error):
        write_segmentation(phantom.meta, labels, phase, phantom_sources(phantom), ABOUT)


def test_images_of_another_shape_are_refused(phantom: CinePhantom) -> None:
    with pytest.raises(InvalidGeometry, match="shape"):
        image_nifti(phantom.meta, phantom.pixels[:, :, :-1], 0)
    with pytest.raises(InvalidGeometry, match="Phase 3"):
        image_nifti(phantom.meta, phantom.pixels, 3)


def test_a_seg_needs_its_images(phantom: CinePhantom) -> None:
    sources = phantom_sources(phantom)
    hole = replace(
        phantom.meta, frames=((None, *phantom.meta.frames[0][1:]), *phantom.meta.frames[1:])
    )
    with pytest.raises(UnsupportedInput, match="no image"):
        write_segmentation(hole, _square(), 0, sources, ABOUT)
    with pytest.raises(UnsupportedInput, match="not at hand"):
        write_segmentation(phantom.meta, _square(), 0, {}, ABOUT)
    other = {uid: Dataset() for uid in sources}
    with pytest.raises(UnsupportedInput, match="can't be made"):
        write_segmentation(phantom.meta, _square(), 0, other, ABOUT)
    with pytest.raises(UnsupportedInput):
        dataset_json(name="x", n_training=0, description="", licence="", reference="")
    with pytest.raises(UnsupportedInput):
        safe_name("///")
