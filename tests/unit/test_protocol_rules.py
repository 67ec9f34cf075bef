"""Conditional questions, and rules that can't be used."""

from typing import Any

import pytest

from portal.protocols.schema import InvalidRules, Rules, check_rules, default_rules

RULES = Rules(default_rules())


def test_the_default_can_be_used() -> None:
    assert check_rules(default_rules()) == default_rules()


@pytest.mark.parametrize(
    ("answers", "visible", "unanswered", "needs_contours"),
    [
        ({}, ["assessable"], ["assessable"], True),
        ({"assessable": "yes"}, ["assessable", "class"], ["class"], True),
        ({"assessable": "yes", "class": "normal"}, ["assessable", "class"], [], True),
        ({"assessable": "no"}, ["assessable", "reason"], ["reason"], False),
        ({"assessable": "no", "reason": ""}, ["assessable", "reason"], ["reason"], False),
        ({"assessable": "no", "reason": "motion"}, ["assessable", "reason"], [], False),
        ({"class": "normal"}, ["assessable"], ["assessable"], True),
    ],
)
def test_which_questions_are_asked(
    answers: dict[str, Any], visible: list[str], unanswered: list[str], needs_contours: bool
) -> None:
    assert [question["code"] for question in RULES.visible_questions(answers)] == visible
    assert RULES.unanswered(answers) == unanswered
    assert RULES.needs_contours(answers) is needs_contours


def test_answers_to_hidden_questions_do_not_count() -> None:
    answers = {"assessable": "no", "reason": "motion", "class": "dilated"}
    assert RULES.visible_answers(answers) == {"assessable": "no", "reason": "motion"}


def test_a_question_behind_a_hidden_question_is_hidden() -> None:
    data = default_rules()
    data["questions"].append(
        {
            "code": "side",
            "title": "Which?",
            "kind": "text",
            "options": [],
            "required": True,
            "visible_if": {"question": "class", "equals": "infarct"},
        }
    )
    rules = Rules(check_rules(data))
    shown = {"assessable": "yes", "class": "infarct"}
    assert [q["code"] for q in rules.visible_questions(shown)] == ["assessable", "class", "side"]
    hidden = {"assessable": "no", "class": "infarct"}
    assert [q["code"] for q in rules.visible_questions(hidden)] == ["assessable", "reason"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("convention", {"papillary": "both"}),
        ("convention", {}),
        ("structures", []),
        ("structures", [{"code": "lv_endo"}, {"code": "lv_endo"}]),
        ("bands", {}),
        ("submit_requires", "everything"),
    ],
)
def test_unusable_rules_are_refused(field: str, value: Any) -> None:
    with pytest.raises(InvalidRules) as caught:
        check_rules({**default_rules(), field: value})
    assert list(caught.value.details) == [field]


@pytest.mark.parametrize(
    "question",
    [
        {"code": "class", "kind": "text", "options": [], "visible_if": None},
        {"code": "q", "kind": "number", "options": [], "visible_if": None},
        {"code": "q", "kind": "choice", "options": [{"value": "a"}], "visible_if": None},
        {"code": "q", "kind": "choice", "options": [{"value": "a"}] * 2, "visible_if": None},
        {
            "code": "q",
            "kind": "text",
            "options": [],
            "visible_if": {"question": "class", "equals": "purple"},
        },
        {
            "code": "q",
            "kind": "text",
            "options": [],
            "visible_if": {"question": "reason", "equals": "x"},
        },
    ],
)
def test_unusable_questions_are_refused(question: dict[str, Any]) -> None:
    data = default_rules()
    data["questions"].append({"title": "Q", "required": False, **question})
    with pytest.raises(InvalidRules):
        check_rules(data)
