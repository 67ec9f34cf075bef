"""Volumes as DICOM: geometry in closed form, values exact or within a bound, marks."""

import gzip
from io import BytesIO
from typing import Any

import nibabel
import numpy as np
import pytest
from pydicom import dcmread

from cmrkit.contracts import StackMeta
from cmrkit.convert import (
    ConvertedStudy,
    SeriesToWrite,
    StudyAbout,
    convert_study,
)
from cmrkit.dicomio import read_header
from cmrkit.errors import (
    CmrkitError,
    InvalidGeometry,
    UnreadableVolume,
    UnsupportedInput,
)
from cmrkit.geometry import image_to_patient
from cmrkit.niftiio import Statement, read_image, read_labels
from tests.factories import volumes as v
from tests.factories.converted import stack_of, written

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def study_of(data: bytes, statement: Statement | None = None) -> ConvertedStudy:
    series = (SeriesToWrite(read_image(data, statement), "cine SAX"),)
    return convert_study(series, StudyAbout("subject-1"))


def in_file_order(pixels: Any, meta: StackMeta, study: ConvertedStudy) -> Any:
    """(slice, phase, row, column) of the volume, out of the stack by the frames' names."""
    places = {
        r.sop_instance_uid: (s, p) for s, row in enumerate(meta.frames) for p, r in enumerate(row)
    }
    return np.array(
        [[pixels[places[ref.sop_instance_uid]] for ref in row] for row in study.refs[0]]
    )


def test_every_voxel_lies_where_the_nifti_says() -> None:
    """The centre of each corner voxel, through the DICOM geometry and through the affine."""
    labels = v.heart()
    study = study_of(v.nifti(v.picture(labels)[..., 0]))
    stack, _ = stack_of(written(study))
    places = {row[0].sop_instance_uid: s for s, row in enumerate(stack.meta.frames) if row[0]}
    for k, row in enumerate(study.refs[0]):
        affine = image_to_patient(stack.meta, places[row[0].sop_instance_uid])
        for i, j in ((0, 0), (39, 0), (0, 47), (39, 47)):
            expected = LPS @ v.OBLIQUE @ (i, j, k, 1)
            assert (affine @ (i, j, 0, 1))[:3] == pytest.approx(expected[:3], abs=1e-5)
    assert stack.meta.pixel_spacing_mm == pytest.approx((1.25, 1.5))
    assert stack.meta.slice_spacing_mm == pytest.approx(8.0)
    assert not stack.meta.spacing_assumed
    assert (stack.meta.sequence_kind, stack.meta.view) == ("cine", "SAX")


def test_a_left_handed_volume_keeps_its_places_too() -> None:
    flipped = v.OBLIQUE.copy()
    flipped[:3, 2] *= -1
    study = study_of(v.nifti(v.picture(v.heart())[..., 0], flipped))
    stack, pixels = stack_of(written(study))
    image = np.asarray(v.picture(v.heart())[..., 0]).transpose(2, 1, 0)[:, None]
    assert (in_file_order(pixels, stack.meta, study) == image).all()
    assert stack.meta.slice_positions_mm[-1] == pytest.approx((LPS @ flipped)[:3, 3], abs=1e-5)


@pytest.mark.parametrize(("length", "mm"), [("meter", 1000.0), ("micron", 0.001), ("unknown", 1)])
def test_lengths_are_in_the_unit_that_the_file_states(length: str, mm: float) -> None:
    affine = v.OBLIQUE.copy()
    affine[:3] /= mm
    data = v.nifti(v.picture(v.heart()), affine, length=length)
    image, plain = read_image(data), read_image(v.nifti(v.picture(v.heart())))
    assert image.pixel_spacing_mm == pytest.approx(plain.pixel_spacing_mm)
    assert image.slice_spacing_mm == pytest.approx(8.0)
    assert np.array(image.slice_positions_mm) == pytest.approx(np.array(plain.slice_positions_mm))
    labels = read_labels(v.nifti(v.heart(), affine, length=length))
    assert labels.affine == pytest.approx(LPS @ v.OBLIQUE)
    stated = read_image(data, Statement(spacing_mm=(1.5, 1.25, 8.0)))
    assert np.array(stated.slice_positions_mm) == pytest.approx(np.array(plain.slice_positions_mm))


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.float32, np.int64])
def test_whole_numbers_stay_what_they_are(dtype: Any) -> None:
    rng = np.random.default_rng(1)
    low, high = (-2000, 3000) if np.dtype(dtype).kind != "u" else (0, 250)
    values = rng.integers(low, high, (12, 10, 3, 4)).astype(dtype)
    image: Any = nibabel.Nifti1Image(values, v.OBLIQUE, dtype=dtype)
    study = study_of(image.to_bytes(), Statement(rr_ms=800))
    stack, pixels = stack_of(written(study))
    found = in_file_order(pixels, stack.meta, study)
    assert (found == values.transpose(2, 3, 1, 0)).all()
    assert "RescaleSlope" not in dcmread(BytesIO(written(study)[0]))


