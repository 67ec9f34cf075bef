"""One phantom patient with every kind of stack that a layout shows, all in one frame of reference.

The short axis is the cine phantom. The other images cut a simple beating left ventricle (a shell
about an ellipsoid) that lies where the cine's heart lies, so that planes can be told apart by eye.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import FileDataset

from cmrkit.contracts import StackMeta
from cmrkit.dicomio.mr_writing import UID_ROOT, FrameNames, FramePlace, mr_dataset
from cmrkit.geometry import stack_normal
from cmrkit.phantom import HeartParameters, simulate_cine
from cmrkit.phantom.dicom import cine_datasets, study_uid_of

SEED = 4711
RR_MS = 850.0
LAX_PHASES, LAX_RR_MS = 30, 900.0  # unlike the short axis, which has 20 in 850 ms
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """One series: parallel planes about ``centre``, ``step`` mm apart along their normal."""

    number: int
    name: str
    row: Vector
    column: Vector
    centre: Vector
    n_slices: int = 1
    n_phases: int = 1
    step_mm: float = 8.0
    size: int = 160
    spacing_mm: float = 1.8
    rr_ms: float | None = None
    signed: bool = False
    tags: tuple[tuple[str, object], ...] = ()


def write_patient(folder: Path) -> None:
    """Write the whole study into ``folder``."""
    phantom = simulate_cine(
        HeartParameters(), n_slices=9, n_phases=20, rr_interval_ms=RR_MS, seed=SEED
    )
    folder.mkdir(parents=True, exist_ok=True)
    datasets = list(cine_datasets(phantom))
    model = datasets[0]
    for series in _series(phantom.meta):
        datasets += _of(series, phantom.meta, model)
    for k, dataset in enumerate(datasets):
        dataset.save_as(folder / f"{k:05d}.dcm", enforce_file_format=True)


def _series(sax: StackMeta) -> Iterator[Series]:
    row, column = np.asarray(sax.row_direction), np.asarray(sax.column_direction)
    axis = stack_normal(sax.row_direction, sax.column_direction)
    centre = _heart_centre(sax)
    cine = {"n_phases": LAX_PHASES, "rr_ms": LAX_RR_MS}
    for k, (name, turn) in enumerate((("2CH", 60.0), ("3CH", 120.0), ("4CH", 0.0))):
        across = np.cos(np.radians(turn)) * row + np.sin(np.radians(turn)) * column
        yield Series(50 + k, f"cine {name}", across, axis, centre, **cine)  # type: ignore[arg-type]
    yield Series(60, "LGE PSIR SAX", row, column, centre, n_slices=6, step_mm=12.0)
    yield Series(
        61,
        "T1 map MOLLI SAX",
        row,
        column,
        centre,
        n_slices=3,
        step_mm=20.0,
        tags=(("ImageType", ["DERIVED", "PRIMARY", "M", "T1 MAP"]),),
    )
    for k, name in enumerate(("stress", "rest")):
        yield Series(
            62 + k,
            f"perfusion {name}",
            row,
            column,
            centre,
            n_slices=3,
            n_phases=25,
            step_mm=20.0,
            tags=(("dynamic", True),),
        )
    yield Series(
        64,
        "whole heart 3D navigator",
        np.array([1.0, 0, 0]),
        np.array([0, 1.0, 0]),
        centre,
        n_slices=60,
        step_mm=2.5,
        size=96,
        spacing_mm=2.5,
        tags=(("MRAcquisitionType", "3D"),),
    )
    aorta = centre - 60 * axis
    for k, (name, component) in enumerate((("flow aorta", "M"), ("flow aorta_P", "P"))):
        yield Series(
            65 + k,
            name,
            row,
            column,
            aorta,
            n_phases=LAX_PHASES,
            rr_ms=LAX_RR_MS,
            signed=component == "P",
            tags=(("ImageType", ["ORIGINAL", "PRIMARY", component]),),
        )


def _heart_centre(sax: StackMeta) -> Vector:
    rows_mm, columns_mm = sax.pixel_spacing_mm
    corner = np.asarray(sax.slice_positions_mm).mean(axis=0)
    along = np.asarray(sax.row_direction) * columns_mm * (sax.columns - 1) / 2
    down = np.asarray(sax.column_direction) * rows_mm * (sax.rows - 1) / 2
    return np.asarray(corner + along + down)


def _of(series: Series, sax: StackMeta, model: FileDataset) -> Iterator[FileDataset]:
    normal = np.cross(series.row, series.column)
    half = (series.size - 1) / 2 * series.spacing_mm
    tags = dict(series.tags)
    dynamic = bool(tags.pop("dynamic", False))
    for s in range(series.n_slices):
        middle = series.centre + (s - (series.n_slices - 1) / 2) * series.step_mm * normal
        corner = middle - half * series.row - half * series.column
        for p in range(series.n_phases):
            share = p / series.n_phases
            trigger = None if series.rr_ms is None else 10 + share * series.rr_ms
            values = _picture(series, corner, _heart_centre(sax), sax, share, dynamic)
            dataset = mr_dataset(_names(series, s, p), _place(series, sax, corner, trigger), values)
            for keyword in (
                "PatientName",
                "PatientID",
                "PatientBirthDate",
                "PatientSex",
                "StudyDate",
                "StudyTime",
                "StudyDescription",
                "AccessionNumber",
                "Manufacturer",
                "MagneticFieldStrength",
                "StudyID",
                "ReferringPhysicianName",
            ):
                setattr(dataset, keyword, getattr(model, keyword))
            dataset.SeriesDescription = series.name
            dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "NONE"]
            dataset.ScanningSequence, dataset.SequenceVariant = "GR", "SS"
            dataset.MRAcquisitionType = "2D"
            dataset.EchoTime, dataset.RepetitionTime = 1.5, 3.1
            dataset.AcquisitionNumber = p + 1
            dataset.WindowCenter, dataset.WindowWidth = 600, 1200
            if dynamic:
                at_s = p * RR_MS / 1000
                dataset.AcquisitionTime = f"1201{at_s:09.6f}"
                dataset.TemporalPositionIdentifier = p + 1
                dataset.NumberOfTemporalPositions = series.n_phases
            for keyword, value in tags.items():
                setattr(dataset, keyword, value)
            yield dataset


def _names(series: Series, s: int, p: int) -> FrameNames:
    uid = f"{UID_ROOT}.{SEED}.2.{series.number}"
    return FrameNames(
        study_uid=study_uid_of(SEED),
        series_uid=uid,
        sop_instance_uid=f"{uid}.{s + 1}.{p + 1}",
        series_number=series.number,
        instance_number=s * series.n_phases + p + 1,
    )


def _place(series: Series, sax: StackMeta, corner: Vector, trigger: float | None) -> FramePlace:
    def vector(v: Sequence[float] | Vector) -> tuple[float, float, float]:
        x, y, z = (float(c) for c in v)
        return (x, y, z)

    return FramePlace(
        frame_of_reference_uid=sax.frame_of_reference_uid,
        position_mm=vector(corner),
        row_direction=vector(series.row),
        column_direction=vector(series.column),
        pixel_spacing_mm=(series.spacing_mm, series.spacing_mm),
        thickness_mm=min(series.step_mm, 8.0),
        slice_spacing_mm=series.step_mm,
        trigger_ms=trigger,
        rr_ms=series.rr_ms,
        n_phases=series.n_phases,
    )


def _picture(
    series: Series, corner: Vector, heart: Vector, sax: StackMeta, share: float, dynamic: bool
) -> NDArray[np.integer]:
    index = np.arange(series.size) * series.spacing_mm
    points = corner + index[None, :, None] * series.row + index[:, None, None] * series.column
    level = _ventricle(points - heart, sax, share)
    bright = 900.0 if not dynamic else 200 + 700 * np.exp(-(((share - 0.4) / 0.2) ** 2))
    body = np.linalg.norm(points - heart, axis=2) < 120
    values = np.where(level < 1, bright, np.where(level < 1.9, 320.0, np.where(body, 500.0, 15.0)))
    if series.signed:
        values = np.where(level < 1, 900 * np.sin(2 * np.pi * share), 0.0)
        return np.rint(values).astype("<i2")
    return np.rint(values).astype("<u2")


def _ventricle(offset: Vector, sax: StackMeta, share: float) -> Vector:
    """Below 1 in the cavity, to 1.9 in the wall. ``share`` of the beat: smallest at 0.4."""
    row, column = np.asarray(sax.row_direction), np.asarray(sax.column_direction)
    axis = stack_normal(sax.row_direction, sax.column_direction)
    squeeze = 1 - 0.28 * np.exp(-(((share - 0.4) / 0.18) ** 2))
    short = np.hypot(offset @ row, offset @ column) / (25 * squeeze)
    long = (offset @ axis) / (48 * (0.5 + 0.5 * squeeze))
    return np.asarray(short**2 + long**2)
