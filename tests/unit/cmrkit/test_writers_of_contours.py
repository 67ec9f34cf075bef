"""Segmentation over time, label maps and contours of real, oblique hearts: written, and
reopened by pydicom, highdicom, SimpleITK and dcmjs."""

import json
import subprocess
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import highdicom
import numpy as np
import pytest
import SimpleITK as sitk
from pydicom import dcmread
from pydicom.tag import Tag

from cmrkit.contracts import FrameLabels, StackLabels
from cmrkit.errors import UnsupportedInput
from cmrkit.geometry import rasterise
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.writers import (
    Finding,
    SegAbout,
    label_volume,
    patient_points_mm,
    write_cine_segmentation,
    write_report,
    write_segmentation,
    write_structure_set,
)
from tests.factories.imaging import small_phantom
from tests.factories.required import absent
from tests.factories.sunnybrook import ED, ES, Real, load_real
from tests.factories.written import ABOUT, FINDINGS, saved

ROOT = Path(__file__).resolve().parents[3]

pytestmark = [
    pytest.mark.filterwarnings("ignore:Invalid value for VR UI"),
    pytest.mark.filterwarnings("ignore:The string"),
]


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Real:
    return load_real(shared_data)


@pytest.fixture(scope="module")
def cine(real: Real) -> bytes:
    return saved(write_cine_segmentation(real.meta, real.labels, [ED, ES], real.datasets, ABOUT))