def test_a_scale_factor_of_the_header_is_kept() -> None:
    image: Any = nibabel.Nifti1Image(np.arange(240, dtype=np.int16).reshape(8, 10, 3), v.OBLIQUE)
    image.header.set_slope_inter(0.125, -3)
    volume = read_image(image.to_bytes())
    assert (volume.slope, volume.intercept) == (0.125, -3.0)
    assert (volume.stored.ravel().max(), volume.stored.ravel().min()) == (239, 0)


@pytest.mark.parametrize("span", [(0.0, 1.0), (-3.7e4, 9.1e5), (1e-6, 2e-6), (5.25, 5.25)])
def test_other_values_are_off_by_half_a_step_at_most(span: tuple[float, float]) -> None:
    values = np.random.default_rng(2).uniform(*span, (20, 24, 4)).astype(np.float32)
    study = study_of(v.nifti(values))
    files = written(study)
    stack, _ = stack_of(files)
    volume = study.series[0].volume
    headers = {read_header(d).sop_instance_uid: dcmread(BytesIO(d)) for d in files}
    bound = max((span[1] - span[0]) / 65000 / 2, 1e-7 * abs(span[1]))
    for k, row in enumerate(study.refs[0]):
        dataset = headers[row[0].sop_instance_uid]
        back = dataset.pixel_array * float(dataset.get("RescaleSlope", 1)) + float(
            dataset.get("RescaleIntercept", 0)
        )
        assert abs(back - values[..., k].T).max() <= bound
    assert volume.slope <= max((span[1] - span[0]) / 65000, 1e-8 * abs(span[1]) * 2)
    assert stack.meta.n_slices == 4


def test_times_come_from_the_header_the_caller_or_an_assumption() -> None:
    four = v.picture(v.heart(n_phases=4))
    stated = read_image(v.nifti(four), Statement(rr_ms=800))
    assert stated.trigger_ms == (0.0, 200.0, 400.0, 600.0)
    assert (stated.rr_ms, stated.timing_assumed) == (800, False)
    in_ms = read_image(v.nifti(four, step=210.0, unit="msec"))
    assert in_ms.trigger_ms == (0.0, 210.0, 420.0, 630.0)
    assert (in_ms.rr_ms, in_ms.timing_assumed) == (None, False)
    in_s = read_image(v.nifti(four, step=0.2, unit="sec"))
    assert in_s.trigger_ms == pytest.approx((0.0, 200.0, 400.0, 600.0))
    for data in (v.nifti(four, step=1.0, unit="sec"), v.nifti(four, step=50.0)):
        guessed = read_image(data)  # a placeholder, and a number without a unit
        assert (guessed.rr_ms, guessed.timing_assumed) == (1000.0, True)
        assert guessed.trigger_ms == (0.0, 250.0, 500.0, 750.0)


@pytest.mark.parametrize("assumed", [True, False])
def test_what_is_assumed_is_marked_in_dicom_and_found_in_the_stack(assumed: bool) -> None:
    data = v.nifti(v.picture(v.heart(n_phases=4)), None)
    statement = None if assumed else Statement(spacing_mm=(1.5, 1.25, 9.0), rr_ms=900)
    files = written(study_of(data, statement))
    stack, _ = stack_of(files)
    codes = {finding.code for finding in stack.findings}
    assert stack.meta.spacing_assumed is assumed
    assert ({"spacing_assumed", "timing_assumed"} <= codes) is assumed
    assert ("DerivationCodeSequence" in dcmread(BytesIO(files[0]))) is assumed
    if not assumed:
        assert stack.meta.pixel_spacing_mm == (1.25, 1.5)
        assert stack.meta.slice_spacing_mm == pytest.approx(9.0)


