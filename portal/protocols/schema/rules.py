"""Questions that ask the rules of a protocol version. Pure, no database."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cmrkit.contracts.drawings import SHORT_AXIS
from portal.protocols.schema import answers as given
from portal.protocols.schema.conditions import holds
from portal.protocols.schema.defaults import completed
from portal.protocols.schema.words import ASSESSABLE, YES


@dataclass(frozen=True)
class Rules:
    """The rules as stored, of either schema; answers are a plain mapping of question code to
    value. Every property has a default, so that old rules keep meaning what they meant."""

    data: dict[str, Any]

    @cached_property
    def full(self) -> dict[str, Any]:
        """Everything said, defaults included."""
        return completed(self.data)

    # ---- what is read

    @property
    def series(self) -> list[dict[str, str]]:
        """Kind and view of what is read; the first is the stack that is contoured."""
        return list(self.full["series"])

    @property
    def structures(self) -> list[str]:
        return [structure["code"] for structure in self.full["structures"]]

    @property
    def measured_structures(self) -> list[str]:
        """Those drawn on the stack that a case is read on: numbers, agreement and the reference
        standard are made of them."""
        return [code for code in self.structures if code in SHORT_AXIS.structures]

    @property
    def questions(self) -> list[dict[str, Any]]:
        return list(self.full["questions"])

    @property
    def bands(self) -> dict[str, float | None]:
        return dict(self.full["bands"])

    @property
    def papillary(self) -> str:
        return str(self.full["convention"]["papillary"])

    # ---- how it is read

    @property
    def ai(self) -> str:
        """``never``, ``after_first`` or ``from_start``."""
        return str(self.full["ai"])

    @property
    def double_blind(self) -> bool:
        return bool(self.full["double_blind"])

    @property
    def order(self) -> dict[str, Any]:
        return dict(self.full["order"])

    @property
    def duplicates_share(self) -> float:
        return float(self.full["duplicates_share"])

    @property
    def washout_days(self) -> int:
        return int(self.full["washout_days"])

    @property
    def time_limit_days(self) -> int | None:
        limit = self.full["time_limit_days"]
        return None if limit is None else int(limit)

    @property
    def training(self) -> dict[str, Any]:
        return dict(self.full["training"])

    @property
    def adjudication(self) -> dict[str, Any]:
        return dict(self.full["adjudication"])

    # ---- questions and answers

    def question(self, code: str) -> dict[str, Any] | None:
        return next((q for q in self.questions if q["code"] == code), None)

    def visible_questions(self, answers: dict[str, Any]) -> list[dict[str, Any]]:
        """Questions that the answers so far bring up; one hidden by its condition counts as
        unanswered for those that depend on it."""
        shown: list[dict[str, Any]] = []
        codes: set[str] = set()
        for question in self.questions:
            if holds(question["visible_if"], answers, codes):
                shown.append(question)
                codes.add(question["code"])
        return shown

    def visible_answers(self, answers: dict[str, Any]) -> dict[str, Any]:
        """The given answers of the visible questions alone."""
        codes = [question["code"] for question in self.visible_questions(answers)]
        return {code: answers[code] for code in codes if given.is_given(answers.get(code))}

    def unanswered(self, answers: dict[str, Any]) -> list[str]:
        """Codes of required, visible questions without an answer."""
        return [
            question["code"]
            for question in self.visible_questions(answers)
            if question["required"] and not given.is_given(answers.get(question["code"]))
        ]

    def needs_contours(self, answers: dict[str, Any]) -> bool:
        """False once a reader has said that the case can't be assessed."""
        if self.question(ASSESSABLE) is None:
            return True
        return answers.get(ASSESSABLE) in (None, YES)

    def accepts(self, question: dict[str, Any], value: Any) -> bool:
        """Whether ``value`` may answer the question; None takes an answer back."""
        return given.accepts(question, value)
