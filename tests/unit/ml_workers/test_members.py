"""Further members of a package: stages, their checkpoints, and what the card says of them."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from ml_workers.commands import train as command
from ml_workers.errors import BadInput
from ml_workers.registry import CARD, find_packages, package_named
from ml_workers.training.loop import Recipe
from ml_workers.training.shipped import MEMBERS, Stage
from ml_workers.training.synthetic import synthetic_slices

NAME = "cine-sax-undertrained"
SMALL = Stage(
    recipe=Recipe(steps=2, batch=2, ema=0.9, seed=5),
    load=lambda data: synthetic_slices(3, seed=1),
    learns="three drawn slices",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / NAME
    shutil.copytree(package_named(NAME).folder, place)
    (package,) = find_packages(tmp_path)
    monkeypatch.setattr(command, "package_named", lambda name: package)
    return place


def members(monkeypatch: pytest.MonkeyPatch, *stages: Stage) -> None:
    monkeypatch.setitem(MEMBERS, NAME, {2: stages})


def weights_of(folder: Path, file: str) -> dict[str, torch.Tensor]:
    (package,) = find_packages(folder.parent)
    number = [part["file"] for part in package.card["weights"]].index(file)
    return dict(package.load().members[number].state_dict())


def test_a_member_is_trained_stage_by_stage_and_told_of(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members(monkeypatch, SMALL, replace(SMALL, recipe=replace(SMALL.recipe, seed=6)))
    curve, checkpoint = tmp_path / "curve.jsonl", tmp_path / "held"
    card = command.train_member(NAME, 2, tmp_path, checkpoint=checkpoint, curve=curve)
    assert card is not None
    assert card["weights"][1]["made"] == (
        "Trained from the first member: on three drawn slices, 2 steps, seed 5, "
        "then on three drawn slices, 2 steps, seed 6."
    )
    assert [json.loads(line)["step"] for line in curve.read_text().splitlines()] == [2, 2]
    assert {p.name for p in tmp_path.glob("held*")} == {"held.1", "held.2"}
    assert json.loads((folder / CARD).read_text())["metrics"] == []


def test_one_from_chance_is_another_network_and_one_trained_on_is_close(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = weights_of(folder, "weights.safetensors")

    def apart(stage: Stage) -> float:
        members(monkeypatch, stage)
        command.train_member(NAME, 2, tmp_path)
        other = weights_of(folder, "weights-2.safetensors")
        return max(float((other[k].float() - first[k].float()).abs().max()) for k in first)

    near, far = apart(SMALL), apart(replace(SMALL, anew=True))
    assert 0 < near < 0.05 < far


def test_a_member_without_a_recipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No recipe for member 4 of 'cine-sax-acdc'"):
        command.train_member("cine-sax-acdc", 4, tmp_path)
