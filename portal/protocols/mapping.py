"""What becomes of structures and questions when a protocol is amended. Pure.

``{"structures": {code: {"as", "to"}}, "questions": {…}}``, one entry for each code of the version
before: *same* (it means what it meant), *renamed* (one new code), *split* (several), *dropped*.
Statistics pool only what stayed the same.
"""

from typing import Any

from portal.protocols.schema import InvalidRules, Rules
from portal.protocols.schema.shape import Problems

PARTS = ("structures", "questions")
SAME, RENAMED, SPLIT, DROPPED = WAYS = ("same", "renamed", "split", "dropped")
Mapping = dict[str, dict[str, dict[str, Any]]]
# of a question with the same code: what makes an answer comparable, and what may change freely
_MEANING = ("title", "kind", "options", "unit", "landmark", "visible_if", "not_assessable")
_MEANING_OF = {"structures": ("title",), "questions": _MEANING}


def proposed(old: Rules, new: Rules) -> Mapping:
    """By equality of codes: what keeps its code (and a question its kind) is the same."""
    return {part: _proposed(_by_code(old, part), _by_code(new, part)) for part in PARTS}


def to_ask(old: Rules, new: Rules) -> dict[str, list[str]]:
    """Codes whose fate a person has to look at: gone, or said in another way."""
    asked = {}
    for part in PARTS:
        before, after = _by_code(old, part), _by_code(new, part)
        asked[part] = [
            code
            for code, row in before.items()
            if code not in after
            or any(row.get(name) != after[code].get(name) for name in _MEANING_OF[part])
        ]
    return asked


def checked_mapping(mapping: Any, old: Rules, new: Rules) -> Mapping:
    """The mapping, with what it leaves out as proposed; raises InvalidRules by path."""
    if not isinstance(mapping, dict) or not set(mapping) <= set(PARTS):
        raise InvalidRules(None, mapping=["Give structures and questions."])
    whole = proposed(old, new)
    problems: Problems = {}
    for part in PARTS:
        before, after = _by_code(old, part), _by_code(new, part)
        given = mapping.get(part, {})
        if not isinstance(given, dict):
            problems[f"mapping.{part}"] = ["Give an entry for each code."]
            continue
        for code, entry in given.items():
            wrong = _problem(code, entry, before, after)
            if wrong:
                problems[f"mapping.{part}.{code}"] = [wrong]
            else:
                whole[part][code] = {"as": entry["as"], "to": list(entry.get("to", []))}
    if problems:
        raise InvalidRules(None, **problems)
    return whole


def stays_same(mapping: Mapping, old: Rules, new: Rules, *, part: str, code: str) -> bool:
    """Whether a code means the same on both sides of an amendment. Amendments from before there
    were mappings are taken by their codes."""
    entries = mapping.get(part) or proposed(old, new)[part]
    return entries.get(code, {}).get("as") == SAME and code in _by_code(new, part)


def _by_code(rules: Rules, part: str) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in rules.full[part]}


def _proposed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        code: {"as": SAME, "to": [code]}
        if code in after and row.get("kind") == after[code].get("kind")
        else {"as": DROPPED, "to": []}
        for code, row in before.items()
    }


def _problem(code: str, entry: Any, before: dict[str, Any], after: dict[str, Any]) -> str:
    if code not in before:
        return "The version before has no such code."
    if not isinstance(entry, dict) or entry.get("as") not in WAYS:
        return f"Say what became of it: {', '.join(WAYS)}."
    to = entry.get("to", [])
    if not isinstance(to, list) or any(new not in after for new in to) or len(set(to)) != len(to):
        return "Name codes of the new version, each once."
    way = entry["as"]
    if way == SAME:
        alike = code in after and before[code].get("kind") == after[code].get("kind")
        return "" if alike and to in ([], [code]) else "The same keeps its code and its kind."
    wanted = {RENAMED: len(to) == 1 and to != [code], SPLIT: len(to) >= 2, DROPPED: not to}
    return "" if wanted[way] else _WANTED[way]


_WANTED = {
    RENAMED: "Renamed goes to one other code.",
    SPLIT: "Split goes to two codes or more.",
    DROPPED: "Dropped goes to none.",
}