def volumes_by_index(data: bytes, n_slices: int, position_of: dict[tuple[float, ...], int]) -> Any:
    """What a reader makes of the indices alone, without a look at what frames refer to: phase of
    the cine (from 0) -> (slice, row, column) of labels."""
    back = dcmread(BytesIO(data))
    pointers = [item.DimensionIndexPointer for item in back.DimensionIndexSequence]
    at_time = pointers.index(Tag("TemporalPositionIndex"))
    found: dict[int, Any] = {}
    ranks: dict[int, set[int]] = {}
    for frame, mask in zip(back.PerFrameFunctionalGroupsSequence, back.pixel_array, strict=True):
        content = frame.FrameContentSequence[0]
        phase = int(content.TemporalPositionIndex) - 1
        ranks.setdefault(phase, set()).add(int(content.DimensionIndexValues[at_time]))
        where = tuple(float(v) for v in frame.PlanePositionSequence[0].ImagePositionPatient)
        volume = found.setdefault(phase, np.zeros((n_slices, *mask.shape), dtype=np.uint8))
        segment = int(frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        volume[position_of[where]][mask > 0] = segment
    assert [ranks[phase] for phase in sorted(ranks)] == [{n + 1} for n in range(len(ranks))]
    return found


def test_a_segmentation_over_time_reopens_at_the_right_phase(real: Real, cine: bytes) -> None:
    meta = real.meta
    place = {}
    for s, row in enumerate(meta.frames):
        source = real.datasets[row[0].sop_instance_uid]  # type: ignore[union-attr]
        place[tuple(float(v) for v in source.ImagePositionPatient)] = s
    found = volumes_by_index(cine, meta.n_slices, place)
    assert set(found) == {ED, ES}
    for phase in (ED, ES):
        assert (found[phase] == label_volume(meta, real.labels, phase)).all()
    assert (found[ED] != found[ES]).any()


def test_highdicom_tells_its_phases_apart_by_index_and_by_instance(real: Real, cine: bytes) -> None:
    back = highdicom.seg.segread(BytesIO(cine))
    for rank, phase in ((1, ES), (2, ED)):
        truth = label_volume(real.meta, real.labels, phase)
        uids = [row[phase].sop_instance_uid for row in real.meta.frames]  # type: ignore[union-attr]
        by_instance = back.get_pixels_by_source_instance(
            uids, combine_segments=True, assert_missing_frames_are_empty=True
        )
        assert (by_instance == truth).all()
        by_index = back.get_pixels_by_dimension_index_values(
            [(rank, n + 1) for n in range(real.meta.n_slices)],
            dimension_index_pointers=[Tag("TemporalPositionIndex"), Tag("ImagePositionPatient")],
            combine_segments=True,
            assert_missing_frames_are_empty=True,
        )
        assert (by_index == truth).all()


def test_times_and_references_are_those_of_the_images(real: Real, cine: bytes) -> None:
    back = dcmread(BytesIO(cine))
    for frame in back.PerFrameFunctionalGroupsSequence:
        (item,) = frame.DerivationImageSequence[0].SourceImageSequence
        source = real.datasets[str(item.ReferencedSOPInstanceUID)]
        offset = frame.TemporalPositionSequence[0].TemporalPositionTimeOffset
        assert offset * 1000 == pytest.approx(float(source.TriggerTime), abs=1e-6)
    assert b"SCD0000301" not in cine
    again = write_cine_segmentation(real.meta, real.labels, [ES, ED, ED], real.datasets, ABOUT)
    assert saved(again) == cine


def test_a_label_map_holds_the_same_labels(real: Real) -> None:
    made = write_segmentation(real.meta, real.labels, ED, real.datasets, ABOUT, labelmap=True)
    back = dcmread(BytesIO(saved(made)))
    assert back.SOPClassUID == "1.2.840.10008.5.1.4.1.1.66.7"  # label map
    truth = label_volume(real.meta, real.labels, ED)
    slices = {row[ED].sop_instance_uid: s for s, row in enumerate(real.meta.frames)}  # type: ignore[union-attr]
    seen = set()
    for frame, plane in zip(back.PerFrameFunctionalGroupsSequence, back.pixel_array, strict=True):
        (item,) = frame.DerivationImageSequence[0].SourceImageSequence
        s = slices[str(item.ReferencedSOPInstanceUID)]
        assert (plane == truth[s]).all()
        seen.add(s)
    assert seen == set(np.flatnonzero(truth.any(axis=(1, 2))).tolist())


def test_contours_in_the_patient_are_the_polygons_as_drawn(real: Real, tmp_path: Path) -> None:
    """Back to pixels by SimpleITK, from the source image's own header."""
    back = dcmread(
        BytesIO(saved(write_structure_set(real.meta, real.labels, ED, real.datasets, ABOUT)))
    )
    names = {roi.ROINumber: roi.ROIName for roi in back.StructureSetROISequence}
    assert set(names.values()) == {"LV endocardium", "LV epicardium"}
    codes = {"LV endocardium": "lv_endo", "LV epicardium": "lv_epi"}
    drawn = {f.slice_index: f.structures for f in real.labels.frames if f.phase_index == ED}
    slices = {row[ED].sop_instance_uid: s for s, row in enumerate(real.meta.frames)}  # type: ignore[union-attr]
    seen = 0
    for roi in back.ROIContourSequence:
        for contour in roi.ContourSequence:
            (image,) = contour.ContourImageSequence
            uid = str(image.ReferencedSOPInstanceUID)
            path = tmp_path / "one.dcm"
            path.write_bytes(real.files[uid])
            volume = sitk.ReadImage(str(path))
            points = np.reshape([float(v) for v in contour.ContourData], (-1, 3))
            pixels = [volume.TransformPhysicalPointToContinuousIndex(list(p)) for p in points]
            code = codes[names[roi.ReferencedROINumber]]
            (truth,) = drawn[slices[uid]][code]
            assert np.abs(np.asarray(pixels)[:, 2]).max() < 5e-4
            # SimpleITK squares up direction cosines that the header rounds
            assert np.abs(np.asarray(pixels)[:, :2] - np.asarray(truth)).max() < 5e-4
            shape = (real.meta.rows, real.meta.columns)
            # to a thousandth of a pixel, as contours are kept: experts drew on pixel centres
            part = tuple((round(float(x), 3), round(float(y), 3)) for x, y, _ in pixels)
            assert (rasterise((part,), shape) == rasterise((truth,), shape)).all()
            seen += 1
    assert seen == 20


def test_patient_points_in_closed_form(real: Real) -> None:
    meta = replace(
        real.meta,
        slice_positions_mm=((10.0, 20.0, 30.0),) * real.meta.n_slices,
        row_direction=(0.0, 1.0, 0.0),
        column_direction=(0.0, 0.0, -1.0),
        pixel_spacing_mm=(2.0, 0.5),
    )
    found = patient_points_mm(meta, 0, ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0)))
    assert found.tolist() == [[10.0, 20.0, 30.0], [10.0, 22.0, 30.0], [10.0, 22.0, 24.0]]


def test_parts_of_one_structure_are_cut_out_of_one_another(real: Real) -> None:
    ring = tuple(
        ((100 - r, 100 - r), (100 + r, 100 - r), (100 + r, 100 + r), (100 - r, 100 + r))
        for r in (20.0, 10.0)
    )
    labels = StackLabels((FrameLabels(0, ED, {"rv_endo": ring}),))
    made = write_structure_set(real.meta, labels, ED, real.datasets, ABOUT)
    kinds = [c.ContourGeometricType for c in made.ROIContourSequence[0].ContourSequence]
    assert kinds == ["CLOSEDPLANAR_XOR"] * 2