def test_the_same_input_is_the_same_study_and_another_spacing_another() -> None:
    data = v.nifti(v.picture(v.heart())[..., 0])
    first, again = written(study_of(data)), written(study_of(gzip.compress(data)))
    assert first == again
    other = study_of(data, Statement(spacing_mm=(1.5, 1.25, 9.0)))
    assert other.study_uid != study_of(data).study_uid
    uids = {read_header(d).sop_instance_uid for d in first}
    assert len(uids) == 3
    assert not uids & {ref.sop_instance_uid for row in other.refs[0] for ref in row}


def test_the_files_have_what_an_mr_image_must_have() -> None:
    """PS3.3 A.4: attributes of type 1 and 2 that apply to a single MR image."""
    dataset = dcmread(BytesIO(written(study_of(v.nifti(v.picture(v.heart())[..., 0])))[0]))
    filled = (
        "SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID Modality ImageType "
        "FrameOfReferenceUID PixelSpacing ImageOrientationPatient ImagePositionPatient Rows Columns "
        "SamplesPerPixel PhotometricInterpretation BitsAllocated BitsStored HighBit "
        "PixelRepresentation ScanningSequence SequenceVariant PixelData"
    )
    present = (
        "PatientName PatientID PatientBirthDate PatientSex StudyDate StudyTime StudyID "
        "AccessionNumber ReferringPhysicianName SeriesNumber PositionReferenceIndicator "
        "Manufacturer InstanceNumber SliceThickness ScanOptions MRAcquisitionType EchoTime "
        "EchoTrainLength"
    )
    assert [k for k in filled.split() if dataset.get(k) in (None, "")] == []
    assert [k for k in present.split() if k not in dataset] == []
    for element in dataset:
        if element.VR == "DS" and element.value is not None:
            values = element.value if element.VM > 1 else [element.value]
            assert all(len(str(x)) <= 16 for x in values), element.keyword


def without_columns(data: bytes) -> bytes:
    """The first column of the sform (bytes 280, 296, 312) put to zero."""
    out = bytearray(data)
    for start in (280, 296, 312):
        out[start : start + 4] = bytes(4)
    return bytes(out)


BAD: dict[str, tuple[bytes, type[CmrkitError]]] = {
    "no nifti": (b"not a volume at all", UnreadableVolume),
    "cut": (v.nifti(v.picture(v.heart())[..., 0])[:2000], UnreadableVolume),
    "cut gzip": (gzip.compress(v.nifti(v.picture(v.heart())))[:900], UnreadableVolume),
    "nan": (v.nifti(np.full((4, 4, 2), np.nan, np.float32)), UnreadableVolume),
    "complex": (v.nifti(np.zeros((4, 4, 2), np.complex64)), UnsupportedInput),
    "five axes": (v.nifti(np.zeros((4, 4, 2, 2, 3), np.int16)), UnsupportedInput),
    "one axis": (v.nifti(np.zeros((9,), np.int16)), UnsupportedInput),
    "thin slices": (
        v.nifti(np.zeros((4, 4, 2), np.int16), np.diag([1.5, 1.5, 0.1, 1])),
        InvalidGeometry,
    ),
    "no size": (without_columns(v.nifti(np.zeros((4, 4, 2), np.int16))), InvalidGeometry),
    "sheared": (
        v.nifti(
            np.zeros((4, 4, 2), np.int16),
            np.array([[1.5, 0.5, 0, 0], [0, 1.5, 0, 0], [0, 0, 8, 0], [0, 0, 0, 1.0]]),
        ),
        InvalidGeometry,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_can_not_be_a_volume_is_refused_by_name(name: str) -> None:
    data, error = BAD[name]
    with pytest.raises(error, match=r"\."):
        read_image(data)


@pytest.mark.parametrize(
    "statement",
    [
        Statement(spacing_mm=(0, 1, 1)),
        Statement(spacing_mm=(1, 1, float("nan"))),
        Statement(rr_ms=-5),
    ],
)
def test_a_statement_that_can_not_be_is_refused(statement: Statement) -> None:
    with pytest.raises(InvalidGeometry):
        read_image(v.nifti(v.picture(v.heart(n_phases=2))), statement)


def test_labels_are_whole_numbers() -> None:
    assert read_labels(v.nifti(np.ones((4, 4, 2), np.float64))).values.dtype.kind == "i"
    with pytest.raises(UnreadableVolume, match="whole numbers"):
        read_labels(v.nifti(np.full((4, 4, 2), 0.5)))
