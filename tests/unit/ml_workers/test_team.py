"""Two processes train as one would with the whole batch; a killed run goes on where it was."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from ml_workers.errors import BadInput
from ml_workers.training import loop
from ml_workers.training.team import Team, joined
from tests.unit.ml_workers import teamwork

ROOT = Path(__file__).parents[3]
LIMIT_S = 240


def started(processes: int, options: dict[str, Any]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc-per-node={processes}", "-m", teamwork.__name__, json.dumps(options)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def trained(folder: Path, **options: Any) -> list[dict[str, torch.Tensor]]:
    """The weights that each of two processes ended with."""
    files = {"out": str(folder / "two"), "curve": str(folder / "two.jsonl")}
    process = started(2, {**files, **options})
    said, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, said.decode()[-3000:]
    return [torch.load(f"{files['out']}.{rank}") for rank in (0, 1)]


def trained_alone(folder: Path, **options: Any) -> dict[str, torch.Tensor]:
    files = {"out": str(folder / "one"), "curve": str(folder / "one.jsonl")}
    Path(files["curve"]).unlink(missing_ok=True)
    teamwork.run({**files, **options})
    found: dict[str, torch.Tensor] = torch.load(files["out"] + ".0")
    return found


def apart(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> float:
    """The largest difference of any weight."""
    return max(float((a[name] - b[name]).abs().max()) for name in a)


def test_two_processes_train_as_one_with_the_whole_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "mixed_precision", teamwork.one_precision)
    asked = {"steps": 5, "batch": 4, "seed": 1}
    first, second = trained(tmp_path, **asked)
    alone = trained_alone(tmp_path, **asked)
    assert apart(first, second) == 0
    assert apart(alone, first) < 2e-5
    assert losses(tmp_path / "two.jsonl") == pytest.approx(losses(tmp_path / "one.jsonl"), abs=2e-4)
    # it could have failed: another seed, or half of the batch, ends somewhere else
    assert apart(alone, trained_alone(tmp_path, **{**asked, "seed": 2})) > 1e-3
    assert apart(alone, trained_alone(tmp_path, **{**asked, "batch": 2})) > 1e-3


def losses(curve: Path) -> list[float]:
    """One line per step: the leading process alone writes."""
    points = [json.loads(line) for line in curve.read_text().splitlines()]
    assert [point["step"] for point in points] == [1, 2, 3, 4, 5]
    return [point["train_loss"] for point in points]


def test_a_killed_team_goes_on_where_it_was(tmp_path: Path) -> None:
    state = tmp_path / "state.pt"
    asked = {"batch": 2, "seed": 3, "checkpoint": str(state)}
    files = {"out": str(tmp_path / "killed"), "curve": str(tmp_path / "killed.jsonl")}
    process = started(2, {**asked, **files, "steps": 1_000_000})
    until = time.monotonic() + LIMIT_S
    while not state.exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(int((tmp_path / "killed.pid.1").read_text()), signal.SIGKILL)
    process.communicate(timeout=LIMIT_S)
    assert process.returncode != 0
    reached = torch.load(state)["step"]
    assert reached > 0
    first, second = trained(tmp_path, **asked, steps=reached + 3)
    assert apart(first, second) == 0
    written = (tmp_path / "two.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] - reached for line in written] == [1, 2, 3]


def test_a_batch_that_is_too_small_is_refused() -> None:
    team = Team(torch.device("cpu"), rank=0, size=4)
    assert [list(Team(team.device, r, 4).share(6)) for r in range(4)] == [[0, 4], [1, 5], [2], [3]]
    with pytest.raises(BadInput, match="can't be shared by 4"):
        team.share(3)


def test_without_torchrun_a_process_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "8")  # set by a scheduler, say
    with joined() as team:
        assert (team.size, team.leads, list(team.share(3))) == (1, True, [0, 1, 2])
