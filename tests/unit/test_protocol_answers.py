"""What may answer each kind of question, and which answers are the same."""

from typing import Any

import pytest

from portal.protocols.schema import (
    Rules,
    answer_text,
    check_rules,
    default_rules,
    same_answer,
)

OBJECT = "0b9c1f0e-8a52-4f0e-9c51-3a7d8a1c2f10"
OPTIONS = [{"value": "a", "title": "A"}, {"value": "b", "title": "B"}]


def question(kind: str, **more: Any) -> dict[str, Any]:
    rules = default_rules()
    rules["questions"] = [{"code": "q", "title": "Q", "kind": kind, "required": True, **more}]
    return Rules(check_rules(rules)).questions[0]


ACCEPTED: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    (question("choice", options=OPTIONS), ["a", "b"], ["c", "", ["a"], 1, {"object": OBJECT}]),
    (
        question("multiple", options=OPTIONS),
        [["a"], ["b", "a"], []],
        ["a", ["c"], ["a", "a"], [["a"]], {"a": 1}],
    ),
    (question("number"), [0, -3.25, 1e6], ["1", True, float("nan"), float("inf"), [1]]),
    (
        question("number", min=0, max=30, decimals=1, unit="mm"),
        [0, 30, 0.1 + 0.2, 12.5],
        [-0.1, 30.1, 12.55, 1e9],
    ),
    (question("number", decimals=0), [7, 7.0], [7.5]),
    (question("text"), ["words", "x" * 2000], ["x" * 2001, 1, "nul \0 inside", ["w"]]),
    (
        question("date"),
        ["2024-02-29", "1999-12-31"],
        ["2023-02-29", "2024-2-9", "20240229", "2024-02-29T00:00", "", 20240229],
    ),
    (
        question("landmark", landmark="apex"),
        [{"object": OBJECT}],
        [OBJECT, {"object": "apex"}, {"object": None}, {"object": OBJECT, "x": 1}, {}],
    ),
]


@pytest.mark.parametrize(("asked", "right", "wrong"), ACCEPTED, ids=lambda v: str(v)[:40])
def test_what_may_be_answered(asked: dict[str, Any], right: list[Any], wrong: list[Any]) -> None:
    rules = Rules(default_rules())
    assert rules.accepts(asked, None)
    assert [value for value in right if not rules.accepts(asked, value)] == []
    assert [value for value in wrong if rules.accepts(asked, value)] == []


def test_not_assessable_needs_a_reason_and_leave() -> None:
    rules = Rules(default_rules())
    told = {"not_assessable": "Breathing artefact"}
    with_leave = question("number", not_assessable=True)
    assert rules.accepts(with_leave, told)
    for wrong in ({"not_assessable": " "}, {"not_assessable": 1}, told | {"value": 3}):
        assert not rules.accepts(with_leave, wrong)
    assert not rules.accepts(question("number"), told)
    assert rules.unanswered({}) == ["assessable"]
    only = Rules(default_rules() | {"questions": [with_leave]})
    assert only.unanswered({"q": told}) == []
    assert only.visible_answers({"q": told}) == {"q": told}


@pytest.mark.parametrize("empty", [None, "", []])
def test_nothing_is_no_answer(empty: Any) -> None:
    rules = Rules(default_rules() | {"questions": [question("multiple", options=OPTIONS)]})
    assert rules.unanswered({"q": empty}) == ["q"]
    assert rules.visible_answers({"q": empty}) == {}


def test_zero_and_the_false_like_are_answers() -> None:
    rules = Rules(default_rules() | {"questions": [question("number")]})
    assert rules.unanswered({"q": 0}) == []
    assert rules.visible_answers({"q": 0}) == {"q": 0}


NEAR = question("number", tolerance=0.5)
PLACE = question("landmark", landmark="apex", tolerance=5)
NOT = {"not_assessable": "motion"}


