"""From two frozen reads to the ``Agreement`` of the wire contract. No database."""

from dataclasses import asdict, dataclass
from typing import Any

from cmrkit.agreement import CODE_VERSION, compare_reads
from cmrkit.contracts import StackMeta
from portal.annotations.selectors import Contents, labels_on
from portal.imaging.models import Stack
from portal.protocols.schema import Rules

__all__ = ["CODE_VERSION", "KEYS", "Side", "compare"]

KEYS = (("a", "Blue"), ("b", "Orange"))


@dataclass(frozen=True)
class Side:
    """One reading: what it says and the numbers that follow from it."""

    contents: Contents
    function: dict[str, Any]


def compare(stack: Stack, rules: Rules, a: Side, b: Side) -> dict[str, Any]:
    """Compare; ``outcome`` is ``agreed`` or ``adjudicating``."""
    answers = _compare_answers(rules, a, b)
    reasons = [f"{row['title']} differs." for row in answers if not row["same"]]
    assessable = [rules.needs_contours(side.contents.answers) for side in (a, b)]
    numbers: dict[str, Any] = {
        "ed_phase": {"a": None, "b": None},
        "es_phase": {"a": None, "b": None},
        "dice": [],
        "differences": [],
        "per_slice": [],
    }
    if all(assessable):
        measured = _compare_contours(stack, rules, a, b)
        reasons += measured.pop("reasons")
        numbers.update(measured)
    return {
        "outcome": "adjudicating" if reasons else "agreed",
        **numbers,
        "answers": answers,
        "reasons": reasons,
        "readings": [{"key": key, "label": label} for key, label in KEYS],
    }


def _compare_answers(rules: Rules, a: Side, b: Side) -> list[dict[str, Any]]:
    """Answers of the questions that either reading brought up; written text is shown but two
    people never write the same, so it does not count as a difference."""
    given_a, given_b = (rules.visible_answers(side.contents.answers) for side in (a, b))
    rows = []
    for question in rules.questions:
        code = question["code"]
        if code in given_a or code in given_b:
            value_a, value_b = given_a.get(code), given_b.get(code)
            rows.append(
                {
                    "question": code,
                    "title": question["title"],
                    "a": value_a,
                    "b": value_b,
                    "same": question["kind"] == "text" or value_a == value_b,
                }
            )
    return rows


def _compare_contours(stack: Stack, rules: Rules, a: Side, b: Side) -> dict[str, Any]:
    return asdict(
        compare_reads(
            StackMeta.from_json(stack.meta),
            labels_on(stack, a.contents.annotations),
            labels_on(stack, b.contents.annotations),
            a.function,
            b.function,
            rules.bands,
        )
    )
