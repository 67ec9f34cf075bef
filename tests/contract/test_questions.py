"""Which questions are asked and which are open: the browser's form reads the same cases."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal.protocols.schema import Rules, check_rules, default_rules

SHARED = json.loads((Path(__file__).parent / "fixtures/questions/questions.json").read_text())
RULES = Rules(check_rules(default_rules() | {"questions": SHARED["questions"]}))


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: json.dumps(case["answers"])[:60])
def test_what_is_asked_and_open(case: dict[str, Any]) -> None:
    shown = [question["code"] for question in RULES.visible_questions(case["answers"])]
    assert (shown, RULES.unanswered(case["answers"])) == (case["asked"], case["open"])
