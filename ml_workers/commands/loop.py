"""Simulating the learning loop on patients whose labels are known."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from cmrkit.gate import rules_from
from cmrkit.selection import Strategy
from ml_workers.errors import BadInput
from ml_workers.learning.loop import Loop
from ml_workers.learning.patients import Patients
from ml_workers.learning.picture import svg_of
from ml_workers.learning.reporting import report_on
from ml_workers.learning.result import result_of
from ml_workers.learning.setup import Setup
from ml_workers.learning.store import Store
from ml_workers.learning.words import markdown_of

log = logging.getLogger(__name__)


def simulate(data: Path, out: Path, setup: Setup) -> dict[str, Any]:
    """Run all of it, or what a run into the same folder left to do, and write ``loop.json``,
    ``loop.svg`` and ``loop.md`` there."""
    folder = data / "acdc" if (data / "acdc").is_dir() else data
    if not (folder / "index.csv").is_file():
        raise BadInput(f"There is no ACDC copy in {data}: its index.csv is missing.")
    loop = Loop(Patients(folder), Store(out), setup)
    arms, rounds, damaged = setup.arms, [], []
    for arm in arms:
        done = loop.run_arm(arm)
        rounds += done
        if arm == arms[0]:
            damaged = [loop.run_damaged(arm, done[n - 1]) for n in setup.damaged_rounds]
    found = result_of(loop, rounds, damaged, report_on(loop, rounds, damaged))
    (out / "loop.json").write_text(json.dumps(found, indent=1) + "\n")
    drawn = {name: by_role["reporting_champion"] for name, by_role in found["curves"].items()}
    (out / "loop.svg").write_text(svg_of(drawn))
    (out / "loop.md").write_text(markdown_of(found))
    return found


def strategies_named(names: list[str] | None) -> tuple[Strategy, ...] | None:
    """Random and those of these names; None, the usual ones, where none is named. Raises BadInput
    for one that there isn't."""
    if names is None:
        return None
    others = [name for name in dict.fromkeys(names) if name != Strategy.RANDOM]
    if not others or not set(others) <= set(Strategy):
        known = ", ".join(name for name in Strategy if name is not Strategy.RANDOM)
        raise BadInput(f"Strategies to compare with random are {known}.")
    return (Strategy.RANDOM, *(Strategy(name) for name in others))


def setup_with(asked: dict[str, Any], plan: Path | None) -> Setup:
    """The usual setup with what was asked for instead; ``plan``: gate rules as JSON. Raises
    BadInput for numbers below 1 and rules that the gate doesn't know."""
    given = {name: value for name, value in asked.items() if value is not None}
    if any(isinstance(value, int) and value < 1 for value in given.values()):
        raise BadInput("seeds, rounds, batch and steps have to be 1 or more.")
    setup = replace(Setup(), **given)
    if plan is None:
        return setup
    try:
        stated = json.loads(plan.read_text())
    except (OSError, ValueError) as error:
        raise BadInput(f"The plan can't be read: {error}") from error
    if not isinstance(stated, dict):
        raise BadInput("The plan has to be one JSON object of rules.")
    rules, wrong = rules_from({**setup.rules.to_json(), **stated})
    if wrong:
        raise BadInput("; ".join(f"{name}: {' '.join(said)}" for name, said in wrong.items()))
    return replace(setup, rules=rules)
