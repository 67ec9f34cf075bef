"""The gate: what a challenger must show before anybody may propose it. Pure; no database."""

from cmrkit.gate.judge import Check, as_json, judge
from cmrkit.gate.rules import DEFAULT, GateRules, rules_from
from cmrkit.gate.sides import Case, Side, case_dice, summarise
from cmrkit.gate.strata import NOT_SAID, Stratum, by_stratum

__all__ = [
    "DEFAULT",
    "NOT_SAID",
    "Case",
    "Check",
    "GateRules",
    "Side",
    "Stratum",
    "as_json",
    "by_stratum",
    "case_dice",
    "judge",
    "rules_from",
    "summarise",
]
