"""The JSON Schema of a protocol: the one definition of its shape.

The portal checks rules against it, the REST contract is written from it, and
``docs/protocol.schema.json`` publishes it. What lies across fields (a condition that asks about a
later question) is checked in ``checking``.
"""

from typing import Any

from cmrkit.contracts import LandmarkCode, SequenceKind, View
from cmrkit.contracts.drawings import DRAWN
from portal.protocols.schema import words as w

Schema = dict[str, Any]
_MOST_CONDITIONS = 20


def text(longest: int, *, empty: bool = False) -> Schema:
    pattern = r"^[^\u0000]*$" if empty else r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
    return {"type": "string", "maxLength": longest, "pattern": pattern}


def _one_of(values: Any) -> Schema:
    return {"type": "string", "enum": [str(value) for value in values]}


def _number(least: float | None = None, most: float | None = None) -> Schema:
    limits = {"minimum": least, "maximum": most}
    return {"type": "number", **{k: v for k, v in limits.items() if v is not None}}


def _integer(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(items: Schema, least: int = 0, most: int = 100) -> Schema:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    found: Schema = {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }
    return {**found, "required": list(required)} if required else found


CODE: Schema = {"type": "string", "pattern": w.CODE_PATTERN}
BOOL: Schema = {"type": "boolean"}
CONDITION: Schema = {
    "anyOf": [
        _object({"question": CODE, "equals": CODE}),
        _object({"all": _list({"$ref": "#/$defs/condition"}, 1, _MOST_CONDITIONS)}),
        _object({"any": _list({"$ref": "#/$defs/condition"}, 1, _MOST_CONDITIONS)}),
    ],
    "description": "When a question is asked: an earlier answer, all of several, or any of them.",
}
STRUCTURE = _object(
    {
        "code": _one_of(DRAWN),
        "title": text(60),
        "color": {"type": "string", "pattern": w.COLOR_PATTERN},
    }
)
QUESTION = _object(
    {"code": CODE, "title": text(200), "kind": _one_of(w.QUESTION_KINDS), "required": BOOL},
    {
        "help": text(500, empty=True),
        "options": _list(_object({"value": CODE, "title": text(60)}), most=w.MOST_OPTIONS),
        "unit": text(20, empty=True),
        "min": _or_null(_number(-1e9, 1e9)),
        "max": _or_null(_number(-1e9, 1e9)),
        "decimals": _or_null(_integer(0, w.MAX_DECIMALS)),
        "tolerance": _or_null(
            _number(0, 1e9)
            | {"description": "Numbers, and landmarks in mm, that lie as near count as the same."}
        ),
        "landmark": _or_null(_one_of(LandmarkCode)),
        "not_assessable": BOOL,
        "visible_if": _or_null({"$ref": "#/$defs/condition"}),
    },
)
# name -> schema, in the order in which a protocol is exported
RULES: dict[str, Schema] = {
    "series": _list(_object({"kind": _one_of(SequenceKind), "view": _one_of(View)}), 1, 10)
    | {
        "description": "What is read; the first is the stack that is contoured and measured. "
        "Two- and four-chamber cine and late enhancement may be drawn on beside it."
    },
    "convention": _object({"papillary": _one_of(w.PAPILLARY)}),
    "structures": _list(STRUCTURE, 1, 20),
    "questions": _list(QUESTION, 0, w.MOST_QUESTIONS),
    "ai": _one_of(w.AI_SHOWN) | {"description": "When readers see what the AI drew."},
    "double_blind": BOOL
    | {"description": "Adjudicators see neither who read nor which reading is the AI's."},
    "order": _object({"kind": _one_of(w.ORDERS)}, {"stratify_by": _or_null(_one_of(w.STRATA))}),
    "duplicates_share": _number(0, w.MOST_DUPLICATES)
    | {"description": "Share of the cases that the same reader reads twice, unknowingly."},
    "washout_days": _integer(0, w.MOST_DAYS),
    "time_limit_days": _or_null(_integer(1, w.MOST_DAYS)),
    "training": _object(
        {"required": BOOL},
        {
            "cases": _integer(0, 100),
            "dice_min": _number(0, 1),
            "ef_points_max": _number(0, 100),
        },
    ),
    "adjudication": _object(
        {},
        {
            "bands": BOOL,
            "ef_crossing": _list(_number(0, 100), 0, 5),
            "class_discord": BOOL,
            "missing_structure": BOOL,
            "low_quality": BOOL,
            "audit_share": _number(0, 1),
            "propose": _one_of(w.PROPOSALS),
            "compare_model": BOOL,
        },
    ),
    "bands": _object(
        {name: _number(0, 1e6) for name in w.BANDS if name != "dice_min"},
        {"dice_min": _or_null(_number(0, 1))},
    ),
    "submit_requires": _one_of(w.SUBMIT_REQUIRES),
    "layouts": {"type": "array", "items": {"type": "object"}},
}
REQUIRED = ("convention", "structures", "questions", "bands")


def rules_schema() -> Schema:
    """What the rules of a version are checked against."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": RULES,
        "required": list(REQUIRED),
        "additionalProperties": False,
        "$defs": {"condition": CONDITION},
    }
