"""Measuring one or several models on a frozen test set."""

import time
from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from cmrkit.contracts import FrameLabels, InputRef, ModelRef, StackLabels
from cmrkit.errors import CmrkitError
from ml_workers.errors import BadInput
from ml_workers.evaluation.cases import Scope, scope_of, score_case, summarise
from ml_workers.handlers.context import Context, spacing_of
from ml_workers.inference.segment import segment_stack
from ml_workers.weights import Model


def run(context: Context) -> dict[str, Any]:
    """Every model on every item. An item that can't be scored is a failed case of that model."""
    items, refs = context.envelope.inputs, context.envelope.models
    if not items or not refs:
        raise BadInput("An evaluation takes at least one item and one model.")
    models = [context.model(ref) for ref in refs]  # one that can't be opened ends it at once
    sides = []
    for m, (ref, model) in enumerate(zip(refs, models, strict=True)):
        cases = []
        for i, item in enumerate(items):
            done = (m * len(items) + i) / (len(refs) * len(items))
            context.reporter.progress(done, f"{ref.name}: case {i + 1} of {len(items)}")
            cases.append(_case(context, model, item))
        sides.append(_side(ref, cases))
    return {"sides": sides}


def _side(ref: ModelRef, cases: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": ref.name,
        "version": ref.version,
        "weights_sha256": ref.weights_sha256,
        "cases": cases,
        "summary": summarise(cases),
    }


def _case(context: Context, model: Model, item: InputRef) -> dict[str, Any]:
    try:
        reference = context.labels(item)
        scope = scope_of(item.meta, reference, item.extra)
        pixels = context.pixels(item)  # fetched before the clock starts
        loaded = time.perf_counter()
        predicted = _predict(model, pixels, item, scope)
        seconds = time.perf_counter() - loaded
        scores = score_case(item.meta, reference, predicted, scope)
    except (BadInput, CmrkitError) as error:
        return {
            "item_id": item.item_id,
            "failed": True,
            "message": str(error),
            "dice": {},
            "reference": {},
        }
    return {"item_id": item.item_id, "failed": False, "message": "", "seconds": seconds, **scores}


def _predict(model: Model, pixels: NDArray[Any], item: InputRef, scope: Scope) -> StackLabels:
    """Contours at ED and ES alone: all that is scored, for a tenth of the time."""
    chosen = [scope.ed, scope.es]
    drawn = segment_stack(model, pixels[:, chosen], spacing_of(item)).contours
    frames: list[FrameLabels] = [
        replace(frame, phase_index=chosen[frame.phase_index]) for frame in drawn.frames
    ]
    return StackLabels(tuple(frames), drawn.complete_structures)
