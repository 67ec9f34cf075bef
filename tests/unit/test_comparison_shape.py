"""Comparisons of two that were stored before comparisons had any number of readings."""

from importlib import import_module
from typing import Any

of_many = import_module("portal.agreement.migrations.0002_n_readings").of_many

OLD: dict[str, Any] = {
    "outcome": "adjudicating",
    "ed_phase": {"a": 0, "b": 1},
    "es_phase": {"a": 2, "b": 2},
    "dice": [{"structure": "lv_endo", "ed": 0.9, "es": 0.8, "pooled": 0.87}],
    "differences": [
        {
            "name": "edv_ml",
            "unit": "ml",
            "a": 150.0,
            "b": 130.0,
            "delta": -20.0,
            "band": 10.8,
            "exceeds": True,
        },
        {
            "name": "rv_edv_ml",
            "unit": "ml",
            "a": None,
            "b": 90.0,
            "delta": None,
            "band": None,
            "exceeds": False,
        },
    ],
    "per_slice": [{"slice": 0, "phase": 0, "phase_name": "ED", "structure": "lv_endo"}],
    "answers": [
        {"question": "class", "title": "Class", "a": "normal", "b": "dilated", "same": False}
    ],
    "reasons": ["Class differs.", "EDV differs by 20.0 ml (band 10.8)."],
    "readings": [{"key": "a", "label": "Blue"}, {"key": "b", "label": "Orange"}],
}


def test_nothing_of_an_old_comparison_is_lost() -> None:
    new = of_many(OLD)
    assert new["differences"][0]["values"] == {"a": 150.0, "b": 130.0}
    assert [d["spread"] for d in new["differences"]] == [20.0, None]
    (pair,) = new["pairs"]
    assert (pair["first"], pair["second"], pair["per_slice"]) == ("a", "b", OLD["per_slice"])
    assert [d["delta"] for d in pair["differences"]] == [-20.0, None]
    assert new["dice"] == pair["dice"] == OLD["dice"]
    assert new["answers"][0]["values"] == {"a": "normal", "b": "dilated"}
    assert [(r["code"], r["message"]) for r in new["reasons"]] == [
        ("class_discord", "Class differs."),
        ("band", "EDV differs by 20.0 ml (band 10.8)."),
    ]
    assert all(new[name] == OLD[name] for name in ("outcome", "ed_phase", "es_phase", "readings"))


def test_one_that_was_not_assessable_has_no_pairs_and_a_withdrawn_one_stays_empty() -> None:
    assert of_many({**OLD, "dice": [], "differences": [], "per_slice": []})["pairs"] == []
    assert of_many({}) == {}
