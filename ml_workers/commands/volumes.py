"""Reading a stack from files into (slice, phase, row, column), and the way back."""

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pydicom
from numpy.typing import NDArray

from cmrkit.contracts.kinds import View
from cmrkit.dicomio import AssembledStack, assemble_stacks, load_pixels, read_header
from cmrkit.errors import CmrkitError
from cmrkit.geometry import ras_affine
from cmrkit.niftiio import gives_no_spacing, mm_per_unit
from cmrkit.quality import CHAMBER_VIEWS, ImageFacts
from ml_workers.errors import BadInput
from ml_workers.inference.segment import Spacing


@dataclass(frozen=True)
class Volume:
    """pixels (slice, phase, row, column); ``affine`` maps file indices (column, row, slice) to
    RAS mm; ``axes`` is how many axes the file has; ``facts`` is what a header says of the images,
    ``slice_mm`` the distance between slice planes, None where nothing says."""

    pixels: NDArray[Any]
    spacing: Spacing
    affine: NDArray[np.float64]
    axes: int
    header: Any | None
    facts: ImageFacts | None = None
    slice_mm: float | None = None

    def to_file_axes(self, labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Labels (slice, phase, row, column) in the file's order (column, row, slice, phase)."""
        moved = labels.transpose(3, 2, 0, 1)
        if self.axes == 3:
            moved = moved[..., 0]
        return np.ascontiguousarray(moved[:, :, 0, 0] if self.axes == 2 else moved)


def read_nifti(path: Path) -> Volume:
    """A NIfTI of (columns, rows, slices[, phases]).

    A file that gives no pixel size (``cmrkit.niftiio.gives_no_spacing``) is marked assumed.
    """
    try:
        image: Any = nibabel.load(path)
        data = np.asanyarray(image.dataobj)
    except Exception as error:  # nibabel lets through what gzip, zlib and numpy raise
        raise BadInput(f"{path.name} can't be read as NIfTI: {error}") from error
    while data.ndim > 4 and data.shape[-1] == 1:
        data = data[..., 0]
    if data.ndim not in (2, 3, 4) or data.dtype.fields is not None or np.iscomplexobj(data):
        raise BadInput(
            f"{path.name} has shape {data.shape}; expected (columns, rows, slices[, phases])."
        )
    full = data.reshape(data.shape + (1,) * (4 - data.ndim))
    mm = mm_per_unit(image)
    lengths = [float(z) * mm for z in image.header.get_zooms()[:3]]
    column_mm, row_mm = lengths[:2]
    silent = gives_no_spacing(image)
    return Volume(
        pixels=np.ascontiguousarray(full.transpose(2, 3, 1, 0)),
        spacing=Spacing(row_mm, column_mm, silent),
        affine=np.diag([mm, mm, mm, 1.0]) @ np.asarray(image.affine, dtype=np.float64),
        axes=data.ndim,
        header=image.header,
        slice_mm=lengths[2] if data.ndim > 2 and not silent else None,
    )


def read_dicom(folder: Path, *, long_axis: bool = False) -> Volume:
    """The short-axis cine in a folder of DICOM files, or its two- or four-chamber cine; files that
    are none are passed over.

    Of several stacks the largest cine in such a view is taken, else the largest of all. Raises
    BadInput where no stack can be assembled, and says what was wrong with the files.
    """
    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE  # read what is there
    files: dict[str, Path] = {}
    headers = []
    passed_over: Counter[str] = Counter()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            header = read_header(path)
        except CmrkitError as error:
            passed_over[str(error)] += 1
            continue
        files[header.sop_instance_uid] = path
        headers.append(header)
    stacks = assemble_stacks(headers)
    if not stacks:
        raise BadInput(_why_nothing(folder, len(headers), passed_over))
    views = CHAMBER_VIEWS if long_axis else {View.SAX}
    meta = _cine_in(stacks, views).meta
    try:
        pixels = load_pixels(meta, lambda uid: files[uid].open("rb"))
    except CmrkitError as error:
        raise BadInput(str(error)) from error
    row_mm, column_mm = meta.pixel_spacing_mm
    return Volume(
        pixels=pixels,
        spacing=Spacing(row_mm, column_mm, meta.spacing_assumed),
        affine=ras_affine(meta),
        axes=4 if meta.n_phases > 1 else 3,
        header=None,
        facts=ImageFacts.of_stack(meta),
        slice_mm=meta.slice_spacing_mm if meta.n_slices > 1 and not meta.spacing_assumed else None,
    )


def _why_nothing(folder: Path, n_read: int, passed_over: Counter[str]) -> str:
    if not n_read and not passed_over:
        return f"The folder {folder.name!r} holds no files."
    reasons = [f"{n} × {reason}" for reason, n in passed_over.most_common(3)]
    if n_read:
        reasons.insert(0, f"{n_read} × DICOM without an MR frame that has a place in the patient.")
    return " ".join([f"No stack of MR frames was found in {folder.name!r}:", *reasons])


def _cine_in(stacks: list[AssembledStack], views: Set[View]) -> AssembledStack:
    for stack in stacks:
        if stack.meta.sequence_kind == "cine" and stack.meta.view in views:
            return stack
    return stacks[0]
