"""What the shipped models of cine reach, against what their cards say. Numbers of the cards are
measured by ``make bench-models``; here they are measured again."""

from pathlib import Path

import pytest

from ml_workers.evaluation import acdc, sunnybrook
from ml_workers.evaluation.tables import (
    BY_GROUP,
    BY_LEVEL,
    CALIBRATION,
    EF,
    ON_ACDC,
    ON_SUNNYBROOK,
)
from ml_workers.registry import find_packages, open_model
from ml_workers.task import CINE_SAX

NAMES = {"cine-sax-free", "cine-sax-acdc", "cine-sax-undertrained"}
TABLES = {ON_ACDC, BY_LEVEL, BY_GROUP, EF, CALIBRATION, ON_SUNNYBROOK}
SLACK = 0.01  # another machine's arithmetic


def said(name: str, title: str, row: str) -> dict:
    (table,) = (t for t in cards()[name]["metrics"] if t["title"] == title)
    (found,) = (r for r in table["rows"] if r["name"] == row)
    return dict(found)


def cards() -> dict[str, dict]:
    return {p.name: p.card for p in find_packages() if p.task is CINE_SAX}


def test_every_package_opens_and_has_the_hash_of_its_card() -> None:
    assert set(cards()) == NAMES
    for package in find_packages():
        assert package.load().weights_sha256 == package.card["weights_sha256"]


def test_what_a_card_must_say() -> None:
    for name, card in cards().items():
        assert card["noncommercial"] is (name == "cine-sax-acdc")
        assert card["demonstration"] is (name == "cine-sax-undertrained")
        assert card["licence"]
        assert card["training_data"]
        assert name in card["training_command"]
        assert card["intended_use"]
        assert card["scope"]["view"] == "short axis"
        assert {table["title"] for table in card["metrics"]} == TABLES


def test_every_mean_lies_in_its_interval() -> None:
    for card in cards().values():
        rows = [row for table in card["metrics"] for row in table["rows"] if "low" in row]
        assert len(rows) > 50
        assert all(row["low"] <= row["value"] <= row["high"] for row in rows)


def test_acdc_data_marks_its_model() -> None:
    """Nothing trained on non-commercial data is shipped as free."""
    for card in cards().values():
        used = " ".join(data["name"] for data in card["training_data"])
        assert ("ACDC" in used) is card["noncommercial"]


@pytest.mark.parametrize(("name", "at_least"), [("cine-sax-acdc", 0.92), ("cine-sax-free", 0.85)])
def test_endocardium_of_an_unseen_patient(shared_data: Path, name: str, at_least: float) -> None:
    scores = sunnybrook.score_held_out(open_model(name), shared_data / "sunnybrook")
    assert scores.median >= at_least
    row = said(name, ON_SUNNYBROOK, "Median")
    assert scores.median == pytest.approx(row["value"], abs=SLACK)
    assert len(scores.dice) == row["n"]


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(NAMES))
def test_fifteen_patients_kept_out(shared_data: Path, name: str) -> None:
    scores = acdc.score_held_out(open_model(name), shared_data / "acdc")
    assert len(scores.patients) == 15
    assert scores.mean() == pytest.approx(said(name, ON_ACDC, "Mean")["value"], abs=SLACK)


def test_two_patients_kept_out(shared_data: Path) -> None:
    """A sample of the long count, on the better model."""
    scores = acdc.score_held_out(open_model("cine-sax-acdc"), shared_data / "acdc", patients=2)
    assert scores.mean() > 0.75
