"""NIfTI-1 and -2 files (https://nifti.nimh.nih.gov) as volumes in the DICOM patient frame.

NIfTI counts (i, j, k, t) with i fastest and has RAS millimetres; here i is the column, j the row,
k the slice, t the cardiac phase, and RAS becomes LPS by turning x and y round.
"""

import gzip
import io
import math
import zlib
from dataclasses import dataclass
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts.stack import Vector3
from cmrkit.errors import InvalidGeometry, UnreadableVolume, UnsupportedInput
from cmrkit.niftiio.volume import ImageVolume, LabelVolume

SMALLEST_FIELD_MM = 280.0  # no cine of a whole chest has less
MAX_BYTES = 1 << 30  # of an unpacked volume
ASSUMED_RR_MS = 1000.0
_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_MM = {"meter": 1000.0, "micron": 0.001}  # all else is mm: most files that state no unit are
_MS = {"sec": 1000.0, "msec": 1.0, "usec": 0.001}
_CYCLE_MS = (200.0, 3000.0)  # what a cardiac cycle can last; a header's placeholder can't
_MIN_SLICE_MM = 0.5  # planes closer than that count as one


@dataclass(frozen=True)
class Statement:
    """What the caller states about files that don't say it, or say it wrongly.

    ``spacing_mm``: between columns, between rows, between slices. ``rr_ms``: the RR interval.
    """

    spacing_mm: tuple[float, float, float] | None = None
    rr_ms: float | None = None


def read_image(data: bytes, statement: Statement | None = None) -> ImageVolume:
    """An image of (columns, rows[, slices[, phases]]).

    Planes come from the sform, else the qform, else the pixel sizes alone, in the unit of length
    that the header states, else in mm. The spacing is the one
    stated by the caller; else the header's; a header that gives none (:func:`gives_no_spacing`)
    makes it assumed. Times come from the stated RR interval in equal parts; else from ``pixdim[4]``
    where it has a unit of time and makes a cardiac cycle; else an RR of 1000 ms is assumed.
    Whole numbers that fit in 16 bits are stored as they are, also under a scale factor of the
    header; all else is scaled to 16 bits, off by half a step at most.

    Raises UnreadableVolume for what is no NIfTI or holds values that are no numbers,
    UnsupportedInput for colour or too many axes, InvalidGeometry for planes that can't be.
    """
    statement = statement or Statement()
    image = _open(data)
    raw, slope, intercept = _raw(image)
    affine = _lps_affine(image)
    assumed = statement.spacing_mm is None and gives_no_spacing(image)
    if statement.spacing_mm is not None:
        affine = _with_spacing(affine, statement.spacing_mm)
    stored, slope, intercept = _stored(raw, slope, intercept)
    row, column, spacing, slice_mm = _planes(affine, n_slices=stored.shape[0])
    times, rr_ms, timing_assumed = _times(image, stored.shape[1], statement.rr_ms)
    return ImageVolume(
        stored=stored,
        slope=slope,
        intercept=intercept,
        row_direction=row,
        column_direction=column,
        slice_positions_mm=tuple(
            _vector(affine[:3, 3] + k * affine[:3, 2]) for k in range(stored.shape[0])
        ),
        pixel_spacing_mm=spacing,
        slice_spacing_mm=slice_mm,
        spacing_assumed=assumed,
        trigger_ms=times,
        rr_ms=rr_ms,
        timing_assumed=timing_assumed,
    )


def read_labels(data: bytes) -> LabelVolume:
    """A label map; values must be whole numbers. Raises as :func:`read_image` does."""
    image = _open(data)
    raw, slope, intercept = _raw(image)
    values: NDArray[Any] = raw if (slope, intercept) == (1.0, 0.0) else raw * slope + intercept
    if values.dtype.kind == "f":
        if not np.isfinite(values).all() or (values != np.rint(values)).any():
            raise UnreadableVolume(
                "A label map has whole numbers only. Is this an image or a probability map?"
            )
        values = values.astype(np.int64)
    header = image.header
    return LabelVolume(
        values=values,
        affine=_lps_affine(image),
        placed=bool(header["qform_code"] > 0 or header["sform_code"] > 0),
    )


