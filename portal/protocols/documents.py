"""A protocol as a file: what is exported, imported, and brought along ready-made. Pure."""

from typing import Any

from portal.core.hashing import digest
from portal.protocols.schema import InvalidRules, rules_problems
from portal.protocols.schema.defaults import completed
from portal.protocols.schema.document import REQUIRED, RULES, rules_schema, text
from portal.protocols.schema.shape import Problems, shape_problems
from portal.protocols.schema.words import LEAST_READS, MOST_READS, SCHEMA_VERSION

FORMAT = "accord-protocol"
MOST_NAME = 80
_HEAD: dict[str, Any] = {
    "format": {"type": "string", "const": FORMAT},
    "schema": {"type": "integer", "const": SCHEMA_VERSION},
    "name": text(MOST_NAME),
    "reads_per_case": {"type": "integer", "minimum": LEAST_READS, "maximum": MOST_READS},
}


def document_schema() -> dict[str, Any]:
    """What ``docs/protocol.schema.json`` publishes."""
    rules = rules_schema()
    return {
        **rules,
        "title": "Accord protocol",
        "description": "What is read and how: the file that Accord exports and imports.",
        "properties": {**_HEAD, **RULES},
        "required": [*_HEAD, *REQUIRED],
    }


def document_of(*, name: str, reads_per_case: int, rules: dict[str, Any]) -> dict[str, Any]:
    """Everything that a version says, in a fixed order; the same version gives the same file."""
    full = completed(rules)
    head = {
        "format": FORMAT,
        "schema": SCHEMA_VERSION,
        "name": name,
        "reads_per_case": reads_per_case,
    }
    return head | {key: full[key] for key in RULES}


def document_problems(document: Any) -> Problems:
    """Path -> what can't be used there; empty where the file is a protocol."""
    problems = shape_problems(document_schema(), document)
    return problems or rules_problems(rules_in(document))


def checked_document(document: Any) -> dict[str, Any]:
    """The document, complete; raises InvalidRules with messages by path."""
    problems = document_problems(document)
    if problems:
        raise InvalidRules(None, **problems)
    return document_of(
        name=document["name"].strip(),
        reads_per_case=document["reads_per_case"],
        rules=rules_in(document),
    )


def rules_in(document: dict[str, Any]) -> dict[str, Any]:
    return {key: document[key] for key in RULES if key in document}


def document_digest(document: dict[str, Any]) -> str:
    """Names this content; another digest is another protocol."""
    return digest(document)
