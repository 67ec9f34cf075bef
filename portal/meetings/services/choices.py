"""What can be voted for and decided: one reading, answers, or both."""

from typing import Any

from portal.adjudication.selectors import current_adjudication_of
from portal.core.errors import InvalidInput
from portal.meetings.models import AgendaItem

MAX_ANSWERS, MAX_TEXT = 60, 200


def checked_choice(item: AgendaItem, data: dict[str, Any]) -> dict[str, Any]:
    """``{"reading": key or null, "answers": {question: value}}`` of the case; raises
    InvalidInput. An answer's value is checked when it is saved into the reference."""
    reading, answers = data.get("reading"), data.get("answers") or {}
    adjudication = current_adjudication_of(item.case)
    known = adjudication.comparison.values.get("readings", []) if adjudication else []
    if reading is not None and reading not in {row["key"] for row in known}:
        raise InvalidInput(reading=["Name one of the readings, or none."])
    if not isinstance(answers, dict) or len(answers) > MAX_ANSWERS:
        raise InvalidInput(answers=["Give an object: question to answer."])
    for code, value in answers.items():
        if len(str(code)) > MAX_TEXT or len(str(value)) > MAX_TEXT:
            raise InvalidInput(answers=[f"Answers are at most {MAX_TEXT} characters long."])
    return {"reading": reading, "answers": answers}
