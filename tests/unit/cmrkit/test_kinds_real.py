"""Kinds of real images: perfusion from GE, T1 mapping of a phantom from Siemens; and multi-frame."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from highdicom import UID
from pydicom.dataset import Dataset

from cmrkit.dicomio import assemble_stacks, read_header
from tests.factories.headers import header_of, short_axis_plane


def test_perfusion_is_one_stack_of_dynamics(shared_data: Path) -> None:
    with zipfile.ZipFile(shared_data / "perfusion" / "dicom.zip") as archive:
        headers = [read_header(archive.read(n)) for n in archive.namelist()]
    (stack,) = assemble_stacks(headers)
    assert stack.classification.sequence_kind == "perfusion"
    assert (stack.meta.n_slices, stack.meta.n_phases) == (1, 79)
    assert stack.meta.time_axis == "dynamic"
    assert stack.meta.rr_interval_ms == pytest.approx(60_000 / 86)  # the stated interval is 6 ms
    times = [t for t in stack.meta.times_ms[0] if t is not None]
    assert times[0] == 0
    assert np.median(np.diff(times)) == pytest.approx(698, abs=1)


def test_perfusion_without_its_name_is_still_told(shared_data: Path) -> None:
    with zipfile.ZipFile(shared_data / "perfusion" / "dicom.zip") as archive:
        headers = [read_header(archive.read(n)) for n in archive.namelist()]
    for header in headers:
        header.metadata.pop("0008103E")
    (stack,) = assemble_stacks(headers)
    assert stack.classification.sequence_kind == "perfusion"
    assert stack.classification.confidence >= 0.6


def test_shmolli_source_phase_map_picture_and_fit_are_told_apart(shared_data: Path) -> None:
    files = sorted((shared_data / "shmolli_phantom").rglob("*.dcm"))
    stacks = assemble_stacks(read_header(p) for p in files)
    found = sorted(
        (s.classification.sequence_kind, s.meta.component, s.meta.n_phases, s.meta.time_axis)
        for s in stacks
    )
    assert found == [
        ("derived", "phase", 1, "single"),
        ("fit_map", "map", 7, "order"),
        ("t1_map", "map", 1, "single"),
        ("t1_source", "magnitude", 7, "inversion_time"),
        ("t1_source", "phase", 7, "inversion_time"),
    ]
    source = next(s for s in stacks if s.classification.sequence_kind == "t1_source")
    assert source.meta.times_ms == ((100, 180, 260, 1100, 2100, 3100, 4100),)
    assert len(source.siblings) >= 1


def test_the_corpus_assembles_as_one_study(shared_data: Path) -> None:
    """Files of many makers in one call: nothing raises, whatever their order."""
    from cmrkit.errors import CmrkitError

    headers = []
    for path in sorted((shared_data / "dicom_corpus").rglob("*")):
        try:
            headers += [read_header(path)] if path.is_file() else []
        except CmrkitError:
            continue
    assert {s.key for s in assemble_stacks(headers)} == {
        s.key for s in assemble_stacks(headers[::-1])
    }


def multiframe(**top: object) -> Dataset:
    """Enhanced MR (synthetic): functional groups as PS3.3 C.8.13 has them."""
    dataset = Dataset()
    dataset.SOPInstanceUID = str(UID())
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "CARDIAC", "NONE"]
    dataset.EchoPulseSequence = "GRADIENT"
    for keyword, value in top.items():
        setattr(dataset, keyword, value)
    row, column = short_axis_plane()
    shared, measures, plane = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = [1.5, 1.5], 8
    plane.ImageOrientationPatient = [*map(float, row), *map(float, column)]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [plane]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = []
    return dataset


def add_frame(dataset: Dataset, distance: float, **groups: dict[str, object]) -> None:
    normal = np.cross(*short_axis_plane())
    frame, position = Dataset(), Dataset()
    position.ImagePositionPatient = [float(v) for v in normal * distance]
    frame.PlanePositionSequence = [position]
    for keyword, values in groups.items():
        item = Dataset()
        for name, value in values.items():
            setattr(item, name, value)
        setattr(frame, keyword, [item])
    dataset.PerFrameFunctionalGroupsSequence.append(frame)


def assembled(dataset: Dataset):
    metadata = {f"{e.tag:08X}": e.to_json_dict(None, 0) for e in dataset}
    n = len(dataset.PerFrameFunctionalGroupsSequence)
    return assemble_stacks([header_of(metadata, n_frames=n)])


def test_multiframe_cine() -> None:
    dataset = multiframe()
    for p in range(20):  # time first, as some scanners order
        for s in range(9):
            add_frame(
                dataset,
                8.0 * s,
                CardiacSynchronizationSequence={
                    "NominalCardiacTriggerDelayTime": 45.0 * p,
                    "RRIntervalTimeNominal": 900.0,
                },
            )
    (stack,) = assembled(dataset)
    assert (stack.meta.n_slices, stack.meta.n_phases) == (9, 20)
    assert (stack.classification.sequence_kind, stack.classification.view) == ("cine", "SAX")
    assert stack.meta.times_ms[3] == tuple(45.0 * p for p in range(20))
    assert stack.addresses[1][2][2] == 2 * 9 + 1 + 1  # frame numbers count from 1
    assert stack.findings == ()


def test_multiframe_splits_magnitude_and_velocity() -> None:
    dataset = multiframe()
    for component in ("MAGNITUDE", "PHASE"):
        for p in range(20):
            groups = {
                "CardiacSynchronizationSequence": {"NominalCardiacTriggerDelayTime": 40.0 * p},
                "MRImageFrameTypeSequence": {
                    "FrameType": ["ORIGINAL", "PRIMARY", "CARDIAC", "NONE"],
                    "ComplexImageComponent": component,
                },
            }
            if component == "PHASE":
                groups["MRVelocityEncodingSequence"] = {
                    "VelocityEncodingMaximumValue": 150.0,
                    "VelocityEncodingMinimumValue": -150.0,
                }
            add_frame(dataset, 0.0, **groups)
    stacks = assembled(dataset)
    assert {s.meta.component for s in stacks} == {"magnitude", "velocity"}
    assert {s.classification.sequence_kind for s in stacks} == {"flow"}
    assert all(len(s.siblings) == 1 for s in stacks)
    velocity = next(s for s in stacks if s.meta.component == "velocity")
    assert velocity.meta.velocity_encoding_cm_s == 150


def test_multiframe_inversion_times() -> None:
    dataset = multiframe(InversionRecovery="YES")
    for t in (100, 180, 260, 1000, 1900, 2800):
        add_frame(dataset, 0.0, MRModifierSequence={"InversionTimes": float(t)})
    (stack,) = assembled(dataset)
    assert stack.classification.sequence_kind == "t1_source"
    assert stack.meta.time_axis == "inversion_time"
