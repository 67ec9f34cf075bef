"""The shape of a protocol's rules: structures, questions, convention, bands. Pure, no database."""

from dataclasses import dataclass
from typing import Any

from cmrkit.contracts import StructureCode
from portal.core.errors import InvalidInput
from portal.protocols import layouts

PAPILLARY = ("cavity", "mass")  # where papillary muscles are counted
SUBMIT_REQUIRES = ("ed_es",)
QUESTION_KINDS = ("choice", "text")
BANDS = ("edv_ml", "esv_ml", "ef_points", "mass_g", "dice_min")
READS_COMPARED = 2  # two reads are what the comparison and the adjudication know
ASSESSABLE, YES = "assessable", "yes"
MAX_TEXT = 2000  # characters of a written answer


class InvalidRules(InvalidInput):
    code = "invalid_rules"
    message = "The protocol's rules can't be used."


def default_rules() -> dict[str, Any]:
    """Left and right ventricle on short-axis cine. The bands are 1.96
    standard deviations of experts' intra-reader differences (Zange 2019: EDV 10.8 ml, ESV 7.3 ml,
    EF 5.3 points, mass 13.3 g)."""
    return {
        "convention": {"papillary": "cavity"},
        "structures": [
            {"code": "lv_endo", "title": "LV endocardium", "color": "#ff5c7a"},
            {"code": "lv_epi", "title": "LV epicardium", "color": "#4cd4a0"},
            {"code": "rv_endo", "title": "RV endocardium", "color": "#ffd24c"},
        ],
        "questions": [
            {
                "code": ASSESSABLE,
                "title": "Can this case be assessed?",
                "kind": "choice",
                "options": [{"value": YES, "title": "Yes"}, {"value": "no", "title": "No"}],
                "required": True,
                "visible_if": None,
            },
            {
                "code": "class",
                "title": "Class",
                "kind": "choice",
                "options": [
                    {"value": "normal", "title": "Normal"},
                    {"value": "dilated", "title": "Dilated"},
                    {"value": "hypertrophic", "title": "Hypertrophic"},
                    {"value": "infarct", "title": "Infarct"},
                    {"value": "abnormal_rv", "title": "Abnormal RV"},
                ],
                "required": True,
                "visible_if": {"question": ASSESSABLE, "equals": YES},
            },
            {
                "code": "reason",
                "title": "Why not?",
                "kind": "text",
                "options": [],
                "required": True,
                "visible_if": {"question": ASSESSABLE, "equals": "no"},
            },
        ],
        "bands": {
            "edv_ml": 10.8,
            "esv_ml": 7.3,
            "ef_points": 5.3,
            "mass_g": 13.3,
            "dice_min": None,
        },
        "submit_requires": "ed_es",
    }


@dataclass(frozen=True)
class Rules:
    """Questions that ask the rules; answers are a plain mapping of question code to value."""

    data: dict[str, Any]

    @property
    def structures(self) -> list[str]:
        return [structure["code"] for structure in self.data["structures"]]

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.data["questions"])

    @property
    def bands(self) -> dict[str, float | None]:
        return dict(self.data["bands"])

    @property
    def papillary(self) -> str:
        return str(self.data["convention"]["papillary"])

    def question(self, code: str) -> dict[str, Any] | None:
        return next((q for q in self.questions if q["code"] == code), None)

    def visible_questions(self, answers: dict[str, Any]) -> list[dict[str, Any]]:
        """Questions that the answers so far bring up; one hidden by its condition counts as
        unanswered for those that depend on it."""
        shown: list[dict[str, Any]] = []
        codes: set[str] = set()
        for question in self.questions:
            condition = question["visible_if"]
            if condition is None or (
                condition["question"] in codes
                and answers.get(condition["question"]) == condition["equals"]
            ):
                shown.append(question)
                codes.add(question["code"])
        return shown

    def visible_answers(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The given answers of the visible questions alone."""
        codes = [question["code"] for question in self.visible_questions(answers)]
        return {code: answers[code] for code in codes if answers.get(code) not in (None, "")}

    def unanswered(self, answers: dict[str, Any]) -> list[str]:
        """Codes of required, visible questions without an answer."""
        return [
            question["code"]
            for question in self.visible_questions(answers)
            if question["required"] and answers.get(question["code"]) in (None, "")
        ]

    def needs_contours(self, answers: dict[str, Any]) -> bool:
        """False once a reader has said that the case can't be assessed."""
        if self.question(ASSESSABLE) is None:
            return True
        return answers.get(ASSESSABLE) in (None, YES)

    def accepts(self, question: dict[str, Any], value: Any) -> bool:
        """Whether ``value`` may answer the question; None takes an answer back."""
        if value is None:
            return True
        if not isinstance(value, str):
            return False
        if question["kind"] == "choice":
            return value in {option["value"] for option in question["options"]}
        return len(value) <= MAX_TEXT


def check_rules(data: dict[str, Any]) -> dict[str, Any]:
    """The rules when they are usable; raises InvalidRules with a message per field."""
    problems: dict[str, list[str]] = {}
    if data["convention"].get("papillary") not in PAPILLARY:
        problems["convention"] = ["Papillary muscles count as cavity or as mass."]
    _check_structures(data["structures"], problems)
    _check_questions(data["questions"], problems)
    _check_bands(data["bands"], problems)
    if data["submit_requires"] not in SUBMIT_REQUIRES:
        problems["submit_requires"] = ["Only ed_es is known."]
    wrong_layout = layouts.problem_of(data.get("layouts", []))
    if wrong_layout:
        problems["layouts"] = [wrong_layout]
    if problems:
        raise InvalidRules(None, **problems)
    return data


def _check_structures(structures: list[dict[str, Any]], problems: dict[str, list[str]]) -> None:
    codes = [structure["code"] for structure in structures]
    known = {code.value for code in StructureCode}
    if not codes or len(set(codes)) != len(codes) or not set(codes) <= known:
        problems["structures"] = [f"Name each of these at most once: {', '.join(sorted(known))}."]


def _check_questions(questions: list[dict[str, Any]], problems: dict[str, list[str]]) -> None:
    seen: dict[str, dict[str, Any]] = {}
    for question in questions:
        found = _question_problem(question, seen)
        if found:
            problems.setdefault("questions", []).append(f"{question['code']}: {found}")
        seen[question["code"]] = question


def _question_problem(question: dict[str, Any], seen: dict[str, dict[str, Any]]) -> str | None:
    if question["code"] in seen:
        return "this code is used twice."
    if question["kind"] not in QUESTION_KINDS:
        return "the kind is choice or text."
    if question["kind"] == "choice":
        values = [option["value"] for option in question["options"]]
        if len(values) < 2 or len(set(values)) != len(values):
            return "give at least two different options."
    condition = question["visible_if"]
    if condition is None:
        return None
    asked = seen.get(condition["question"])
    if asked is None:
        return "it may depend on an earlier question only."
    if asked["kind"] != "choice" or condition["equals"] not in {
        option["value"] for option in asked["options"]
    }:
        return "it depends on an answer that can't be given."
    return None


def _check_bands(bands: dict[str, Any], problems: dict[str, list[str]]) -> None:
    for name in BANDS:
        value = bands.get(name)
        if name == "dice_min":
            if value is not None and not 0 <= value <= 1:
                problems["bands"] = ["The smallest Dice is between 0 and 1, or not set."]
        elif value is None or not 0 <= value < 1e6:
            problems["bands"] = [f"{name}: give a number from 0."]
