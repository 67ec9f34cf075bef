"""NIfTI-1 volumes of one phase, gzipped (https://nifti.nimh.nih.gov/nifti-1)."""

import gzip
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import StackLabels, StackMeta
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import ras_affine
from cmrkit.writers.masks import label_volume

_SCANNER, _UNKNOWN = 1, 0  # NIFTI_XFORM codes
ASSUMED = "spacing assumed: not millimetres"


def image_nifti(meta: StackMeta, pixels: NDArray[Any], phase_index: int) -> bytes:
    """``.nii.gz`` of one phase's image, axes (column, row, slice).

    ``pixels`` is (slice, phase, row, column) of the whole stack, modality values; 16-bit integers
    stay what they are, everything else becomes float32. Frame as in :func:`labels_nifti`.
    Raises InvalidGeometry where shape or phase isn't the stack's.
    """
    expected = (meta.n_slices, meta.n_phases, meta.rows, meta.columns)
    if pixels.shape != expected:
        raise InvalidGeometry(f"The pixels have shape {pixels.shape}; the stack says {expected}.")
    if not 0 <= phase_index < meta.n_phases:
        raise InvalidGeometry(f"Phase {phase_index} is not in a stack of {meta.n_phases} phases.")
    volume = pixels[:, phase_index]
    kept = np.int16 if volume.dtype in (np.int16, np.uint8) else np.float32
    return _file(meta, volume.astype(kept))


def labels_nifti(meta: StackMeta, labels: StackLabels, phase_index: int) -> bytes:
    """``.nii.gz`` of one phase's labels, uint8, axes (column, row, slice): 0 background, 1 RV
    cavity, 2 LV myocardium, 3 LV cavity.

    qform and sform are the oblique planes in RAS millimetres, "scanner" (``ras_affine``). An
    assumed spacing gets no orientation code, no unit and a description that says so.
    Raises what :func:`label_volume` raises.
    """
    return _file(meta, label_volume(meta, labels, phase_index))


def _file(meta: StackMeta, volume: NDArray[Any]) -> bytes:
    """(slice, row, column) as a file; the same input gives the same bytes."""
    image: Any = nibabel.Nifti1Image(np.ascontiguousarray(volume.transpose(2, 1, 0)), None)
    code = _UNKNOWN if meta.spacing_assumed else _SCANNER
    affine = ras_affine(meta)
    # the quaternion of the qform can't hold a sheared stack; then only the sform is right
    image.set_qform(affine, code, strip_shears=True)
    image.set_sform(affine, code)
    image.header.set_xyzt_units("unknown" if meta.spacing_assumed else "mm")
    image.header["descrip"] = ASSUMED if meta.spacing_assumed else "Accord, research use only"
    return gzip.compress(image.to_bytes(), compresslevel=6, mtime=0)
