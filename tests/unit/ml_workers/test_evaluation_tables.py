"""Intervals, levels, ejection fractions and failures that nothing warned of."""

import numpy as np
import pytest

from ml_workers.evaluation.acdc import AcdcScores, Patient, Score, levels_of
from ml_workers.evaluation.bootstrap import mean_interval
from ml_workers.evaluation.tables import cells, ef_table


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(100):
        values = {f"p{k}": [v, v] for k, v in enumerate(rng.normal(0.8, 0.1, 30).tolist())}
        _, low, high = mean_interval(values, draws=300)
        inside += low < 0.8 < high
    assert 87 <= inside <= 99


def test_values_of_one_person_stay_together() -> None:
    few = mean_interval({"a": [0.5] * 50, "b": [0.9] * 50})
    many = mean_interval({f"{k}": [0.5 if k < 50 else 0.9] for k in range(100)})
    assert few[0] == pytest.approx(many[0])
    assert few[2] - few[1] > 3 * (many[2] - many[1])


@pytest.mark.parametrize("turned", [False, True])
def test_base_is_the_end_with_more_heart(turned: bool) -> None:
    label = np.zeros((9, 10, 10), dtype=np.uint8)
    for k in range(1, 8):
        label[k, : 9 - k, :] = 3
    levels = levels_of(label[::-1] if turned else label)
    assert sorted(levels["base"].tolist()) == ([5, 6, 7] if turned else [1, 2, 3])
    assert len(levels["mid"]) == len(levels["apex"]) == 2
    assert len(levels["whole"]) == 9


def patient(name: str, ours: float, flags: tuple[str, ...]) -> Patient:
    ef, expert = {"lv": ours, "rv": 50.0}, {"lv": 50.0, "rv": 50.0}
    return Patient(name, "NOR", ef, expert, flags, {})


def test_a_failure_without_a_finding_is_counted() -> None:
    people = (
        patient("a", 52.0, ()),
        patient("b", 70.0, ("low_confidence",)),
        patient("c", 30.0, ()),
    )
    rows = {row["name"]: row["value"] for row in ef_table(people)["rows"]}
    assert rows["LV EF, mean absolute error (points)"] == pytest.approx(14.0)
    assert rows["LV EF, bias (points)"] == pytest.approx(0.7)
    assert rows["LV EF, more than 15 points off"] == 2
    assert rows["LV EF, of these without any finding"] == 1
    assert rows["RV EF, more than 15 points off"] == 0
    assert rows["Patients with a finding"] == 1


def test_cells_are_every_crossing_that_somebody_is_in() -> None:
    scores = [
        Score("a", "NOR", "ED", "lv", "whole", 0.9),
        Score("b", "HCM", "ED", "lv", "whole", 0.7),
        Score("b", "HCM", "ED", "lv", "apex", 0.3),
    ]
    found = {(c["level"], c["group"]): c["value"] for c in cells(AcdcScores(tuple(scores), ()))}
    assert found == {
        ("whole", "all"): 0.8,
        ("whole", "NOR"): 0.9,
        ("whole", "HCM"): 0.7,
        ("apex", "HCM"): 0.3,
        ("apex", "all"): 0.3,
    }
