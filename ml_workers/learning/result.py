"""All that a run of the loop found, as one JSON object."""

from datetime import UTC, datetime
from typing import Any

import torch

from cmrkit.selection import CODE_VERSION, Strategy
from ml_workers.device import best_device
from ml_workers.learning.curves import curve, saved
from ml_workers.learning.loop import Loop, Round
from ml_workers.learning.measured import summary

Found = dict[str, Any]
SAVED_ON = ("gate_champion", "reporting_champion")


def result_of(loop: Loop, rounds: list[Round], damaged: list[Round], reporting: Found) -> Found:
    reported = reporting["models"]
    judged = {loop.start, *(found["challenger"] for found in rounds)}
    gated = {sha256: summary(loop.gate_cases(sha256)) for sha256 in judged}
    curves = {
        str(strategy): {
            "gate_champion": curve(mine, loop.start, gated, "champion"),
            "gate_challenger": curve(mine, loop.start, gated, "challenger"),
            "reporting_champion": curve(mine, loop.start, reported, "champion"),
        }
        for strategy in loop.setup.strategies
        for mine in [[found for found in rounds if found["strategy"] == strategy]]
    }
    random = curves[str(Strategy.RANDOM)]
    gained = {
        name: {role: saved(by_role[role], random[role]) for role in SAVED_ON}
        for name, by_role in curves.items()
        if name != Strategy.RANDOM
    }
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "machine": {
            "device": best_device().type,
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
        },
        "code_version": CODE_VERSION,
        "setup": loop.store.get("setup"),
        "curves": curves,
        "labels_saved": gained,
        "rounds": rounds,
        "damaged": [{**found, "reporting": reported[found["challenger"]]} for found in damaged],
        "reporting": {"start": reported[loop.start], **reporting},
    }