@pytest.mark.parametrize(
    ("asked", "a", "b", "same"),
    [
        (question("choice", options=OPTIONS), "a", "a", True),
        (question("choice", options=OPTIONS), "a", "b", False),
        (question("choice", options=OPTIONS), "a", None, False),
        (question("multiple", options=OPTIONS), ["a", "b"], ["b", "a"], True),
        (question("multiple", options=OPTIONS), ["a"], ["a", "b"], False),
        (question("multiple", options=OPTIONS), [], None, True),
        (question("number"), 1, 1.0, True),
        (question("number"), 1, 1.1, False),
        (NEAR, 1.0, 1.5, True),
        (NEAR, 0.6, 1.1, True),  # 0.5000000000000001 in binary
        (NEAR, 1.0, 1.51, False),
        (NEAR, 0, None, False),
        (question("text"), "one", "other", True),
        (question("date"), "2024-01-01", "2024-01-01", True),
        (question("date"), "2024-01-01", "2024-01-02", False),
        (NEAR, NOT, {"not_assessable": "other reason"}, True),
        (NEAR, NOT, 1.0, False),
        (NEAR, NOT, None, False),
    ],
)
def test_which_answers_are_the_same(asked: dict[str, Any], a: Any, b: Any, same: bool) -> None:
    assert same_answer(asked, a, b) is same
    assert same_answer(asked, b, a) is same


def test_landmarks_are_the_same_within_a_distance() -> None:
    a, b = {"object": OBJECT}, {"object": OBJECT[::-1]}
    assert same_answer(PLACE, a, b, distance_mm=5.0)
    assert not same_answer(PLACE, a, b, distance_mm=5.1)
    assert same_answer(question("landmark", landmark="apex"), a, b, distance_mm=90)
    assert not same_answer(PLACE, a, None)


def conditional(condition: dict[str, Any]) -> Rules:
    data = default_rules()
    data["questions"] = [
        {"code": "one", "title": "1", "kind": "choice", "options": OPTIONS, "required": True},
        {"code": "two", "title": "2", "kind": "multiple", "options": OPTIONS, "required": False},
        {
            "code": "last",
            "title": "L",
            "kind": "text",
            "required": True,
            "visible_if": condition,
        },
    ]
    return Rules(check_rules(data))


ONE, TWO = {"question": "one", "equals": "a"}, {"question": "two", "equals": "b"}


@pytest.mark.parametrize(
    ("condition", "shown_for"),
    [
        ({"all": [ONE, TWO]}, [("a", ["b"]), ("a", ["a", "b"])]),
        ({"any": [ONE, TWO]}, [("a", ["b"]), ("a", ["a", "b"]), ("a", []), ("b", ["b"])]),
        (TWO, [("a", ["b"]), ("a", ["a", "b"]), ("b", ["b"])]),
        ({"all": [{"any": [ONE, TWO]}, ONE]}, [("a", ["b"]), ("a", ["a", "b"]), ("a", [])]),
    ],
)
def test_conditions_of_several_answers(condition: Any, shown_for: list[Any]) -> None:
    rules = conditional(condition)
    every = [("a", ["b"]), ("a", ["a", "b"]), ("a", []), ("b", ["b"]), ("b", []), ("b", ["a"])]
    shown = [(x, y) for x, y in every if "last" in rules.unanswered({"one": x, "two": y})]
    assert shown == shown_for


def test_what_is_not_assessable_brings_nothing_up() -> None:
    assert "last" not in conditional(ONE).unanswered({"one": NOT})


@pytest.mark.parametrize(
    ("asked", "value", "text"),
    [
        (question("choice", options=OPTIONS), "a", "A"),
        (question("choice", options=OPTIONS), "gone", "gone"),
        (question("multiple", options=OPTIONS), ["a", "b"], "A, B"),
        (question("number", unit="mm"), 12.5, "12.5 mm"),
        (question("number"), 0, "0"),
        (question("number"), NOT, "Not assessable: motion"),
        (PLACE, {"object": OBJECT}, "Set in the image"),
        (question("date"), "2024-01-01", "2024-01-01"),
    ],
)
def test_answers_in_words(asked: dict[str, Any], value: Any, text: str) -> None:
    assert answer_text(asked, value) == text
