"""Every check of the gate. It is passed when all are."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from math import inf
from typing import Any

from cmrkit.gate.paired import Difference, paired
from cmrkit.gate.rules import GateRules
from cmrkit.gate.sides import (
    STRUCTURES,
    Case,
    case_dice,
    error_of,
    structure_dice,
    summarise,
)
from cmrkit.gate.strata import Groups, Stratum, by_stratum

TITLES = {"lv_endo": "LV endocardium", "lv_epi": "LV epicardium", "rv_endo": "RV endocardium"}
VOLUMES = (
    ("edv_ml", "edv_mae_ml", "edv_ml", "EDV error is no larger, ml"),
    ("esv_ml", "esv_mae_ml", "esv_ml", "ESV error is no larger, ml"),
    ("ef_percent", "ef_mae_points", "ef_points", "EF error is no larger, points"),
)
Pairs = list[tuple[Case, Case]]


@dataclass(frozen=True)
class Check:
    """``note``: what the bare numbers don't say, such as the interval that was judged."""

    code: str
    title: str
    champion: float | None
    challenger: float | None
    threshold: float
    passed: bool
    note: str = ""


def judge(
    champion: Sequence[Case], challenger: Sequence[Case], groups: Groups, rules: GateRules
) -> list[Check]:
    """Champion and challenger on the same cases, paired by ``item_id``."""
    by_id = {case["item_id"]: case for case in challenger}
    pairs = [(case, by_id[case["item_id"]]) for case in champion]
    strata = by_stratum(champion, challenger, groups, rules.min_stratum)
    return [
        *_of_the_whole(pairs, rules),
        *(_structure(pairs, structure, rules) for structure in STRUCTURES),
        *_volumes(pairs, rules),
        _worst_stratum(strata, rules),
        *_failures(pairs),
        _speed(pairs, rules),
    ]


def _of_the_whole(pairs: Pairs, rules: GateRules) -> list[Check]:
    n = len(pairs)
    old, new = ([case_dice(case) for case in side] for side in _sides(pairs))
    found = paired(old, new)
    better = found is not None and _least(found, rules) >= rules.better_dice
    worst_old, worst_new = min(old, default=0.0), min(new, default=0.0)
    return [
        Check("cases", "Enough test cases", None, float(n), rules.min_cases, n >= rules.min_cases),
        Check(
            "mean_dice",
            "Mean Dice is higher" if rules.better_dice > 0 else "Mean Dice is no lower",
            _mean(old),
            _mean(new),
            rules.better_dice,
            better,
            _said(found),
        ),
        Check(
            "worst_dice",
            "Worst case is no worse",
            worst_old,
            worst_new,
            rules.worst_loss,
            worst_new >= worst_old - rules.worst_loss,
        ),
    ]


def _structure(pairs: Pairs, structure: str, rules: GateRules) -> Check:
    """A structure that one model missed in a case counts there as 0, not as unknown."""
    values = [(structure_dice(a, structure), structure_dice(b, structure)) for a, b in pairs]
    known = [(a or 0.0, b or 0.0) for a, b in values if a is not None or b is not None]
    return _margin(
        f"dice_{structure}",
        f"Dice of {TITLES[structure]} is kept",
        known,
        rules.structure_loss,
        lambda found: _least(found, rules) >= -rules.structure_loss,
    )


def _volumes(pairs: Pairs, rules: GateRules) -> list[Check]:
    """Errors from the reference, where both have a number; ``missing_ef`` counts where one has
    none. A challenger that has none anywhere keeps no error small."""
    checks = []
    for name, code, rule, title in VOLUMES:
        errors = [(error_of(a, name), error_of(b, name)) for a, b in pairs]
        known = [(a, b) for a, b in errors if a is not None and b is not None]
        margin = getattr(rules, rule)
        if not known and any(a is not None for a, _ in errors):
            checks.append(Check(code, title, _mean([a for a, _ in errors if a is not None]), None,
                                margin, False, "the challenger has no number"))  # fmt: skip
        else:
            checks.append(_margin(code, title, known, margin, partial(_within, rules, margin)))
    return checks


