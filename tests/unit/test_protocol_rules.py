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
        ("convention.papillary", {"papillary": "both"}),
        ("convention.papillary", {}),
        ("structures", []),
        ("structures.1.code", [default_rules()["structures"][0]] * 2),
        ("structures.0.title", [{"code": "lv_endo", "color": "#000000"}]),
        ("structures.0.title", [{"code": "lv_endo", "title": " ", "color": "#000000"}]),
        ("structures.0.title", [{"code": "lv_endo", "title": "a\0", "color": "#000000"}]),
        ("bands.edv_ml", default_rules()["bands"] | {"edv_ml": -1}),
        ("submit_requires", "everything"),
        ("series", []),
        ("series.0.kind", [{"kind": "film", "view": "SAX"}]),
        ("ai", "sometimes"),
        ("double_blind", "yes"),
        ("order.kind", {"kind": "alphabetical"}),
        ("order.stratify_by", {"kind": "random", "stratify_by": "mood"}),
        ("duplicates_share", 0.6),
        ("duplicates_share", True),
        ("washout_days", -1),
        ("washout_days", 1.5),
        ("time_limit_days", 0),
        ("training.cases", {"required": True, "cases": 0}),
        ("training.dice_min", {"required": True, "cases": 1, "dice_min": 1.1}),
        ("adjudication.ef_crossing", {"ef_crossing": [50, 35]}),
        ("adjudication.propose", {"propose": "coin"}),
        ("adjudication.audit_share", {"audit_share": 2}),
        ("adjudication.colour", {"colour": "blue"}),
        ("layouts", [{}]),
    ],
)
def test_unusable_rules_are_refused_by_path(field: str, value: Any) -> None:
    with pytest.raises(InvalidRules) as caught:
        check_rules({**default_rules(), field.split(".")[0]: value})
    assert list(caught.value.details) == [field]
    assert all(message for message in caught.value.details[field])


def test_every_missing_band_is_said() -> None:
    with pytest.raises(InvalidRules) as caught:
        check_rules({**default_rules(), "bands": {}})
    assert sorted(caught.value.details) == [
        f"bands.{name}" for name in ("edv_ml", "ef_points", "esv_ml", "mass_g")
    ]


def test_rules_of_the_first_schema_mean_what_they_meant() -> None:
    old = {
        "convention": {"papillary": "mass"},
        "structures": default_rules()["structures"],
        "questions": [
            {
                "code": "q",
                "title": "Q",
                "kind": "text",
                "options": [],
                "required": True,
                "visible_if": None,
            }
        ],
        "bands": default_rules()["bands"],
        "submit_requires": "ed_es",
    }
    rules = Rules(old)
    assert (rules.ai, rules.double_blind, rules.order["kind"]) == ("never", True, "listed")
    assert (rules.duplicates_share, rules.washout_days, rules.time_limit_days) == (0, 0, None)
    assert rules.training["required"] is False
    assert rules.series == [{"kind": "cine", "view": "SAX"}]
    opens = rules.adjudication
    assert (opens["bands"], opens["class_discord"]) == (True, True)
    assert (opens["ef_crossing"], opens["audit_share"], opens["low_quality"]) == ([], 0, False)
    assert rules.accepts(rules.questions[0], "words")
    assert check_rules(old) == rules.full == check_rules(rules.full)


@pytest.mark.parametrize(
    "question",
    [
        {"code": "class", "kind": "text", "options": [], "visible_if": None},
        {"code": "q", "kind": "essay", "options": [], "visible_if": None},
        {"code": "q q", "kind": "text", "options": [], "visible_if": None},
        {"code": "q", "kind": "number", "min": 2, "max": 1},
        {"code": "q", "kind": "number", "decimals": 1.5},
        {"code": "q", "kind": "landmark"},
        {"code": "q", "kind": "landmark", "landmark": "spleen"},
        {"code": "q", "kind": "multiple", "options": []},
        {"code": "assessable", "kind": "text"},
        {"code": "q", "kind": "text", "visible_if": {}},
        {"code": "q", "kind": "text", "visible_if": {"all": []}},
        {"code": "q", "kind": "text", "visible_if": {"any": [{"question": "q", "equals": "x"}]}},
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
