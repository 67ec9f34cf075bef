"""Whether rules can be used: first their shape, then what lies across fields."""

from typing import Any

from cmrkit.contracts.drawings import SHORT_AXIS
from portal.protocols import layouts
from portal.protocols.schema.conditions import problem_of
from portal.protocols.schema.defaults import completed
from portal.protocols.schema.document import rules_schema
from portal.protocols.schema.shape import Problems, shape_problems
from portal.protocols.schema.words import ASSESSABLE, CHOSEN, YES, InvalidRules


def check_rules(data: dict[str, Any]) -> dict[str, Any]:
    """The rules, complete, when they are usable; raises InvalidRules with messages by path."""
    problems = rules_problems(data)
    if problems:
        raise InvalidRules(None, **problems)
    return completed(data)


def rules_problems(data: Any) -> Problems:
    problems = shape_problems(rules_schema(), data)
    if not problems:  # what lies across fields is looked at once the fields are as they should be
        full = completed(data)
        for found in (_structures(full), _questions(full), _design(full), _layouts(full)):
            problems.update(found)
    return problems


def _structures(full: dict[str, Any]) -> Problems:
    codes = [structure["code"] for structure in full["structures"]]
    twice = [n for n, code in enumerate(codes) if code in codes[:n]]
    if not set(codes) & set(SHORT_AXIS.structures):
        return {"structures": ["Name a structure that is drawn on the short axis."]}
    return {f"structures.{n}.code": ["Name each structure once."] for n in twice}


def _questions(full: dict[str, Any]) -> Problems:
    problems: Problems = {}
    earlier: dict[str, dict[str, Any]] = {}
    for n, question in enumerate(full["questions"]):
        for field, message in _question(question, earlier).items():
            problems[f"questions.{n}.{field}"] = [message]
        earlier[question["code"]] = question
    return problems


def _question(question: dict[str, Any], earlier: dict[str, dict[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    if question["code"] in earlier:
        found["code"] = "This code is used twice."
    values = [option["value"] for option in question["options"]]
    least = 2 if question["kind"] == "choice" else 1
    if question["kind"] in CHOSEN and (len(values) < least or len(set(values)) != len(values)):
        found["options"] = "Give at least two options, each with a value of its own."
    low, high = question["min"], question["max"]
    if low is not None and high is not None and low >= high:
        found["max"] = "The largest number lies above the smallest."
    if question["kind"] == "landmark" and question["landmark"] is None:
        found["landmark"] = "Say which landmark is to be set."
    if question["code"] == ASSESSABLE and (question["kind"] != "choice" or YES not in values):
        found["kind"] = (
            "This code is kept for the question whether a case can be assessed: a choice with yes."
        )
    wrong = problem_of(question["visible_if"], earlier)
    if wrong:
        found["visible_if"] = wrong
    return found


def _design(full: dict[str, Any]) -> Problems:
    problems: Problems = {}
    if full["training"]["required"] and full["training"]["cases"] < 1:
        problems["training.cases"] = ["Training that is required has at least one case."]
    crossing = full["adjudication"]["ef_crossing"]
    if sorted(set(crossing)) != crossing:
        problems["adjudication.ef_crossing"] = ["Give each threshold once, from low to high."]
    return problems


def _layouts(full: dict[str, Any]) -> Problems:
    wrong = layouts.problem_of(full["layouts"])
    return {"layouts": [wrong]} if wrong else {}
