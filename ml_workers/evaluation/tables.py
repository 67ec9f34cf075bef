"""Scores as the tables that a model's card shows, and as the cells of a full report."""

from collections.abc import Iterable
from itertools import product
from typing import Any

import numpy as np

from ml_workers.confidence.fitting import quality
from ml_workers.confidence.model import Confidence
from ml_workers.evaluation.acdc import LEVELS, PHASES, WHOLE, AcdcScores, Patient, Score
from ml_workers.evaluation.bootstrap import interval_of, mean_interval
from ml_workers.evaluation.sunnybrook import EndocardiumScores

WORDS = {"rv": "RV cavity", "myocardium": "Myocardium", "lv": "LV cavity"}
FAILURE_POINTS = 15.0
ON_ACDC = "Dice on 15 ACDC patients kept out"
ON_SUNNYBROOK = "Endocardial Dice on Sunnybrook SC-HF-I-4"
BY_LEVEL = "The same by level"
BY_GROUP = "The same by disease group"
EF = "Ejection fraction on the same 15 patients, by voxel ratio"
CALIBRATION = "Expected Dice against real Dice, same 15 patients"
Row = dict[str, Any]
Table = dict[str, Any]


def acdc_tables(found: AcdcScores, rule: Confidence | None) -> list[Table]:
    by_structure = [
        _row(f"{WORDS[s]}, {phase}", found.where(structure=s, phase=phase))
        for s, phase in product(WORDS, PHASES)
    ]
    tables = [
        {
            "title": ON_ACDC,
            "note": "Volume Dice; intervals by drawing patients again.",
            "rows": [_row("Mean", found.where()), *by_structure],
        },
        {
            "title": BY_LEVEL,
            "note": "Thirds of the slices with an LV in the expert's contours.",
            "rows": [
                _row(f"{WORDS[s]}, {phase}, {level}", scores)
                for s, phase, level in product(WORDS, PHASES, LEVELS)
                if (scores := found.where(structure=s, phase=phase, level=level))
            ],
        },
        {
            "title": BY_GROUP,
            "note": "Three patients each: an interval over three says little.",
            "rows": [
                _row(f"{group}, {WORDS[s]}, {phase}", scores)
                for group, s, phase in product(_groups(found), WORDS, PHASES)
                if (scores := found.where(group=group, structure=s, phase=phase))
            ],
        },
        ef_table(found.patients),
    ]
    if rule is not None:
        tables.append(calibration_table(found, rule))
    return tables


def cells(found: AcdcScores) -> list[Row]:
    """Every crossing of structure, phase, level and group that has patients."""
    groups = [*_groups(found), None]
    rows = []
    for s, phase, level, group in product(WORDS, PHASES, (WHOLE, *LEVELS), groups):
        wanted = {"structure": s, "phase": phase, "level": level}
        scores = found.where(**wanted, **({"group": group} if group else {}))
        if scores:
            row = _row("", scores)
            del row["name"]
            rows.append({**wanted, "group": group or "all", **row})
    return rows


def sunnybrook_table(found: EndocardiumScores) -> Table:
    values = np.array(list(found.dice.values()))
    median, low, high = interval_of(values, lambda v: float(np.median(v)))
    return {
        "title": ON_SUNNYBROOK,
        "note": "One patient: the interval is over frames, not over people.",
        "rows": [
            {"name": "Median", **_rounded(median, low, high), "n": len(values)},
            {"name": "Worst frame", "value": round(float(values.min()), 3), "n": 1},
        ],
    }


def ef_table(patients: tuple[Patient, ...]) -> Table:
    rows = []
    for name in ("lv", "rv"):
        errors = np.array([p.ef[name] - p.expert_ef[name] for p in patients])
        label = f"{name.upper()} EF"
        mae = interval_of(np.abs(errors), lambda v: float(v.mean()))
        bias = interval_of(errors, lambda v: float(v.mean()))
        silent = [p for p, e in zip(patients, errors, strict=True) if abs(e) > FAILURE_POINTS]
        unflagged = [p for p in silent if not p.flags]
        n = len(patients)
        rows += [
            {"name": f"{label}, mean absolute error (points)", **_rounded(*mae, 1), "n": n},
            {"name": f"{label}, bias (points)", **_rounded(*bias, 1), "n": n},
            {"name": f"{label}, worst (points)", "value": round(float(np.abs(errors).max()), 1)},
            {"name": f"{label}, more than {FAILURE_POINTS:.0f} points off", "value": len(silent)},
            {"name": f"{label}, of these without any finding", "value": len(unflagged)},
        ]
    flagged = sum(bool(p.flags) for p in patients)
    rows.append({"name": "Patients with a finding", "value": flagged, "n": len(patients)})
    return {"title": EF, "rows": rows}


def calibration_table(found: AcdcScores, rule: Confidence) -> Table:
    """On the patients kept out; where the rule was fitted to them, as cross-validation found it."""
    measured = rule.about.get("cross_validated")
    note = "The rule was fitted to other patients."
    if rule.about.get("fitted_to_test_patients") and measured:
        note = "The rule was fitted to these patients; these numbers are cross-validated over them."
    else:
        pairs = [pair for patient in found.patients for pair in _expected(found, patient)]
        measured = by_structure(pairs, rule.threshold)
    rows = [row for name, q in measured.items() for row in _quality_rows(name, q, rule.threshold)]
    return {"title": CALIBRATION, "note": note, "rows": rows}


def by_structure(pairs: list[tuple[str, float, float]], threshold: float) -> dict[str, Any]:
    """Quality of (structure, expected, real), over all and by structure."""
    chosen = {name: [p[1:] for p in pairs if name in ("all", p[0])] for name in ("all", *WORDS)}
    found = {}
    for name, rows in chosen.items():
        if rows:
            expected, real = np.array(rows).T
            found[name] = quality(expected, real, threshold)
    return found


def _quality_rows(name: str, q: dict[str, Any], threshold: float) -> list[Row]:
    label, n = WORDS.get(name, "All"), q["n"]
    rows = [
        {"name": f"{label}, mean absolute error", "value": round(q["mae"], 3), "n": n},
        {"name": f"{label}, correlation", "value": round(q["correlation"], 3), "n": n},
        {"name": f"{label}, bias", "value": round(q["bias"], 3), "n": n},
        {"name": f"{label}, slope", "value": round(q["slope"], 2), "n": n},
    ]
    if name == "all":
        rows += [
            {"name": f"Real Dice below {threshold}", "value": q["poor"], "n": n},
            {"name": "of these expected below it", "value": q["poor_flagged"], "n": q["poor"]},
            {"name": "expected below it in all", "value": q["flagged"], "n": n},
        ]
    return rows


def _expected(found: AcdcScores, patient: Patient) -> Iterable[tuple[str, float, float]]:
    """(structure, expected, real) of one patient's draft."""
    for structure, phases in patient.expected.items():
        for phase, value in phases.items():
            (score,) = found.where(
                patient=patient.patient, structure=structure, phase=phase.upper()
            )
            yield structure, value, score.dice


def _groups(found: AcdcScores) -> list[str]:
    return sorted({score.group for score in found.scores})


def _row(name: str, scores: list[Score]) -> Row:
    values: dict[str, list[float]] = {}
    for score in scores:
        values.setdefault(score.patient, []).append(score.dice)
    return {"name": name, **_rounded(*mean_interval(values)), "n": len(values)}


def _rounded(value: float, low: float, high: float, digits: int = 3) -> dict[str, float]:
    return {
        "value": round(value, digits),
        "low": round(low, digits),
        "high": round(high, digits),
    }
