"""Reading shadow drafts: sums over cases, never a case."""

from dataclasses import asdict
from typing import Any

from cmrkit.agreement import limits_of_agreement
from cmrkit.gate.paired import paired
from portal.accounts.models import User
from portal.jobs.models import JobState
from portal.modelhub.drift_selectors import MIN_CASES
from portal.modelhub.models import ModelVersion, Shadow, ShadowDraft
from portal.reads.blinding import drift_cases

STRUCTURES = ("lv_endo", "lv_epi", "rv_endo")
NUMBERS = ("ef_percent", "edv_ml", "esv_ml")
FAILED = (JobState.FAILED, JobState.DEAD)
Row = dict[str, Any]


def n_shadowed(model: ModelVersion) -> int:
    """Cases that the model drafted in the shadow: what a gate plan may ask for."""
    rows = ShadowDraft.objects.filter(shadow__model=model, drafted_at__isnull=False)
    return rows.values("case").distinct().count()


def shadow_of(user: User, model: ModelVersion) -> dict[str, Any]:
    """How the model did in the shadow. Numbers are of cases that count for this person
    (``drift_cases``), and there are none below 5 of them."""
    drafts = ShadowDraft.objects.filter(shadow__model=model)
    is_open = Shadow.objects.filter(model=model, ended_at__isnull=True).first()
    first = Shadow.objects.filter(model=model).order_by("created_at").first()
    counted = list(drafts.filter(drafted_at__isnull=False, case__in=drift_cases(user)))
    beside = [row.beside_champion for row in counted if row.beside_champion]
    held = [row.beside_reference for row in counted if row.beside_reference]
    return {
        "is_open": is_open is not None,
        "started_at": first.created_at if first else None,
        "n_drafted": n_shadowed(model),
        "n_failed": drafts.filter(drafted_at__isnull=True, job__state__in=FAILED).count(),
        "least": MIN_CASES,
        "beside_champion": {"n": len(beside), "rows": _beside_champion(beside)},
        "beside_reference": {"n": len(held), "rows": _beside_reference(held)},
    }


def _beside_champion(rows: list[Row]) -> list[Row]:
    """Mean Dice between the two drafts, and shadow minus champion of each number."""
    if len(rows) < MIN_CASES:
        return []
    dice = [_mean_row(s, [r["dice"][s] for r in rows]) for s in STRUCTURES]
    return dice + [_bias_row(name, [r["differences"][name] for r in rows]) for name in NUMBERS]


def _mean_row(name: str, values: list[float | None]) -> Row:
    known = [value for value in values if value is not None]
    found = paired([0.0] * len(known), known)
    return {"name": name, "kind": "dice", "n": len(known), **_said(found)}


def _bias_row(name: str, values: list[float | None]) -> Row:
    known = [value for value in values if value is not None]
    found = limits_of_agreement([0.0] * len(known), known)
    return {
        "name": name,
        "kind": "difference",
        "n": found.n,
        "mean": found.bias.value,
        "low": found.bias.low,
        "high": found.bias.high,
        "lower": found.lower.value,
        "upper": found.upper.value,
    }


def _beside_reference(rows: list[Row]) -> list[Row]:
    """Champion and shadow against the same references: Dice, and how far numbers lie off."""
    if len(rows) < MIN_CASES:
        return []
    found = []
    for structure in STRUCTURES:
        pairs = [(r["champion"]["dice"][structure], r["shadow"]["dice"][structure]) for r in rows]
        found.append(_pair_row(structure, "dice", pairs))
    for name in NUMBERS:
        pairs = [_off(r["champion"], r["shadow"], name) for r in rows]
        found.append(_pair_row(name, "error", pairs))
    return found


def _off(champion: Row, shadow: Row, name: str) -> tuple[float | None, float | None]:
    old, new = champion["differences"][name], shadow["differences"][name]
    return None if old is None else abs(old), None if new is None else abs(new)


def _pair_row(name: str, kind: str, pairs: list[tuple[float | None, float | None]]) -> Row:
    known = [(a, b) for a, b in pairs if a is not None and b is not None]
    old, new = [a for a, _ in known], [b for _, b in known]
    n = len(known)
    return {
        "name": name,
        "kind": kind,
        "n": n,
        "champion": sum(old) / n if n else None,
        "shadow": sum(new) / n if n else None,
        **_said(paired(old, new)),
    }


def _said(found: Any) -> Row:
    """Mean and interval; all None where there is nothing."""
    if found is None:
        return {"mean": None, "low": None, "high": None}
    return {key: value for key, value in asdict(found).items() if key != "n"}
