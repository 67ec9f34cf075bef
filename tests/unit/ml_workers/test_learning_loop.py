"""The whole loop on phantoms: what it keeps apart, promotes, refuses, and takes up again."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cmrkit.selection import Strategy
from ml_workers.__main__ import main
from ml_workers.commands.loop import setup_with, simulate, strategies_named
from ml_workers.errors import BadInput
from ml_workers.inference.segment import segment_stack
from ml_workers.learning import loop as loop_module
from ml_workers.learning.drafts import USUAL, draft_of
from ml_workers.learning.loop import Loop
from ml_workers.learning.measured import ef_percent
from ml_workers.learning.patients import Patients, shifted
from ml_workers.learning.reporting import report_on
from ml_workers.learning.setup import GATE_PATIENTS, REPORTING_PATIENTS, Setup
from ml_workers.learning.store import Store
from ml_workers.registry import package_named
from tests.unit.ml_workers.acdc_like import write_acdc_like

POOL = ["patient001", "patient021", "patient041"]
ASKED: dict[str, Any] = {
    "start": "cine-sax-undertrained",
    "seeds": 1,
    "rounds": 2,
    "batch": 1,
    "steps": 2,
}
LENIENT = {"min_cases": 2, "better_dice": -0.1, "structure_loss": 0.2, "ef_points": 15,
           "worst_loss": 0.5, "slower_factor": 20}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_acdc_like(tmp_path_factory.mktemp("data") / "acdc", [1, 21, 41, 10, 30, 13]).parent


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    path.write_text(json.dumps(LENIENT))
    return path


@pytest.fixture(scope="module")
def out(data: Path, plan: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    options = [f"--{name}={value}" for name, value in ASKED.items()]
    found = main(["loop", "--data", str(data), "--out", str(folder), "--plan", str(plan), *options])
    assert found == 0
    return folder


@pytest.fixture(scope="module")
def found(out: Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((out / "loop.json").read_text())
    return result


def test_labels_come_from_the_pool_alone_and_add_up(found: dict[str, Any]) -> None:
    rounds = found["rounds"]
    assert [(r["strategy"], r["round"]) for r in rounds] == [
        ("random", 1),
        ("random", 2),
        ("combined", 1),
        ("combined", 2),
    ]
    assert [len(set(r["labelled"])) for r in rounds] == [1, 2, 1, 2]
    assert all(set(r["labelled"]) <= set(POOL) for r in rounds)
    for first, second in (rounds[:2], rounds[2:]):
        assert second["labelled"][:1] == first["labelled"]


def test_who_is_promoted_is_the_base_of_the_next_round(found: dict[str, Any]) -> None:
    start = found["setup"]["start_sha256"]
    for first, second in (found["rounds"][:2], found["rounds"][2:]):
        assert first["base"] == start
        assert first["promoted"] == all(check["passed"] for check in first["checks"])
        assert first["promoted"]
        assert second["base"] == first["champion"] == first["challenger"] != start


def test_curves_hold_what_the_rounds_say(found: dict[str, Any]) -> None:
    curve = found["curves"]["random"]["gate_challenger"]
    said = [r["gate"]["challenger"]["dice"] for r in found["rounds"][:2]]
    assert [point["labels"] for point in curve] == [0, 1, 2]
    assert [point["dice"]["mean"] for point in curve[1:]] == said
    assert curve[0]["dice"]["mean"] == found["rounds"][0]["gate"]["champion"]["dice"]


def test_a_damaged_round_differs_in_its_labels_alone(found: dict[str, Any]) -> None:
    for damaged, whole in zip(found["damaged"], found["rounds"][:2], strict=True):
        assert (damaged["base"], damaged["labelled"]) == (whole["base"], whole["labelled"])
        assert damaged["challenger"] != whole["challenger"]


def test_tables_and_picture_are_written(out: Path, found: dict[str, Any]) -> None:
    tables, picture = (out / "loop.md").read_text(), (out / "loop.svg").read_text()
    last = found["rounds"][-1]["gate"]["challenger"]["dice"]
    assert f"{last:.3f}" in tables
    assert "Labels shifted by 8 pixels" in tables
    assert picture.count("<polyline") == 4
    assert "NaN" not in picture


def test_a_finished_run_is_not_done_again(
    data: Path, plan: Path, out: Path, found: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("done twice")

    for name in ("train", "case_of", "signals_of", "embedding_of", "look"):
        monkeypatch.setattr(loop_module, name, never)
    again = simulate(data, out, setup_with(ASKED, plan))
    assert again["rounds"] == found["rounds"]
    assert again["reporting"] == found["reporting"]


def test_a_killed_run_goes_on_to_the_same_end(
    data: Path, plan: Path, out: Path, found: dict[str, Any], tmp_path: Path
) -> None:
    """As if it had been killed in its last round: the same weights come out, to the last bit."""
    last = found["rounds"][-1]
    killed = Path(shutil.copytree(out, tmp_path / "killed"))
    for name in ("rounds/combined-1-2", "reporting-opened"):
        (killed / "state" / f"{name}.json").unlink()
    (killed / "weights" / f"{last['challenger']}.safetensors").unlink()
    again = simulate(data, killed, setup_with(ASKED, plan))["rounds"][-1]
    assert again["labelled"] == last["labelled"]
    assert again["challenger"] == last["challenger"]
    assert (killed / "weights" / f"{last['challenger']}.safetensors").is_file()


def test_a_challenger_that_is_not_better_enough_is_refused(
    data: Path, out: Path, found: dict[str, Any], tmp_path: Path
) -> None:
    """The same training under a plan that asks for half a Dice more."""
    plan = tmp_path / "strict.json"
    plan.write_text(json.dumps({**LENIENT, "better_dice": 0.5}))
    strict = Path(shutil.copytree(out, tmp_path / "strict"))
    shutil.rmtree(strict / "state" / "rounds")
    for name in ("setup", "reporting-opened"):
        (strict / "state" / f"{name}.json").unlink()
    arm = Setup(**ASKED).arms[0]
    loop = Loop(Patients(data / "acdc"), Store(strict), setup_with({**ASKED, "rounds": 1}, plan))
    refused = loop.run_arm(arm)[0]
    assert refused["challenger"] == found["rounds"][0]["challenger"]
    assert refused["refused_for"] == ["mean_dice"]
    assert not refused["promoted"]
    assert refused["champion"] == loop.start


def test_a_folder_belongs_to_one_setup(data: Path, plan: Path, out: Path) -> None:
    with pytest.raises(BadInput, match="another setup"):
        simulate(data, out, setup_with({**ASKED, "steps": 3}, plan))


def test_reporting_patients_stay_closed_until_the_end(
    data: Path, plan: Path, out: Path, found: dict[str, Any], tmp_path: Path
) -> None:
    fresh = Loop(Patients(data / "acdc"), Store(tmp_path), setup_with(ASKED, plan))
    with pytest.raises(BadInput, match="closed until every round is done"):
        fresh.patients.named("patient013")
    with pytest.raises(BadInput, match="closed until every round is done"):
        report_on(fresh, found["rounds"][:-1], found["damaged"])
    assert fresh.store.get("reporting-opened") is None
    # once they were opened nothing is trained, and no other model is measured on them
    done = Loop(Patients(data / "acdc"), Store(out), setup_with(ASKED, plan))
    more = Path(shutil.copytree(out, tmp_path / "more"))
    (more / "state/rounds/combined-1-2.json").unlink()
    with pytest.raises(BadInput, match="have been opened"):
        simulate(data, more, setup_with(ASKED, plan))
    changed = [{**r, "champion": done.start} for r in found["rounds"]]
    with pytest.raises(BadInput, match="for other models"):
        report_on(done, changed, found["damaged"])


@pytest.mark.parametrize(
    ("asked", "plan", "said"),
    [
        ({"steps": 0}, None, "1 or more"),
        ({}, "[1]", "one JSON object"),
        ({}, "{", "can't be read"),
        ({}, '{"luck": 1}', "no such rule"),
        ({}, '{"min_cases": 0.5}', "whole number"),
    ],
)
def test_what_can_not_be_run(
    asked: dict[str, Any], plan: str | None, said: str, tmp_path: Path
) -> None:
    path = None
    if plan is not None:
        path = tmp_path / "plan.json"
        path.write_text(plan)
    with pytest.raises(BadInput, match=said):
        setup_with(asked, path)


def test_strategies_by_name() -> None:
    assert strategies_named(None) is None
    assert strategies_named(["diversity", "random", "stratum", "diversity"]) == (
        Strategy.RANDOM,
        Strategy.DIVERSITY,
        Strategy.STRATUM,
    )
    for wrong in (["luck"], ["random"]):
        with pytest.raises(BadInput, match="uncertainty, expected_dice"):
            strategies_named(wrong)


def test_too_few_patients_are_said(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="20 patients to learn from"):
        Loop(Patients(data / "acdc"), Store(tmp_path), Setup())
    with pytest.raises(BadInput, match=r"index\.csv is missing"):
        simulate(tmp_path, tmp_path / "out", Setup())


def test_shifted_labels_by_hand(data: Path) -> None:
    whole = Patients(data / "acdc").named("patient001")
    moved = shifted(whole, 8)
    assert np.array_equal(moved.pixels, whole.pixels)
    assert np.array_equal(moved.labels[:, :, 8:], whole.labels[:, :, :-8])
    assert not moved.labels[:, :, :8].any()
    assert whole.labels.any()


def test_ef_by_hand() -> None:
    labels = np.zeros((1, 2, 4, 4), dtype=np.uint8)
    assert ef_percent(labels) is None
    labels[0, 0] = 3
    labels[0, 1, :2] = 3
    assert ef_percent(labels) == pytest.approx(50)


def test_the_fixed_lists_of_the_real_data(shared_data: Path) -> None:
    patients = Patients(shared_data / "acdc")
    assert patients.gate == sorted(GATE_PATIENTS)
    assert patients.reporting == sorted(REPORTING_PATIENTS)
    assert not set(patients.pool) & {*GATE_PATIENTS, *REPORTING_PATIENTS}
    assert len(patients.pool) == 45
    for names in (patients.gate, patients.reporting):
        groups = [patients.group(name) for name in names]
        assert {group: groups.count(group) for group in groups} == dict.fromkeys(
            ("DCM", "HCM", "MINF", "NOR", "RV"), 3
        )


def test_a_draft_is_what_segment_stack_draws(data: Path) -> None:
    """With a frame that is a hole, and two members."""
    model = package_named("cine-sax-free").load()
    pixels = Patients(data / "acdc").named("patient021").pixels.copy()
    pixels[0, 1] = 0
    found = draft_of(model, pixels)
    assert found.any()
    assert np.array_equal(found, segment_stack(model, pixels, USUAL).labels)
