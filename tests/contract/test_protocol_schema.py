"""The published schema of protocol files is the one the portal checks with, and the ready
protocols follow it."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from portal.protocols.documents import checked_document, document_problems, document_schema
from portal.protocols.ready import LIBRARY, SUMMARIES, ready_document
from portal.protocols.schema import Rules

PUBLISHED = Path(__file__).parents[2] / "docs/protocol.schema.json"


def test_the_published_schema_is_that_of_the_code() -> None:
    assert json.loads(PUBLISHED.read_text()) == document_schema(), "run make types"
    Draft202012Validator.check_schema(document_schema())


def test_every_file_of_the_library_is_offered() -> None:
    assert {path.stem for path in LIBRARY.glob("*.json")} == set(SUMMARIES)


@pytest.mark.parametrize("key", SUMMARIES)
def test_ready_protocols_can_be_used_and_say_everything(key: str) -> None:
    document = ready_document(key)
    assert document_problems(document) == {}
    assert list(checked_document(document).items()) == list(document.items())


@pytest.mark.parametrize("key", SUMMARIES)
def test_another_reader_of_the_published_schema_agrees(key: str) -> None:
    """What it refuses the portal refuses too; the file is read as anybody else would."""
    published = Draft202012Validator(json.loads(PUBLISHED.read_text()))
    assert published.is_valid(ready_document(key))
    for field in ready_document(key):
        broken = deepcopy(ready_document(key)) | {field: "?" if field != "name" else ""}
        assert not published.is_valid(broken), field
        assert document_problems(broken), field


def test_the_questions_of_the_ready_protocols_come_up_as_meant() -> None:
    rules = Rules(ready_document("cardiomyopathy-classification"))

    def asked(**answers: Any) -> list[str]:
        return rules.unanswered({"assessable": "yes", "quality": "good", **answers})

    assert asked() == ["class", "confidence", "lge"]
    told = {"class": "hypertrophic", "confidence": "high", "lge": "present"}
    assert asked(**told) == ["wall_mm", "lge_pattern"]
    assert asked(**told | {"wall_mm": 17.5, "lge_pattern": ["midwall"]}) == []
    assert asked(**told | {"lge": {"not_assessable": "artefact"}}) == ["wall_mm"]
    assert rules.unanswered({"assessable": "no"}) == ["reason"]
