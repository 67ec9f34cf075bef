"""From the frozen reads of a case to the ``Agreement`` of the wire contract. No database."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from cmrkit.agreement import CODE_VERSION, ContourAgreement, compare_reads
from cmrkit.contracts import StackLabels, StackMeta
from portal.agreement.keys import LABELS
from portal.agreement.reasons import reasons_of
from portal.annotations.selectors import Contents, labels_on
from portal.imaging.models import Stack
from portal.protocols.schema import Rules, same_answer

__all__ = ["CODE_VERSION", "NUMBERS", "Side", "compare", "compare_answers"]

# name, unit, band
NUMBERS = (
    ("edv_ml", "ml", "edv_ml"),
    ("esv_ml", "ml", "esv_ml"),
    ("ef_percent", "points", "ef_points"),
    ("mass_g", "g", "mass_g"),
    ("rv_edv_ml", "ml", None),
    ("rv_esv_ml", "ml", None),
    ("rv_ef_percent", "points", None),
)


@dataclass(frozen=True)
class Side:
    """One reading: its colour, what it says and the numbers that follow. A model answers no
    questions, so its answers (``by_model``) are not compared."""

    key: str
    contents: Contents
    function: dict[str, Any]
    by_model: bool = False


def compare(stack: Stack, rules: Rules, sides: Sequence[Side]) -> dict[str, Any]:
    """Compare all readings with one another; ``outcome`` is ``agreed`` or ``adjudicating``."""
    answers = compare_answers(rules, [side for side in sides if not side.by_model])
    assessable = all(side.by_model or rules.needs_contours(side.contents.answers) for side in sides)
    labels = {side.key: labels_on(stack, side.contents.annotations) for side in sides}
    pairs = _pairs(stack, rules, sides, labels) if assessable else []
    found: dict[str, Any] = {
        "readings": [{"key": side.key, "label": LABELS[side.key]} for side in sides],
        "ed_phase": _phases(sides, "ed_phase", assessable=assessable),
        "es_phase": _phases(sides, "es_phase", assessable=assessable),
        "differences": _differences(sides, rules.bands) if assessable else [],
        "dice": _lowest_dice(pairs),
        "pairs": pairs,
        "answers": answers,
    }
    drawn = _drawn(sides, labels) if assessable else {}
    reasons = reasons_of(rules, found, drawn)
    return {"outcome": "adjudicating" if reasons else "agreed", **found, "reasons": reasons}


def _phases(sides: Sequence[Side], name: str, *, assessable: bool) -> dict[str, int | None]:
    return {side.key: side.function[name] if assessable else None for side in sides}


def _differences(sides: Sequence[Side], bands: dict[str, float | None]) -> list[dict[str, Any]]:
    """Every number of every reading; ``spread`` is the largest minus the smallest. A number that
    some readings have and others don't exceeds its band."""
    rows = []
    for name, unit, band_name in NUMBERS:
        values = {side.key: side.function[name] for side in sides}
        held = [value for value in values.values() if value is not None]
        spread = max(held) - min(held) if len(held) > 1 else None
        band = bands.get(band_name) if band_name else None
        some_only = 0 < len(held) < len(sides)
        exceeds = band is not None and (some_only or (spread is not None and spread > band))
        rows.append(
            {
                "name": name,
                "unit": unit,
                "values": values,
                "spread": spread,
                "band": band,
                "exceeds": exceeds,
            }
        )
    return rows


def _pairs(
    stack: Stack, rules: Rules, sides: Sequence[Side], labels: dict[str, StackLabels]
) -> list[dict[str, Any]]:
    meta = StackMeta.from_json(stack.meta)
    return [
        _pair(
            a.key,
            b.key,
            compare_reads(
                meta,
                labels[a.key],
                labels[b.key],
                a.function,
                b.function,
                rules.bands,
                pins_a=a.contents.pins,
                pins_b=b.contents.pins,
            ),
        )
        for a, b in combinations(sides, 2)
    ]


def _pair(first: str, second: str, found: ContourAgreement) -> dict[str, Any]:
    kept = ("name", "delta", "exceeds")
    return {
        "first": first,
        "second": second,
        "dice": list(found.dice),
        "differences": [{k: row[k] for k in kept} for row in found.differences],
        "per_slice": list(found.per_slice),
    }


def _lowest_dice(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each structure the lowest of all pairs."""
    if not pairs:
        return []
    rows = []
    for n, row in enumerate(pairs[0]["dice"]):
        lowest = {
            name: min(
                (p["dice"][n][name] for p in pairs if p["dice"][n][name] is not None), default=None
            )
            for name in ("ed", "es", "pooled")
        }
        rows.append({"structure": row["structure"], **lowest})
    return rows


def _drawn(sides: Sequence[Side], labels: dict[str, StackLabels]) -> dict[str, set[str]]:
    """Structures that each reading has at its own ED or ES."""
    found: dict[str, set[str]] = {}
    for side in sides:
        phases = {side.function["ed_phase"], side.function["es_phase"]}
        found[side.key] = {
            code
            for frame in labels[side.key].frames
            if frame.phase_index in phases
            for code, parts in frame.structures.items()
            if parts
        }
    return found


def compare_answers(rules: Rules, sides: Sequence[Side]) -> list[dict[str, Any]]:
    """Answers of the questions that any reading brought up."""
    given = {side.key: rules.visible_answers(side.contents.answers) for side in sides}
    rows = []
    for question in rules.questions:
        code = question["code"]
        if not any(code in answers for answers in given.values()):
            continue
        values = {key: answers.get(code) for key, answers in given.items()}
        same = all(
            same_answer(
                question,
                values[a.key],
                values[b.key],
                distance_mm=_distance_mm(a, values[a.key], b, values[b.key]),
            )
            for a, b in combinations(sides, 2)
        )
        rows.append({"question": code, "title": question["title"], "values": values, "same": same})
    return rows


def _distance_mm(a: Side, value_a: Any, b: Side, value_b: Any) -> float | None:
    """Between the landmarks that two answers name; None where either has none."""
    first, second = a.contents.point_of(value_a), b.contents.point_of(value_b)
    return None if first is None or second is None else math.dist(first, second)
