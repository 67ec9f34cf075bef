"""What rules mean where they are silent, and the rules of a new project."""

from copy import deepcopy
from typing import Any

from portal.protocols.schema.words import ASSESSABLE, SUBMIT_REQUIRES, YES

# what a protocol of the first schema meant without saying it
SILENT: dict[str, Any] = {
    "series": [{"kind": "cine", "view": "SAX"}],
    "ai": "never",
    "double_blind": True,
    "order": {"kind": "listed", "stratify_by": None},
    "duplicates_share": 0,
    "washout_days": 0,
    "time_limit_days": None,
    "training": {"required": False, "cases": 0, "dice_min": 0.85, "ef_points_max": 5.3},
    "adjudication": {
        "bands": True,
        "ef_crossing": [],
        "class_discord": True,
        "missing_structure": False,
        "low_quality": False,
        "audit_share": 0,
        "propose": "majority",
        "compare_model": False,
    },
    "submit_requires": SUBMIT_REQUIRES[0],
    "layouts": [],
}
QUESTION: dict[str, Any] = {
    "help": "",
    "options": [],
    "unit": "",
    "min": None,
    "max": None,
    "decimals": None,
    "tolerance": None,
    "landmark": None,
    "not_assessable": False,
    "visible_if": None,
}
_GROUPS = ("order", "training", "adjudication")


def completed(data: dict[str, Any]) -> dict[str, Any]:
    """The rules with everything said that they leave to its default."""
    silent = deepcopy(SILENT)
    groups = {name: {**silent[name], **data.get(name, {})} for name in _GROUPS}
    questions = [{**deepcopy(QUESTION), **question} for question in data.get("questions", [])]
    bands = {"dice_min": None, **data.get("bands", {})}
    return {**silent, **data, **groups, "questions": questions, "bands": bands}


def _options(**titles: str) -> list[dict[str, str]]:
    return [{"value": value, "title": title} for value, title in titles.items()]


def default_rules() -> dict[str, Any]:
    """Left and right ventricle on short-axis cine. The bands are 1.96
    standard deviations of experts' intra-reader differences (Zange 2019: EDV 10.8 ml, ESV 7.3 ml,
    EF 5.3 points, mass 13.3 g)."""
    return completed(
        {
            "convention": {"papillary": "cavity"},
            "structures": [
                {"code": "lv_endo", "title": "LV endocardium", "color": "#ff5c7a"},
                {"code": "lv_epi", "title": "LV epicardium", "color": "#4cd4a0"},
                {"code": "rv_endo", "title": "RV endocardium", "color": "#ffd24c"},
            ],
            "questions": [
                {
                    "code": ASSESSABLE,
                    "title": "Can this case be assessed?",
                    "kind": "choice",
                    "options": _options(yes="Yes", no="No"),
                    "required": True,
                },
                {
                    "code": "class",
                    "title": "Class",
                    "kind": "choice",
                    "options": _options(
                        normal="Normal",
                        dilated="Dilated",
                        hypertrophic="Hypertrophic",
                        infarct="Infarct",
                        abnormal_rv="Abnormal RV",
                    ),
                    "required": True,
                    "visible_if": {"question": ASSESSABLE, "equals": YES},
                },
                {
                    "code": "reason",
                    "title": "Why not?",
                    "kind": "text",
                    "required": True,
                    "visible_if": {"question": ASSESSABLE, "equals": "no"},
                },
            ],
            "bands": {
                "edv_ml": 10.8,
                "esv_ml": 7.3,
                "ef_points": 5.3,
                "mass_g": 13.3,
                "dice_min": None,
            },
        }
    )
