"""Drafting contours on all slices and phases of one stack."""

import json
from typing import Any

from cmrkit.contracts import StackMeta
from cmrkit.quality import ImageFacts
from ml_workers.handlers.context import Context, only, spacing_of
from ml_workers.inference.scope import Scope
from ml_workers.inference.segment import Progress, segment_stack


def run(context: Context) -> dict[str, Any]:
    """Hand in ``labels`` (StackLabels JSON) and say what made them.

    Raises OutOfScope for a stack that the model was not made for.
    """
    item = only(context.envelope.inputs, "stack")
    ref = only(context.envelope.models, "model")
    context.reporter.progress(0.0, "Loading the model and the images")
    model = context.model(ref)
    pixels = context.pixels(item)
    counted = _counted(context, pixels.shape[0] * pixels.shape[1])
    drawn = segment_stack(
        model,
        pixels,
        spacing_of(item),
        progress=counted,
        scope=Scope(ImageFacts.of_stack(item.meta), _slice_mm(item.meta), refuse=True),
    )
    context.files.put_artifact("labels", json.dumps(drawn.contours.to_json()).encode())
    return {
        "model": {
            "name": ref.name,
            "version": ref.version,
            "weights_sha256": ref.weights_sha256,
        },
        "n_frames": len(drawn.contours.frames),
        "seconds": round(drawn.seconds, 2),
        "device": drawn.device,
        "findings": [finding.to_json() for finding in drawn.findings],
        "predicted_dice": drawn.predicted_dice,
        "quality": drawn.quality.to_json() if drawn.quality else None,
    }


def _slice_mm(meta: StackMeta) -> float | None:
    return None if meta.spacing_assumed or meta.n_slices < 2 else meta.slice_spacing_mm


def _counted(context: Context, n: int) -> Progress:
    """Progress as people count it: frames drawn, of all of the stack."""
    report = context.share_of(0.05, 0.95)
    return lambda fraction, _: report(fraction, f"{round(fraction * n)} of {n} frames")
