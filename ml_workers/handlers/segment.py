"""Drafting contours on all slices and phases of one stack."""

import json
from typing import Any

from numpy.typing import NDArray

from cmrkit.contracts import InputRef, ModelRef, StackMeta
from cmrkit.quality import ImageFacts
from cmrkit.volumes.landmarks import septum_landmarks
from cmrkit.volumes.long_axis import long_axis_function, valve_landmarks
from ml_workers.handlers.context import Context, only, spacing_of
from ml_workers.inference.enhancement import segment_enhancement
from ml_workers.inference.long_axis import segment_long_axis
from ml_workers.inference.scope import Scope
from ml_workers.inference.segment import Progress, Segmentation, segment_stack
from ml_workers.task import CINE_LAX, LGE_SAX
from ml_workers.weights import Model


def run(context: Context) -> dict[str, Any]:
    """Hand in ``labels`` (StackLabels JSON) and say what made them.

    Raises OutOfScope for a stack that the model was not made for.
    """
    item = only(context.envelope.inputs, "stack")
    ref = only(context.envelope.models, "model")
    context.reporter.progress(0.0, "Loading the model and the images")
    model = context.model(ref)
    pixels = context.pixels(item)
    if model.task is CINE_LAX:
        return _said(ref) | _long_axis(context, model, item, pixels)
    if model.task is LGE_SAX:
        return _said(ref) | _enhancement(context, model, item, pixels)
    return _said(ref) | _short_axis(context, model, item, pixels)


def _said(ref: ModelRef) -> dict[str, Any]:
    return {
        "model": {
            "name": ref.name,
            "version": ref.version,
            "weights_sha256": ref.weights_sha256,
        }
    }


def _short_axis(
    context: Context, model: Model, item: InputRef, pixels: NDArray[Any]
) -> dict[str, Any]:
    drawn = segment_stack(
        model,
        pixels,
        spacing_of(item),
        progress=_counted(context, pixels.shape[0] * pixels.shape[1]),
        scope=Scope(ImageFacts.of_stack(item.meta), _slice_mm(item.meta), refuse=True),
    )
    context.files.put_artifact("labels", json.dumps(drawn.contours.to_json()).encode())
    landmarks = septum_landmarks(item.meta, drawn.contours)
    return {
        "n_frames": len(drawn.contours.frames),
        "seconds": round(drawn.seconds, 2),
        "device": drawn.device,
        "findings": [finding.to_json() for finding in drawn.findings],
        "predicted_dice": drawn.predicted_dice,
        "signals": _signals(drawn),
        "landmarks": [landmark.to_json() for landmark in landmarks],
        "quality": drawn.quality.to_json() if drawn.quality else None,
    }


def _signals(drawn: Segmentation) -> dict[str, Any] | None:
    """Beside what the networks say, how well blood stands out from muscle at ED."""
    if drawn.signals is None:
        return None
    measured = drawn.quality.measures if drawn.quality else {}
    contrast = measured.get("low_contrast")  # the less, the worse: measured with its sign turned
    return drawn.signals.to_json() | {"contrast_to_noise": None if contrast is None else -contrast}


def _long_axis(
    context: Context, model: Model, item: InputRef, pixels: NDArray[Any]
) -> dict[str, Any]:
    """No expected Dice and no grade of the images: neither was ever measured on a long axis."""
    drawn = segment_long_axis(
        model,
        pixels,
        spacing_of(item),
        progress=_counted(context, pixels.shape[0] * pixels.shape[1]),
        scope=Scope(ImageFacts.of_stack(item.meta), refuse=True),
    )
    context.files.put_artifact("labels", json.dumps(drawn.contours.to_json()).encode())
    landmarks = valve_landmarks(item.meta, drawn.contours)
    function = long_axis_function(item.meta, drawn.contours)
    return {
        "n_frames": len(drawn.contours.frames),
        "seconds": round(drawn.seconds, 2),
        "device": drawn.device,
        "findings": [finding.to_json() for finding in drawn.findings],
        "predicted_dice": None,
        "landmarks": [landmark.to_json() for landmark in landmarks],
        "quality": None,
        "long_axis": function.to_json() if function else None,
    }


def _enhancement(
    context: Context, model: Model, item: InputRef, pixels: NDArray[Any]
) -> dict[str, Any]:
    """No expected Dice and no grade of the images here either."""
    drawn = segment_enhancement(
        model,
        pixels,
        spacing_of(item),
        scope=Scope(ImageFacts.of_stack(item.meta), refuse=True),
    )
    context.files.put_artifact("labels", json.dumps(drawn.contours.to_json()).encode())
    return {
        "n_frames": len(drawn.contours.frames),
        "seconds": round(drawn.seconds, 2),
        "device": drawn.device,
        "findings": [finding.to_json() for finding in drawn.findings],
        "predicted_dice": None,
        "landmarks": [],
        "quality": None,
        "scar_share": drawn.scar_share,
    }


def _counted(context: Context, n: int) -> Progress:
    """Progress as people count it: frames drawn, of all of the stack."""
    report = context.share_of(0.05, 0.95)
    return lambda fraction, _: report(fraction, f"{round(fraction * n)} of {n} frames")


def _slice_mm(meta: StackMeta) -> float | None:
    return None if meta.spacing_assumed or meta.n_slices < 2 else meta.slice_spacing_mm