def objects(about: SegAbout, findings: list[Finding] = FINDINGS) -> list[Any]:
    """One of every kind."""
    phantom = small_phantom(1, 4, 3)
    meta, labels = phantom.meta, phantom.labels
    sources = {str(d.SOPInstanceUID): d for d in cine_datasets(phantom)}
    return [
        write_segmentation(meta, labels, 0, sources, about),
        write_segmentation(meta, labels, 0, sources, about, labelmap=True),
        write_cine_segmentation(meta, labels, [0, 1], sources, about),
        write_structure_set(meta, labels, 0, sources, about),
        write_report(meta, findings, sources, about),
    ]


def test_objects_of_one_uid_are_the_same() -> None:
    """The same labels in another version, or under another pseudonym, are other objects."""
    first = objects(ABOUT)
    assert [saved(made) for made in objects(ABOUT)] == [saved(made) for made in first]
    for other in (
        replace(ABOUT, made_at=ABOUT.made_at + timedelta(days=1)),
        replace(ABOUT, subject="S-0002"),
    ):
        for before, after in zip(first, objects(other), strict=True):
            assert before.SOPInstanceUID != after.SOPInstanceUID
            assert before.SeriesInstanceUID != after.SeriesInstanceUID
    *drawn, _, report = first
    *same, _, other_report = objects(ABOUT, FINDINGS[:-1])
    assert [made.SOPInstanceUID for made in same] == [made.SOPInstanceUID for made in drawn]
    assert other_report.SOPInstanceUID != report.SOPInstanceUID


def test_what_can_not_be_written_is_refused(real: Real) -> None:
    with pytest.raises(UnsupportedInput):
        write_cine_segmentation(real.meta, real.labels, [], real.datasets, ABOUT)
    with pytest.raises(UnsupportedInput):
        write_cine_segmentation(real.meta, real.labels, [ED, 3], real.datasets, ABOUT)
    with pytest.raises(UnsupportedInput, match="not at hand"):
        write_structure_set(real.meta, real.labels, ED, {}, ABOUT)
    with pytest.raises(UnsupportedInput):
        write_structure_set(real.meta, real.labels, 3, real.datasets, ABOUT)
    with pytest.raises(UnsupportedInput):
        write_report(real.meta, [], real.datasets, ABOUT)
    odd = [Finding("reference", "reference", "tsh", 1.0, "mL")]
    with pytest.raises(UnsupportedInput, match="No code"):
        write_report(real.meta, odd, real.datasets, ABOUT)


def test_dcmjs_reads_both(real: Real, cine: bytes, tmp_path: Path) -> None:
    """JavaScript's own reader: indices, pixels bit by bit, numbers and their authors."""
    modules = ROOT / "frontend" / "node_modules"
    if not (modules / "dcmjs").exists():
        absent("dcmjs is not installed: npm ci in frontend/")
    sources = {u: real.datasets[u] for u in [real.meta.frames[0][ED].sop_instance_uid]}  # type: ignore[union-attr]
    (tmp_path / "seg.dcm").write_bytes(cine)
    report = write_report(real.meta, FINDINGS, sources, ABOUT)
    (tmp_path / "sr.dcm").write_bytes(saved(report))
    script = ROOT / "tests" / "factories" / "read_with_dcmjs.mjs"
    done = subprocess.run(
        ["node", str(script), str(modules), str(tmp_path / "seg.dcm"), str(tmp_path / "sr.dcm")],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found = json.loads(done.stdout)
    for phase in (ED, ES):
        truth = label_volume(real.meta, real.labels, phase)
        by_segment = {int(k): n for k, n in found["pixels"][str(phase + 1)].items()}
        assert by_segment == {
            int(v): int((truth == v).sum()) for v in np.unique(truth).tolist() if v
        }
        weights = np.arange(1, truth[0].size + 1).reshape(truth[0].shape) % 251
        assert found["sums"][str(phase + 1)] == int((weights * (truth > 0)).sum())
    assert found["numbers"] == {
        "reference|Left Ventricular ED Volume": 151.23456789012345,
        "reference|Left ventricular ejection fraction by MR": 61.000000000000014,
        "reference|Right Ventricular ED Volume": 140.5,
        "R-00c0ffee|Left Ventricular ED Volume": 149.0,
    }
