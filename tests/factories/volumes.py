"""NIfTI files and sets in the layouts of ACDC and nnU-Net, written for tests."""

import json
from pathlib import Path
from typing import Any

import nibabel
import numpy as np

SILENT = 0
SCANNER = 1
# oblique, in RAS mm; columns 1.5 mm, rows 1.25 mm, slices 8 mm apart
_ROTATION = np.array([[0.6, 0.0, 0.8], [0.0, 1.0, 0.0], [-0.8, 0.0, 0.6]])
OBLIQUE = np.eye(4)
OBLIQUE[:3, :3] = _ROTATION @ np.diag([1.5, 1.25, 8.0])
OBLIQUE[:3, 3] = (-40.0, 25.0, 12.0)


def nifti(
    values: np.ndarray[Any, Any],
    affine: np.ndarray[Any, Any] | None = OBLIQUE,
    *,
    step: float | None = None,
    unit: str = "unknown",
    zooms: tuple[float, ...] | None = None,
    length: str = "mm",
) -> bytes:
    """(column, row, slice[, phase]) as a NIfTI-1; no affine makes a header that states nothing.
    ``length`` and ``unit`` are what the header says that lengths and times are counted in."""
    image: Any = nibabel.Nifti1Image(values, affine)
    if affine is None:
        image.header["qform_code"] = image.header["sform_code"] = SILENT
        image.header.set_zooms(zooms or (1.0,) * values.ndim)
    if step is not None:
        image.header.set_zooms((*image.header.get_zooms()[:3], step))
    image.header.set_xyzt_units(length, unit)
    return bytes(image.to_bytes())


def heart(n_slices: int = 3, n_phases: int = 1, size: tuple[int, int] = (40, 48)) -> Any:
    """Labels (column, row, slice, phase): an LV in its wall beside an RV; at the last slice wall
    alone. Sizes differ between slices and phases."""
    columns, rows = size
    x, y = np.mgrid[:columns, :rows]
    out = np.zeros((columns, rows, n_slices, n_phases), np.uint8)
    for s in range(n_slices):
        for p in range(n_phases):
            radius = 7.0 - s - 0.5 * p
            distance = np.hypot(x - 24, y - 22)
            plane = out[..., s, p]
            plane[np.hypot(x - 10, y - 22) < radius] = 1
            plane[distance < radius + 3] = 2
            if s < n_slices - 1:
                plane[distance < radius] = 3
    return out


def picture(labels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """An image that goes with labels: int16, every voxel different enough to be told apart."""
    ramp = np.arange(labels.size).reshape(labels.shape) % 997
    return (labels.astype(np.int16) * 1000 + ramp.astype(np.int16)).astype(np.int16)


def write_acdc(
    folder: Path,
    name: str,
    frames: dict[int, tuple[Any, Any]],
    *,
    whole: Any | None = None,
    affine: Any = OBLIQUE,
    n_frames: int = 30,
    group: str = "NOR",
) -> Path:
    """One patient: ``frames`` is number -> (image, labels), each (column, row, slice)."""
    patient = folder / name
    patient.mkdir(parents=True)
    numbers = sorted(frames)
    info = {
        "ED": numbers[0],
        "ES": numbers[-1],
        "Group": group,
        "Height": 172.0,
        "NbFrame": n_frames,
        "Weight": 71.0,
    }
    (patient / "Info.cfg").write_text("".join(f"{k}: {v}\n" for k, v in info.items()))
    if whole is not None:
        (patient / f"{name}_4d.nii").write_bytes(nifti(whole, affine))
    for number, (image, labels) in frames.items():
        (patient / f"{name}_frame{number:02d}.nii").write_bytes(nifti(image, affine))
        (patient / f"{name}_frame{number:02d}_gt.nii").write_bytes(nifti(labels, affine))
    return patient


def write_nnunet(folder: Path, cases: dict[str, tuple[Any, Any]], **changes: Any) -> Path:
    """``cases`` is name -> (image, labels)."""
    described = {
        "channel_names": {"0": "cineMRI"},
        "labels": {"background": 0, "RVC": 1, "LV myocardium": 2, "LV cavity": 3, "Scar": 4},
        "numTraining": len(cases),
        "file_ending": ".nii",
        **changes,
    }
    for name in ("imagesTr", "labelsTr", "imagesTs"):
        (folder / name).mkdir(parents=True)
    (folder / "dataset.json").write_text(json.dumps(described))
    for name, (image, labels) in cases.items():
        (folder / "imagesTr" / f"{name}_0000.nii").write_bytes(nifti(image))
        (folder / "labelsTr" / f"{name}.nii").write_bytes(nifti(labels))
    return folder