def _within(rules: GateRules, margin: float, found: Difference) -> bool:
    return _most(found, rules) <= margin


def _margin(
    code: str,
    title: str,
    known: list[tuple[float, float]],
    margin: float,
    holds: Callable[[Difference], bool],
) -> Check:
    if not known:
        return Check(code, title, None, None, margin, True, "nothing to compare")
    old, new = [a for a, _ in known], [b for _, b in known]
    found = paired(old, new)
    passed = found is not None and holds(found)
    return Check(code, title, _mean(old), _mean(new), margin, passed, _said(found))


def _worst_stratum(strata: list[Stratum], rules: GateRules) -> Check:
    title = "No group of cases loses"
    known = [s for s in strata if s.dice is not None]
    if not known:
        return Check("worst_stratum", title, None, None, rules.stratum_loss, True,
                     f"no group has {rules.min_stratum} cases or more")  # fmt: skip
    worst = min(known, key=lambda s: s.dice.mean if s.dice else 0.0)
    assert worst.dice is not None
    return Check(
        "worst_stratum",
        title,
        worst.champion_dice,
        worst.challenger_dice,
        rules.stratum_loss,
        worst.dice.mean >= -rules.stratum_loss,
        f"the group that gains least: {worst.by} {worst.name}, {worst.n} cases",
    )


def _failures(pairs: Pairs) -> list[Check]:
    old, new = (summarise(side) for side in _sides(pairs))
    fresh = sorted(set(new.failures) - set(old.failures))
    lacking = _without_ef(pairs)
    return [
        Check("failed_cases", "No more failed cases", old.failed_cases, new.failed_cases, 0,
              new.failed_cases <= old.failed_cases),
        Check("missing_ef", "No more cases without an EF", *lacking, 0, lacking[1] <= lacking[0]),
        Check("new_failures", "No new kind of failure", len(old.failures), len(new.failures), 0,
              not fresh, ", ".join(kind.replace("_", " ") for kind in fresh)),
    ]  # fmt: skip


def _without_ef(pairs: Pairs) -> tuple[int, int]:
    """In how many cases champion and challenger have no EF although the reference has one. A case
    that a model refused comes without a reference: the other side's says it then."""
    name = "ef_percent"
    due = [pair for pair in pairs if any(case["reference"].get(name) is not None for case in pair)]
    old, new = (sum(case.get(name) is None for case in side) for side in _sides(due))
    return old, new


def _speed(pairs: Pairs, rules: GateRules) -> Check:
    """Seconds per case on the same worker in the same job."""
    old, new = (summarise(side).seconds_per_case for side in _sides(pairs))
    title = "No slower than allowed, seconds per case"
    if old is None or new is None:
        return Check("speed", title, old, new, rules.slower_factor, True, "not timed")
    return Check("speed", title, old, new, rules.slower_factor, new <= rules.slower_factor * old)


def _sides(pairs: Pairs) -> tuple[list[Case], list[Case]]:
    return [a for a, _ in pairs], [b for _, b in pairs]


def _least(found: Difference, rules: GateRules) -> float:
    if not rules.by_interval:
        return found.mean
    return -inf if found.low is None else found.low


def _most(found: Difference, rules: GateRules) -> float:
    if not rules.by_interval:
        return found.mean
    return inf if found.high is None else found.high


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _said(found: Difference | None) -> str:
    if found is None or found.low is None or found.high is None:
        return "no interval: too few cases"
    return f"difference {found.mean:+.3f}, 95 % interval {found.low:+.3f} to {found.high:+.3f}"


def as_json(checks: Sequence[Check]) -> list[dict[str, Any]]:
    return [asdict(c) for c in checks]
