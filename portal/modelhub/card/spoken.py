"""Names of the code in words that people use."""

from collections.abc import Mapping
from typing import Any

from portal.modelhub.papers import said

NAMES = {
    "lv_endo": "LV endocardium",
    "lv_epi": "LV epicardium",
    "rv_endo": "RV endocardium",
    "ef_percent": "EF, points",
    "edv_ml": "EDV, ml",
    "esv_ml": "ESV, ml",
}
RULES = {
    "min_cases": "at least # test cases",
    "better_dice": "mean Dice higher by at least #",
    "structure_loss": "no structure loses more than # Dice",
    "edv_ml": "EDV error grows by no more than # ml",
    "esv_ml": "ESV error grows by no more than # ml",
    "ef_points": "EF error grows by no more than # points",
    "worst_loss": "the worst case loses no more than # Dice",
    "stratum_loss": "no group loses more than # Dice",
    "min_stratum": "a group counts from # cases up",
    "slower_factor": "a case takes no more than # times as long",
    "min_shadow": "at least # new cases drafted in the shadow",
}
BY_INTERVAL = {
    True: "margins hold for the unfavourable end of the 95 % interval, those of the worst case and "
    "of groups for the difference that was seen",
    False: "margins hold for the difference that was seen",
}


def rules_text(rules: Mapping[str, Any]) -> str:
    """The rules of a gate as one sentence; one that has no words yet keeps its name."""
    told = [
        RULES[name].replace("#", said(value)) if name in RULES else f"{name}: {said(value)}"
        for name, value in rules.items()
        if name != "by_interval" and (name, value) != ("min_shadow", 0)
    ]
    return "; ".join([*told, BY_INTERVAL[bool(rules.get("by_interval"))]])


def name_of(code: str) -> str:
    return NAMES.get(code, code.replace("_", " "))
