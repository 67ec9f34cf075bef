"""The numbers of a gate, stated before a model is trained."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

LIMITS = {
    "min_cases": (1, 10_000),
    "better_dice": (-0.1, 0.5),
    "structure_loss": (0.0, 0.2),
    "edv_ml": (0.0, 50.0),
    "esv_ml": (0.0, 50.0),
    "ef_points": (0.0, 15.0),
    "worst_loss": (0.0, 0.5),
    "stratum_loss": (0.0, 0.5),
    "min_stratum": (3, 1000),  # smaller groups are single patients
    "slower_factor": (1.0, 20.0),
    "min_shadow": (0, 10_000),
}


@dataclass(frozen=True)
class GateRules:
    """``better_dice``: how much higher the mean Dice must be; 0 or less asks for no worse.
    The margins say how much worse the challenger may be: mean Dice of a structure, mean absolute
    error of a volume or of EF, Dice of the worst case, mean Dice of a stratum of ``min_stratum``
    cases or more. ``by_interval``: margins of mean Dice, structures, volumes and EF hold for the
    unfavourable end of the 95 % interval of the paired difference; those of the worst case and of
    strata hold for the difference that was seen. ``slower_factor``: how many times as long a case
    may take. ``min_shadow``: how many new cases must have been drafted in the shadow before anybody
    may propose it."""

    min_cases: int = 3
    better_dice: float = 0.005
    structure_loss: float = 0.02
    edv_ml: float = 5.0
    esv_ml: float = 5.0
    ef_points: float = 0.5
    worst_loss: float = 0.05
    stratum_loss: float = 0.05
    min_stratum: int = 3
    slower_factor: float = 2.0
    by_interval: bool = False
    min_shadow: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


DEFAULT = GateRules()
_KINDS = {field.name: type(getattr(DEFAULT, field.name)) for field in fields(GateRules)}


def rules_from(given: Mapping[str, Any]) -> tuple[GateRules, dict[str, list[str]]]:
    """The rules, with defaults where nothing is given, and what is wrong with them, by name."""
    wrong: dict[str, list[str]] = {}
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in _KINDS:
            wrong[name] = ["The gate knows no such rule."]
        elif (problem := _problem(name, value)) is not None:
            wrong[name] = [problem]
        else:
            values[name] = _KINDS[name](value)
    return GateRules(**values), wrong


def _problem(name: str, value: Any) -> str | None:
    if _KINDS[name] is bool:
        return None if isinstance(value, bool) else "Say true or false."
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "Give a number."
    if _KINDS[name] is int and value != int(value):
        return "Give a whole number."
    low, high = LIMITS[name]
    return None if low <= value <= high else f"Between {low:g} and {high:g}."
