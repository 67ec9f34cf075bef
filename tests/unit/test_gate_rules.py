"""The gate by hand: every rule passes just inside its margin and refuses just outside."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_rel

from cmrkit.gate import DEFAULT, GateRules, by_stratum, judge, rules_from, summarise
from cmrkit.gate.paired import paired

LENIENT = replace(DEFAULT, better_dice=0.0, min_stratum=2)


def case(number: int, dice: float = 0.9, **changes: Any) -> dict[str, Any]:
    """One evaluated case: the same Dice everywhere, volumes as the reference says."""
    found = {
        "item_id": f"i{number}",
        "failed": False,
        "dice": {s: {"ed": dice, "es": dice} for s in ("lv_endo", "lv_epi", "rv_endo")},
        "edv_ml": 150.0,
        "esv_ml": 60.0,
        "ef_percent": 60.0,
        "reference": {"edv_ml": 150.0, "esv_ml": 60.0, "ef_percent": 60.0},
        "seconds": 2.0,
    }
    return {**found, **changes}


def side(*dice: float, **changes: Any) -> list[dict[str, Any]]:
    return [case(number, value, **changes) for number, value in enumerate(dice)]


def refused(
    champion: list[Any],
    challenger: list[Any],
    rules: GateRules = LENIENT,
    groups: dict[str, dict[str, str]] | None = None,
) -> set[str]:
    return {c.code for c in judge(champion, challenger, groups or {}, rules) if not c.passed}


def test_the_same_model_twice_is_no_worse_but_not_better() -> None:
    same = side(0.9, 0.8, 0.85)
    assert refused(same, same) == set()
    assert refused(same, same, DEFAULT) == {"mean_dice"}


def test_too_few_cases_prove_nothing() -> None:
    assert refused(side(0.5, 0.5), side(0.9, 0.9)) == {"cases"}
    assert "cases" in refused([], [])


def test_a_structure_may_lose_its_margin_and_no_more() -> None:
    def with_rv(value: float) -> list[dict[str, Any]]:
        rows = side(0.9, 0.9, 0.9)
        for row in rows:
            row["dice"] = {**row["dice"], "rv_endo": {"ed": value, "es": value}}
        return rows

    assert "dice_rv_endo" not in refused(with_rv(0.9), with_rv(0.8801))
    assert "dice_rv_endo" in refused(with_rv(0.9), with_rv(0.8799))
    missed = refused(with_rv(0.9), with_rv(0.0))
    assert missed >= {"dice_rv_endo", "new_failures"}


@pytest.mark.parametrize(
    ("name", "code", "margin"),
    [
        ("edv_ml", "edv_mae_ml", 5.0),
        ("esv_ml", "esv_mae_ml", 5.0),
        ("ef_percent", "ef_mae_points", 0.5),
    ],
)
def test_an_error_may_grow_by_its_margin_whatever_its_sign(
    name: str, code: str, margin: float
) -> None:
    champion = side(0.9, 0.9, 0.9)
    for sign in (1, -1):
        truth = champion[0]["reference"][name]
        inside = side(0.9, 0.9, 0.9, **{name: truth + sign * margin * 0.99})
        outside = side(0.9, 0.9, 0.9, **{name: truth + sign * margin * 1.01})
        assert code not in refused(champion, inside)
        assert code in refused(champion, outside)


def test_one_case_may_not_be_given_up_for_the_others() -> None:
    assert refused(side(0.8, 0.8, 0.8), side(0.99, 0.99, 0.74)) == {"worst_dice"}


def test_a_group_may_not_pay_for_the_rest() -> None:
    groups = {f"i{n}": {"site": "A" if n < 4 else "B"} for n in range(6)}
    champion = side(0.8, 0.8, 0.8, 0.8, 0.8, 0.8)
    challenger = side(0.9, 0.9, 0.9, 0.9, 0.74, 0.74)
    lenient = replace(LENIENT, worst_loss=0.2)
    assert refused(champion, challenger, lenient, groups) == {"worst_stratum"}
    check = next(c for c in judge(champion, challenger, groups, lenient) if "strat" in c.code)
    assert "site B, 2 cases" in check.note
    few = replace(lenient, min_stratum=3)
    assert refused(champion, challenger, few, groups) == set()
    rows = by_stratum(champion, challenger, groups, 3)
    assert [(r.name, r.n, r.dice is None) for r in rows] == [("A", 4, False), ("B", 2, True)]


def test_a_new_kind_of_failure_is_refused_even_if_there_are_fewer() -> None:
    champion = side(0.5, 0.5, 0.5, ef_percent=80.0)  # three cases more than 15 points off
    challenger = side(0.9, 0.9, 0.9)
    challenger[0] |= {"ef_percent": None}
    assert summarise(champion).failures == {"ef_off": 3}
    assert summarise(challenger).failures == {"no_ef": 1}
    assert refused(champion, challenger) == {"new_failures", "missing_ef"}


def test_more_cases_without_an_ef_are_refused_though_the_champion_has_one_too() -> None:
    champion, challenger = side(*[0.9] * 40), side(*[0.91] * 40)
    champion[0] |= {"ef_percent": None}
    for row in challenger[:1]:
        row |= {"ef_percent": None}
    assert refused(champion, challenger) == set()
    for row in challenger[:6]:
        row |= {"ef_percent": None}
    assert refused(champion, challenger) == {"missing_ef"}
    # a case that the champion refused has no EF either
    champion[1] |= {"failed": True, "dice": {}, "reference": {}, "ef_percent": None}
    for row in challenger[2:6]:
        row |= {"ef_percent": 60.0}
    assert "missing_ef" not in refused(champion, challenger)


def test_numbers_that_the_challenger_never_has_are_no_small_error() -> None:
    silent = side(0.9, 0.9, 0.9, edv_ml=None, esv_ml=None, ef_percent=None)
    volumes = {"edv_mae_ml", "esv_mae_ml", "ef_mae_points"}
    assert refused(side(0.9, 0.9, 0.9), silent) >= volumes
    assert not refused(silent, silent) & volumes


def test_more_failed_cases_are_refused() -> None:
    champion, challenger = side(0.9, 0.9, 0.9), side(0.95, 0.95, 0.95)
    challenger[2] |= {"failed": True, "dice": {}, "reference": {}}
    assert refused(champion, challenger) >= {"failed_cases", "new_failures", "worst_dice"}


def test_speed_counts_by_the_median_and_not_where_nobody_timed() -> None:
    champion = side(0.9, 0.9, 0.9)
    assert refused(champion, side(0.9, 0.9, 0.9, seconds=3.9)) == set()
    assert refused(champion, side(0.9, 0.9, 0.9, seconds=4.1)) == {"speed"}
    assert refused(champion, side(0.9, 0.9, 0.9, seconds=None)) == set()


def test_with_intervals_a_lucky_mean_is_not_enough() -> None:
    """On average better by 0.02, but so unevenly that it may as well be worse."""
    champion, challenger = side(0.8, 0.8, 0.8, 0.8), side(0.9, 0.76, 0.9, 0.76)
    assert "mean_dice" not in refused(champion, challenger)
    assert "mean_dice" in refused(champion, challenger, replace(LENIENT, by_interval=True))
    even = side(0.82, 0.821, 0.819, 0.82)
    assert refused(champion, even, replace(LENIENT, by_interval=True)) == set()


def test_groups_are_judged_by_what_was_seen_even_with_intervals() -> None:
    """Three cases have no interval that any challenger would pass: a tripwire, not a test."""
    groups = {f"i{n}": {"site": "A" if n < 3 else "B"} for n in range(20)}
    champion = side(*[0.8] * 20)
    challenger = side(0.76, 0.86, 0.76, *[0.85] * 17)
    strict = replace(LENIENT, by_interval=True, min_stratum=3)
    (site,) = (s for s in by_stratum(champion, challenger, groups, 3) if s.name == "A")
    assert site.dice is not None
    assert site.dice.low is not None
    assert site.dice.low < -strict.stratum_loss < site.dice.mean
    assert refused(champion, challenger, strict, groups) == set()


def test_the_interval_is_that_of_a_second_implementation() -> None:
    rng = np.random.default_rng(5)
    for n in (2, 3, 10, 40):
        old, new = rng.normal(0.8, 0.1, n), rng.normal(0.82, 0.1, n)
        found = paired(old.tolist(), new.tolist())
        theirs = ttest_rel(new, old).confidence_interval(0.95)
        assert found is not None
        assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    alone = paired([0.8], [0.9])
    assert alone is not None
    assert (alone.low, alone.high) == (None, None)
    assert paired([], []) is None


def test_rules_are_read_whole_or_refused_by_name() -> None:
    rules, wrong = rules_from({"min_cases": 20, "by_interval": True})
    assert (rules.min_cases, rules.by_interval, wrong) == (20, True, {})
    assert rules_from(rules.to_json()) == (rules, {})
    _, wrong = rules_from(
        {"min_cases": 2.5, "ef_points": -1, "better_dice": "much", "by_interval": 1, "luck": 3}
    )
    assert set(wrong) == {"min_cases", "ef_points", "better_dice", "by_interval", "luck"}
