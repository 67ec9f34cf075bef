"""When a question is asked: an earlier answer, all of several, or any of them."""

from collections.abc import Container, Iterator, Mapping
from typing import Any

from portal.protocols.schema.words import CHOSEN

MOST_LEVELS = 3  # conditions in conditions; deeper ones nobody can read


def holds(
    condition: dict[str, Any] | None, answers: Mapping[str, Any], shown: Container[str]
) -> bool:
    """Whether the answers bring the question up; those of hidden questions don't count. Of a
    question with several answers one of them has to be ``equals``."""
    if condition is None:
        return True
    if "all" in condition:
        return all(holds(part, answers, shown) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, answers, shown) for part in condition["any"])
    if condition["question"] not in shown:
        return False
    answer = answers.get(condition["question"])
    wanted = condition["equals"]
    return wanted in answer if isinstance(answer, list) else bool(answer == wanted)


def asked_about(condition: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """(question, answer) pairs that a condition names."""
    if condition is None:
        return
    if "question" in condition:
        yield condition["question"], condition["equals"]
    for part in [*condition.get("all", []), *condition.get("any", [])]:
        yield from asked_about(part)


def levels(condition: dict[str, Any] | None) -> int:
    if condition is None:
        return 0
    parts = [*condition.get("all", []), *condition.get("any", [])]
    return 1 + max(map(levels, parts), default=0)


def problem_of(
    condition: dict[str, Any] | None, earlier: Mapping[str, dict[str, Any]]
) -> str | None:
    """What is wrong with a condition, given the questions before its own."""
    if levels(condition) > MOST_LEVELS:
        return f"Conditions lie at most {MOST_LEVELS} deep."
    for code, answer in asked_about(condition):
        asked = earlier.get(code)
        if asked is None:
            return f"It may depend on an earlier question only; {code} is none."
        offered = {option["value"] for option in asked["options"]}
        if asked["kind"] not in CHOSEN or answer not in offered:
            return f"It depends on an answer to {code} that can't be given."
    return None
