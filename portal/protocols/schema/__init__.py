"""The shape of a protocol's rules (schema 2) and what they mean. Pure, no database."""

from portal.protocols.schema.answers import (
    answer_text,
    class_of,
    is_not_assessable,
    object_of,
    same_answer,
)
from portal.protocols.schema.checking import check_rules, rules_problems
from portal.protocols.schema.defaults import default_rules
from portal.protocols.schema.rules import Rules
from portal.protocols.schema.words import (
    LEAST_READS,
    MOST_READS,
    SUBMIT_REQUIRES,
    InvalidRules,
)

__all__ = [
    "LEAST_READS",
    "MOST_READS",
    "SUBMIT_REQUIRES",
    "InvalidRules",
    "Rules",
    "answer_text",
    "check_rules",
    "class_of",
    "default_rules",
    "is_not_assessable",
    "object_of",
    "rules_problems",
    "same_answer",
]