def mm_per_unit(image: Any) -> float:
    """What a NIfTI counts lengths in, in mm."""
    return _MM.get(image.header.get_xyzt_units()[0], 1.0)


def _lps_affine(image: Any) -> NDArray[np.float64]:
    affine = _RAS_TO_LPS @ np.asarray(image.affine, dtype=np.float64)
    affine[:3] *= mm_per_unit(image)
    return affine


def gives_no_spacing(image: Any) -> bool:
    """Whether a NIfTI gives no pixel size: pixels of exactly 1 mm, in a file without a position
    (no sform, no qform) or with a field of view smaller than a chest."""
    header = image.header
    column_mm, row_mm = (float(z) * mm_per_unit(image) for z in header.get_zooms()[:2])
    field_mm = min(image.shape[0] * column_mm, image.shape[1] * row_mm)
    unit = abs(column_mm - 1) < 1e-4 and abs(row_mm - 1) < 1e-4
    silent = header["qform_code"] == 0 and header["sform_code"] == 0
    return bool(unit and (silent or field_mm < SMALLEST_FIELD_MM))


def _open(data: bytes) -> Any:
    try:
        plain = _unpacked(data)
        size = {int.from_bytes(plain[:4], order) for order in ("little", "big")}
        kind = nibabel.Nifti2Image if 540 in size else nibabel.Nifti1Image
        return kind.from_stream(io.BytesIO(plain))
    except UnsupportedInput:
        raise
    except Exception as error:
        raise UnreadableVolume(
            f"This can't be read as NIfTI ({type(error).__name__}). Is it a whole .nii or .nii.gz?"
        ) from error


def _unpacked(data: bytes) -> bytes:
    """The file without gzip; refuses what unpacks to more than any volume has."""
    if data[:2] != b"\x1f\x8b":
        return data
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        try:
            plain = stream.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableVolume("The .gz file is damaged or cut short.") from error
    if len(plain) > MAX_BYTES:
        raise UnsupportedInput("The volume unpacks to more than 1 GB. Split it.")
    return plain


def _raw(image: Any) -> tuple[NDArray[Any], float, float]:
    """Values as the file holds them, (slice, phase, row, column), and the header's scale."""
    shape = tuple(image.shape)
    while len(shape) > 4 and shape[-1] == 1:
        shape = shape[:-1]
    if len(shape) not in (2, 3, 4) or 0 in shape:
        raise UnsupportedInput(
            f"The volume has shape {shape}; expected (columns, rows, slices[, phases])."
        )
    try:
        values = np.asarray(image.dataobj.get_unscaled()).reshape(shape + (1,) * (4 - len(shape)))
    except Exception as error:
        raise UnreadableVolume("The file is shorter than its header says.") from error
    if values.dtype.kind not in "iuf":
        raise UnsupportedInput("Colour and complex volumes can't be used; give one of numbers.")
    slope, intercept = float(image.dataobj.slope), float(image.dataobj.inter)
    native = values.astype(values.dtype.newbyteorder("="), copy=False)
    return np.ascontiguousarray(native.transpose(2, 3, 1, 0)), slope, intercept


