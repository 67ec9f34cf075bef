"""From the opinions on a draft to the Dice that one may expect of it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ml_workers.confidence.features import STRUCTURES, Shares, features_of
from ml_workers.confidence.model import Confidence
from ml_workers.inference.findings import Finding
from ml_workers.inference.network import passes
from ml_workers.inference.run import Run

Expected = dict[str, dict[str, float]]
WORDS = {"rv": "RV cavity", "myocardium": "myocardium", "lv": "LV cavity"}
LV = STRUCTURES["lv"]


@dataclass(frozen=True)
class Look:
    """At one phase of a draft: opinions (passes, slice, classes, rows, columns), and the cleaned
    draft (slice, rows, columns) on the same window."""

    phase: int
    opinions: Shares
    draft: NDArray[np.uint8]


Seen = dict[str, Look]


def key_phases(labels: NDArray[np.uint8], present: NDArray[np.bool_]) -> dict[str, int] | None:
    """``ed`` and ``es``: the phases of the largest and smallest LV cavity in labels (slice, phase,
    row, column), among those with the most frames; with one phase ``ed`` alone. None without an LV.
    """
    size = (labels == LV).sum(axis=(0, 2, 3))
    frames = present.sum(axis=0)
    whole = np.flatnonzero(frames == frames.max())
    if not size[whole].any():
        return None
    ed, es = (int(whole[pick(size[whole])]) for pick in (np.argmax, np.argmin))
    return {"ed": ed} if len(whole) == 1 else {"ed": ed, "es": es}


@torch.inference_mode()
def look_again(
    run: Run, pixels: NDArray[Any], present: NDArray[np.bool_], labels: NDArray[np.uint8]
) -> Seen:
    """Every opinion there is on ED and ES of a draft; empty where no LV was found."""
    window, seen = run.window, {}
    for name, phase in (key_phases(labels, present) or {}).items():
        found = np.flatnonzero(present[:, phase])
        crops = run.crops(pixels[found, phase])
        opinions = [run.to_native(shares) for shares in passes(run.model, crops, run.device)]
        drawn = labels[found, phase, window.top : window.bottom, window.left : window.right]
        seen[name] = Look(phase, torch.stack(opinions).numpy(), drawn)
    return seen


def expected_dice(rule: Confidence, seen: Seen) -> Expected:
    """By structure and phase."""

    def predicted(look: Look, structure: str) -> float:
        features = features_of(look.opinions, look.draft, structure)
        return round(float(rule.rules[structure].predict(features[None])[0]), 3)

    return {
        structure: {phase: predicted(look, structure) for phase, look in seen.items()}
        for structure in rule.rules
    }


def confidence_findings(rule: Confidence | None, expected: Expected | None) -> tuple[Finding, ...]:
    """One for each structure and phase below the model's threshold."""
    if rule is None or expected is None:
        return ()
    return tuple(
        Finding(
            "low_confidence",
            f"{WORDS[structure]} at {phase.upper()}: expected Dice {value:.2f}, "
            f"below {rule.threshold:.2f}.",
        )
        for structure, phases in expected.items()
        for phase, value in phases.items()
        if value < rule.threshold
    )
