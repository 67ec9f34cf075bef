"""What the processes of a team run in ``test_team``: ``torchrun … teamwork.py JSON``."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ml_workers.networks.unet import Architecture
from ml_workers.training import loop
from ml_workers.training.slices import LabelledSlice
from ml_workers.training.team import joined

TINY = Architecture(widths=(4, 8, 8))


def some_slices(n: int = 6) -> list[LabelledSlice]:
    rng = np.random.default_rng(4)
    found = []
    for k in range(n):
        label = np.zeros((48, 48), dtype=np.uint8)
        label[14:34, 14:34], label[18:30, 18:30], label[16:32, 4:14] = 2, 3, 1
        image = (label + rng.normal(0, 0.3, label.shape)).astype(np.float32)
        found.append(LabelledSlice(image, label, f"s{k}", merged=(0, 1) if k == 0 else ()))
    return found


def one_precision(device: torch.device) -> torch.autocast:
    """Whatever this processor likes best: what differs is the sharing alone."""
    return torch.autocast(device.type, enabled=False)


def run(options: dict[str, Any]) -> None:
    recipe = loop.Recipe(
        steps=options["steps"], batch=options["batch"], size=32, warmup=2, seed=options["seed"]
    )
    curve = loop.curve_to(Path(options["curve"]))
    with joined() as team:
        Path(f"{options['out']}.pid.{team.rank}").write_text(str(os.getpid()))
        state = loop.train(
            some_slices(),
            TINY,
            recipe,
            checkpoint=Path(options["checkpoint"]) if "checkpoint" in options else None,
            report=curve,
            every=1,
            validate=lambda network: 0.5,
            team=team,
            save_every_s=0.0,
        )
    # every process hands in what it has, to see that they agree
    torch.save(state, f"{options['out']}.{team.rank}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    loop.mixed_precision = one_precision
    run(json.loads(sys.argv[1]))
