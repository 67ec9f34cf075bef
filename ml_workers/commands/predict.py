"""Prediction without the portal: a NIfTI file or a folder of DICOM in, a NIfTI of labels out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import nibabel
import numpy as np

from ml_workers.commands.volumes import Volume, read_dicom, read_nifti
from ml_workers.errors import BadInput
from ml_workers.inference.enhancement import segment_enhancement
from ml_workers.inference.findings import Finding
from ml_workers.inference.long_axis import segment_long_axis
from ml_workers.inference.scope import Scope
from ml_workers.inference.segment import segment_stack
from ml_workers.registry import open_model
from ml_workers.task import CINE_LAX, LGE_SAX
from ml_workers.weights import Model


def predict(
    source: Path,
    target: Path,
    model_name: str,
    *,
    contours: Path | None = None,
    uncertainty: Path | None = None,
    anyway: bool = False,
) -> dict[str, Any]:
    """Segment ``source`` and write uint8 labels on its own grid; what they stand for is said in
    ``model.json`` (of cine models 0 background, 1 RV cavity, 2 myocardium, 3 LV cavity; of late
    enhancement 1 LV cavity, 2 myocardium without scar, 3 scar, 4 no-reflow; of long-axis cine those
    of cine and 4 left atrium, 5 right atrium). ``contours`` gets the
    polygons as StackLabels JSON, ``uncertainty`` the entropy of each pixel as uint8 (255: every
    class is as likely); the first not of late enhancement, the second of short-axis cine alone.

    ``anyway`` draws where the model would refuse, and says in the findings why it should not have.

    Raises BadInput for what can't be read as a stack, OutOfScope for what the model wasn't made
    for, ModelMissing and ModelCorrupt.
    """
    for path in (target, uncertainty):
        if path is not None and not path.name.endswith((".nii", ".nii.gz")):
            raise BadInput(f"The output has to end in .nii or .nii.gz, not {path.name!r}.")
    model = open_model(model_name)
    volume = _read(source, long_axis=model.task is CINE_LAX)
    scope = Scope(volume.facts, volume.slice_mm, refuse=not anyway)
    if model.task is LGE_SAX:
        if contours is not None or uncertainty is not None:
            raise BadInput("Models of late enhancement write labels alone.")
        return _enhancement(model, model_name, volume, target, scope)
    if model.task is CINE_LAX:
        if uncertainty is not None:
            raise BadInput("Long-axis models write labels and contours alone.")
        return _long_axis(model, model_name, volume, target, scope, contours)
    wanted = uncertainty is not None
    result = segment_stack(model, volume.pixels, volume.spacing, with_entropy=wanted, scope=scope)
    about = _write(result, model_name, volume, target)
    if uncertainty is not None and result.entropy is not None:
        nibabel.save(_image(volume.to_file_axes(result.entropy), volume), uncertainty)
    if contours is not None:
        contours.write_text(json.dumps(result.contours.to_json()))
    return {
        **about,
        "predicted_dice": result.predicted_dice,
        "quality": result.quality.to_json() if result.quality else None,
    }


def _enhancement(
    model: Model, name: str, volume: Volume, target: Path, scope: Scope
) -> dict[str, Any]:
    result = segment_enhancement(model, volume.pixels, volume.spacing, scope=scope)
    return {**_write(result, name, volume, target), "scar_share": result.scar_share}


def _long_axis(
    model: Model, name: str, volume: Volume, target: Path, scope: Scope, contours: Path | None
) -> dict[str, Any]:
    result = segment_long_axis(model, volume.pixels, volume.spacing, scope=scope)
    about = _write(result, name, volume, target)
    if contours is not None:
        contours.write_text(json.dumps(result.contours.to_json()))
    return about


class Segmented(Protocol):
    """What the three tasks' results have in common."""

    @property
    def labels(self) -> np.ndarray[Any, np.dtype[np.uint8]]: ...
    @property
    def seconds(self) -> float: ...
    @property
    def device(self) -> str: ...
    @property
    def findings(self) -> Sequence[Finding]: ...


def _write(result: Segmented, name: str, volume: Volume, target: Path) -> dict[str, Any]:
    """Labels on the file's own grid, and what the command says of them."""
    labels = volume.to_file_axes(result.labels)
    target.parent.mkdir(parents=True, exist_ok=True)
    nibabel.save(_image(labels, volume), target)
    return {
        "output": str(target),
        "shape": list(labels.shape),
        "seconds": round(result.seconds, 2),
        "device": result.device,
        "model": name,
        "findings": [finding.to_json() for finding in result.findings],
    }


def _read(source: Path, *, long_axis: bool = False) -> Volume:
    if not source.exists():
        raise BadInput(f"There is no file or folder {source.name!r}.")
    if source.is_dir():
        return read_dicom(source, long_axis=long_axis)
    if source.name.endswith((".nii", ".nii.gz")):
        return read_nifti(source)
    raise BadInput(f"{source.name!r} is neither a NIfTI file nor a folder of DICOM files.")


def _image(labels: np.ndarray[Any, np.dtype[np.uint8]], volume: Volume) -> Any:
    # a file's labels come in its own unit of length
    affine = volume.affine if volume.header is None else volume.header.get_best_affine()
    image = nibabel.Nifti1Image(labels, affine)
    if volume.header is not None:
        image.header.set_zooms(volume.header.get_zooms()[: labels.ndim])
        image.header.set_xyzt_units(*volume.header.get_xyzt_units())
        for kind in ("sform", "qform"):
            stated, code = getattr(volume.header, f"get_{kind}")(coded=True)
            if stated is not None:
                getattr(image.header, f"set_{kind}")(stated, int(code))
    else:
        image.header.set_xyzt_units("mm", "sec")
    return image