def _stored(
    raw: NDArray[Any], slope: float, intercept: float
) -> tuple[NDArray[np.integer], float, float]:
    """16-bit numbers that stand for the values, and the scale that leads back."""
    if raw.dtype.kind == "f" and not np.isfinite(raw).all():
        raise UnreadableVolume("The volume holds NaN or infinite values. Replace them first.")
    low, high = float(raw.min()), float(raw.max())
    whole = raw.dtype.kind in "iu" or bool((raw == np.rint(raw)).all())
    # 9 digits are what a DICOM decimal of 16 characters is sure to hold
    if whole:
        if low >= 0 and high <= 65535:
            return raw.astype(np.uint16), float(f"{slope:.9g}"), float(f"{intercept:.9g}")
        if low >= -32768 and high <= 32767:
            return raw.astype(np.int16), float(f"{slope:.9g}"), float(f"{intercept:.9g}")
    values = raw.astype(np.float64) * slope + intercept
    bottom, top = float(values.min()), float(values.max())
    if not math.isfinite(top - bottom):
        raise UnreadableVolume("The volume holds NaN or infinite values. Replace them first.")
    # upwards, so that the largest value still fits; and never a step of nothing
    step = float(f"{max((top - bottom) / 65534.0, abs(top) * 1e-9, 1e-12):.6g}")
    base = float(f"{bottom:.9g}")
    stored = np.clip(np.rint((values - base) / step), 0, 65535).astype(np.uint16)
    return stored, step, base


def _with_spacing(
    affine: NDArray[np.float64], spacing_mm: tuple[float, float, float]
) -> NDArray[np.float64]:
    if not all(math.isfinite(v) and v > 0 for v in spacing_mm):
        raise InvalidGeometry("A spacing is three positive numbers in mm: columns, rows, slices.")
    out = affine.copy()
    for axis, length in enumerate(spacing_mm):
        norm = float(np.linalg.norm(out[:3, axis]))
        if not math.isfinite(norm) or norm == 0:
            raise InvalidGeometry("The file's planes have no direction.")
        out[:3, axis] *= length / norm
    return out


def _planes(
    affine: NDArray[np.float64], *, n_slices: int
) -> tuple[Vector3, Vector3, tuple[float, float], float]:
    """Directions, (between rows, between columns) and the distance between planes."""
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    if not np.isfinite(affine).all() or lengths.min() <= 0:
        raise InvalidGeometry("The file's planes can't be: a pixel has no size.")
    row, column = affine[:3, 0] / lengths[0], affine[:3, 1] / lengths[1]
    if abs(float(row @ column)) > 1e-3:
        raise InvalidGeometry("The file's rows and columns aren't perpendicular; resample it.")
    between = abs(float(np.cross(row, column) @ affine[:3, 2]))
    if n_slices > 1 and between < _MIN_SLICE_MM:
        raise InvalidGeometry(
            f"The slices lie {between:.2g} mm apart. State the spacing, or give thicker slices."
        )
    spacing = (_decimal(lengths[1]), _decimal(lengths[0]))
    return _vector(row), _vector(column), spacing, _decimal(between or lengths[2])


def _times(
    image: Any, n_phases: int, rr_ms: float | None
) -> tuple[tuple[float | None, ...], float | None, bool]:
    """(time of each phase, RR interval, whether they are assumed)."""
    if rr_ms is not None and not (math.isfinite(rr_ms) and rr_ms > 0):
        raise InvalidGeometry("The RR interval is a positive number of milliseconds.")
    if n_phases == 1:
        return (None,), None, False
    if rr_ms is not None:
        return _shared_out(rr_ms, n_phases), rr_ms, False
    unit = _MS.get(image.header.get_xyzt_units()[1])
    zooms = image.header.get_zooms()
    step = float(zooms[3]) * unit if unit and len(zooms) > 3 else 0.0
    if _CYCLE_MS[0] <= step * n_phases <= _CYCLE_MS[1]:
        return tuple(_decimal(p * step) for p in range(n_phases)), None, False
    return _shared_out(ASSUMED_RR_MS, n_phases), ASSUMED_RR_MS, True


def _shared_out(rr_ms: float, n_phases: int) -> tuple[float | None, ...]:
    return tuple(_decimal(p * rr_ms / n_phases) for p in range(n_phases))


def _decimal(value: float) -> float:
    """Rounded to what a DICOM decimal string of 16 characters holds."""
    return float(f"{float(value):.9g}") + 0.0


def _vector(values: NDArray[np.float64]) -> Vector3:
    return (_decimal(values[0]), _decimal(values[1]), _decimal(values[2]))
