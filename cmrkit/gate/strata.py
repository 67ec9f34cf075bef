"""How champion and challenger fare in each group of cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from cmrkit.gate.paired import Difference, paired
from cmrkit.gate.sides import Case, case_dice, error_of

NOT_SAID = "not recorded"
Groups = Mapping[str, Mapping[str, str]]
"""Per case (by ``item_id``), what it belongs to: ``{"site": "A", "vendor": "GE"}``."""


@dataclass(frozen=True)
class Stratum:
    """One group, such as one site. ``dice`` is the difference of mean Dice with its interval, None
    where there are fewer cases than the rules ask for: then nothing is said, and nothing judged."""

    by: str
    name: str
    n: int
    champion_dice: float | None = None
    challenger_dice: float | None = None
    dice: Difference | None = None
    champion_ef_points: float | None = None
    challenger_ef_points: float | None = None


def by_stratum(
    champion: Sequence[Case], challenger: Sequence[Case], groups: Groups, least: int
) -> list[Stratum]:
    """Sorted by what they are grouped by and by name; cases are paired by ``item_id``."""
    other = {case["item_id"]: case for case in challenger}
    members: dict[tuple[str, str], list[tuple[Case, Case]]] = {}
    for case in champion:
        for by, name in groups.get(case["item_id"], {}).items():
            pair = (case, other[case["item_id"]])
            members.setdefault((by, name or NOT_SAID), []).append(pair)
    return [_stratum(by, name, pairs, least) for (by, name), pairs in sorted(members.items())]


def _stratum(by: str, name: str, pairs: list[tuple[Case, Case]], least: int) -> Stratum:
    if len(pairs) < least:
        return Stratum(by, name, len(pairs))
    old, new = ([case_dice(case) for case in side] for side in zip(*pairs, strict=True))
    errors = [(error_of(a, "ef_percent"), error_of(b, "ef_percent")) for a, b in pairs]
    both = [(a, b) for a, b in errors if a is not None and b is not None]
    return Stratum(
        by=by,
        name=name,
        n=len(pairs),
        champion_dice=mean(old),
        challenger_dice=mean(new),
        dice=paired(old, new),
        champion_ef_points=mean(a for a, _ in both) if both else None,
        challenger_ef_points=mean(b for _, b in both) if both else None,
    )
