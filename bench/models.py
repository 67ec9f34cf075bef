"""``python -m bench.models``: how good and how fast the shipped models are.

Accuracy goes into ``model.json`` and the README of each package; everything goes into
``bench/results/<date>-models.json``. ``--only speed`` or ``--only accuracy`` does half of it.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench.machine import machine
from cmrkit.phantom import HeartParameters, simulate_cine
from ml_workers.commands.evaluate import evaluate
from ml_workers.errors import BadInput
from ml_workers.inference.segment import Spacing, segment_stack
from ml_workers.registry import DEFAULT_MODEL, Package, find_packages
from ml_workers.task import CINE_SAX
from ml_workers.training.recipes import RECIPES
from ml_workers.weights import Model

RESULTS = Path(__file__).parent / "results"
PARTS = ("accuracy", "speed")
SHAPE = (13, 20, 256, 256)  # slices, phases, rows, columns
PIXEL_MM = 1.4
THREADS = 2
OTHERS = "ACCORD_BENCH_PACKAGES"  # folders of packages that aren't in the repository
PEER = "ACCORD_BENCH_NNUNET"  # the Python of an environment with nnunetv2
Pixels = np.ndarray[Any, np.dtype[Any]]


def accuracy(data: Path, elsewhere: list[Path], names: list[str]) -> dict[str, Any]:
    """Of the packages here, into their cards, and of those ``elsewhere``, into theirs; of all, or
    of those ``names`` alone."""
    absent = {"skipped": f"its weights are not here: {OTHERS} names no folder of them"}
    found: dict[str, Any] = dict.fromkeys(names or RECIPES, absent)
    folders = {package.name: str(package.folder) for package in find_packages()}
    folders |= {folder.name: str(folder) for folder in elsewhere}
    for name, folder in folders.items():
        if names and name not in names:
            continue
        print(f"[bench] measuring {name}", flush=True)
        try:
            measured = evaluate(folder, data, into_package=True)
        except BadInput as error:
            found[name] = {"skipped": str(error)}
        else:
            found[name] = {k: v for k, v in measured.items() if k != "model"}
    return found


def speed(rounds: int, threads: int) -> dict[str, Any]:
    """Seconds from array to contours, each way of computing in turn, so that other work on the
    machine hits them all alike; the ratio to nnU-Net is of medians of the same rounds."""
    torch.set_num_threads(threads)
    pixels = cine()
    ways = {
        f"{package.name} {precision}": runner(package.load(), pixels, precision)
        for package in cines()
        if not package.card["demonstration"]
        for precision in ("bf16", "fp32")
    }
    with tempfile.TemporaryDirectory() as folder, peer(pixels, threads, Path(folder)) as other:
        for run in ways.values():
            run()
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        theirs: list[float] = []
        for _ in range(rounds):
            for name, run in ways.items():
                seconds[name].append(run())
            if callable(other):
                theirs.append(other() * SHAPE[1])
    figures: dict[str, Any] = {name: _summary(values) for name, values in seconds.items()}
    found: dict[str, Any] = {
        "shape": SHAPE,
        "threads": threads,
        "members": {p.name: len(p.card["weights"]) for p in cines()},
        "array_to_contours": figures,
    }
    if theirs:
        ours = statistics.median(seconds[f"{DEFAULT_MODEL} fp32"])
        found["nnunet_predictor"] = {
            **_summary(theirs),
            "how": "one phase timed, times 20; 2D plan, sliding window, mirroring, untrained",
            "times_as_long_as_ours_fp32": round(statistics.median(theirs) / ours, 1),
        }
    else:
        found["nnunet_predictor"] = {"skipped": other}
    return found


def cines() -> list[Package]:
    return [package for package in find_packages() if package.task is CINE_SAX]


def cine() -> Pixels:
    """A phantom of the usual size; time doesn't ask whose heart it is."""
    phantom = simulate_cine(HeartParameters(), n_slices=SHAPE[0], n_phases=SHAPE[1], seed=3)
    pixels = np.zeros(SHAPE, dtype=np.float32)
    rows, columns = (min(a, b) for a, b in zip(phantom.pixels.shape[2:], SHAPE[2:], strict=True))
    pixels[:, :, :rows, :columns] = phantom.pixels[:, :, :rows, :columns]
    noise = np.random.default_rng(1).normal(0, 5, SHAPE)
    return np.abs(pixels + noise).astype(np.float32)


def runner(model: Model, pixels: Pixels, precision: str) -> Callable[[], float]:
    from ml_workers.inference import network

    def run() -> float:
        kept = network.mixed_precision
        if precision == "fp32":
            network.mixed_precision = lambda device: torch.autocast(device.type, enabled=False)
        try:
            began = time.perf_counter()
            segment_stack(model, pixels, Spacing(PIXEL_MM, PIXEL_MM))
            return time.perf_counter() - began
        finally:
            network.mixed_precision = kept

    return run


@contextmanager
def peer(pixels: Pixels, threads: int, folder: Path) -> Iterator[Callable[[], float] | str]:
    """nnU-Net's predictor on one phase, in a process of its own; or why there is none."""
    python = os.environ.get(PEER)
    if not python:
        yield f"{PEER} names no Python with nnunetv2"
        return
    np.save(folder / "phase.npy", pixels[:, 0])
    script = str(Path(__file__).parent / "nnunet_peer.py")
    command = [python, script, str(folder / "phase.npy"), str(threads), str(PIXEL_MM)]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if not _answer(process.stdout):
            yield "nnU-Net's predictor could not be started"
            return

        def once() -> float:
            process.stdin.write("\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            return float(_answer(process.stdout)["seconds"])

        yield once
        process.stdin.close()


def _answer(lines: Any) -> dict[str, Any]:
    """The next line that is JSON; the predictor prints remarks too."""
    for line in lines:
        if line.startswith("{"):
            return dict(json.loads(line))
    return {}


def _summary(values: list[float]) -> dict[str, Any]:
    return {
        "median_s": round(statistics.median(values), 2),
        "best_s": round(min(values), 2),
        "rounds": [round(v, 2) for v in values],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--models", nargs="+", default=[], help="accuracy of these alone")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=THREADS)
    options = parser.parse_args()
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}-models.json"
    found = json.loads(path.read_text()) if path.is_file() else {}
    if not options.models:  # what was measured of the others stays as it was
        found |= {"at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"), "machine": machine()}
    if "accuracy" in options.only:
        named = os.environ.get(OTHERS, "").split(os.pathsep)
        elsewhere = [Path(name) for name in named if name]
        measured = accuracy(options.data, elsewhere, options.models)
        found["accuracy"] = {**found.get("accuracy", {}), **measured}
    if "speed" in options.only:
        found["speed"] = speed(options.rounds, options.threads)
        print(json.dumps(found["speed"], indent=1))
    path.write_text(json.dumps(found, indent=1) + "\n")
    print(f"[bench] {path.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
