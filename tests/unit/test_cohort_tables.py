"""Means over cases with their intervals, by hand; pairs of one case; what is no grade."""

from math import inf, sqrt
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from portal.agreement.cohort.pairing import Kind
from portal.agreement.cohort.questions import question_tables
from portal.agreement.cohort.rows import PairRow
from portal.agreement.cohort.tables import mean_over_cases, number_tables

GRADES = ["none", "mild", "severe"]
ANSWERS = [
    ("none", "mild"), ("mild", "mild"), ("severe", "severe"), ("severe", "mild"), ("none", "none"),
    ("mild", "severe"), ("none", "none"), ("severe", "severe"), ("mild", "none"), ("none", "none"),
]  # fmt: skip
WEIGHTED = ("cohen_linear", "cohen_quadratic", "gwet_ac2_linear", "gwet_ac2_quadratic",
            "krippendorff_ordinal")  # fmt: skip
UNSURE: Any = {"not_assessable": "motion"}


def test_a_case_counts_once_however_many_pairs_it_has() -> None:
    found = mean_over_cases([("a", 0.5), ("a", 0.7), ("b", 0.9), ("c", 0.6)], 1.0)
    # means 0.6, 0.9, 0.6; t of two degrees of freedom is 4.302653
    assert (found.value, found.n) == (pytest.approx(0.7), 3)
    assert found.low == pytest.approx(0.7 - 4.302653 * sqrt(0.03 / 3))
    assert found.high == 1.0  # by the formula 1.13, which no Dice can be


def test_an_interval_ends_where_the_measure_ends() -> None:
    found = mean_over_cases([("a", 0.0), ("b", 9.0)], inf)
    assert (found.value, found.low) == (4.5, 0.0)
    assert found.high == pytest.approx(4.5 + 12.706205 * 4.5, rel=1e-6)


def test_one_case_has_no_interval_and_none_has_no_mean() -> None:
    one = mean_over_cases([("a", 0.5), ("a", 0.7)], 1.0)
    assert (one.value, one.low, one.high) == (pytest.approx(0.6), None, None)
    assert "One case" in one.why
    none = mean_over_cases([], 1.0)
    assert (none.value, none.n) == (None, 0)


def pair(number: int, answers: tuple[Any, Any], edv: tuple[float, float] = (1, 2)) -> PairRow:
    return PairRow(
        case_id=UUID(int=number),
        case=f"C{number}",
        reader_a="a",
        reader_b="b",
        site="",
        vendor="",
        disease="",
        numbers_a={"edv_ml": edv[0]},
        numbers_b={"edv_ml": edv[1]},
        answers_a={"grade": answers[0]},
        answers_b={"grade": answers[1]},
        landmarks_a={},
        landmarks_b={},
        landmarks_asked=frozenset(),
        contours=[],
        attribution={},
        spacing_assumed=False,
    )


def built(rows: list[PairRow], options: list[str] = GRADES, kind: Kind = Kind.AI) -> Any:
    question = {
        "code": "grade",
        "kind": "choice",
        "title": "Grade",
        "not_assessable": True,
        "options": [{"value": value, "title": value} for value in options],
    }
    rules = SimpleNamespace(questions=[question], bands={})
    return SimpleNamespace(query=SimpleNamespace(comparison=kind), rows=rows, rules=rules)


def estimates(rows: list[PairRow], options: list[str] = GRADES) -> dict[str, dict[str, Any]]:
    (found,) = question_tables(built(rows, options))
    return dict(found["estimates"])


def test_pairs_of_one_case_do_not_narrow_an_interval() -> None:
    """Two readers beside one draft, who say the same, know no more than one of them."""
    once = [pair(n, answers) for n, answers in enumerate(ANSWERS)]
    alone, twice = estimates(once), estimates([*once, *once])
    for name in ("fleiss", "gwet_ac1", "gwet_ac2_linear"):
        for end in ("value", "low", "high"):
            assert twice[name][end] == pytest.approx(alone[name][end])
        assert twice[name]["n"] == alone[name]["n"] == 10
    for name in ("krippendorff_nominal", "krippendorff_ordinal"):
        wide, found = (x[name]["high"] - x[name]["low"] for x in (alone, twice))
        assert found == pytest.approx(wide, rel=0.05)


def test_icc_and_variation_have_no_interval_over_several_pairs_of_a_case() -> None:
    edvs = [(100, 104), (120, 119), (140, 150), (90, 95), (200, 190)]
    once = [pair(n, ("none", "none"), edv) for n, edv in enumerate(edvs)]
    (alone,), (twice,) = (number_tables(built(rows)) for rows in (once, [*once, *once]))
    assert alone["icc"]["icc1"]["low"] is not None
    assert alone["cov"]["low"] is not None
    for found in (*(twice["icc"][form] for form in ("icc1", "icc2", "icc3k")), twice["cov"]):
        assert (found["low"], found["high"], found["n"]) == (None, None, 5)
        assert found["why"] == "Several pairs of one case: no interval."
    assert twice["icc"]["n_cases"] == 5
    assert (twice["n_pairs"], twice["n_cases"]) == (10, 5)


def test_not_assessable_is_no_grade_above_the_last() -> None:
    rows = [pair(n, answers) for n, answers in enumerate(ANSWERS)]
    mixed = [*rows, pair(10, ("none", UNSURE)), pair(11, (UNSURE, "severe"))]
    forward, backward = estimates(mixed), estimates(mixed, GRADES[::-1])
    for name in WEIGHTED:
        assert forward[name]["value"] == pytest.approx(backward[name]["value"])
    assert forward["cohen_linear"]["value"] == estimates(rows)["cohen_linear"]["value"]
    # among classes without an order it is one more class
    assert forward["cohen_nominal"]["n"] == 12
    assert forward["cohen_linear"]["n"] == 10
