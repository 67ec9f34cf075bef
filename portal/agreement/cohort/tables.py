"""Statistics of a cohort's pairs, JSON-ready. No database."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict
from math import inf
from typing import Any

import numpy as np
from scipy.stats import t

from cmrkit.agreement import (
    Estimate,
    concordance,
    intraclass_correlation,
    limits_of_agreement,
    not_defined,
    within_subject_cov,
)
from portal.agreement.cohort.pairing import Kind
from portal.agreement.cohort.rows import GROUPS, Cohort, PairRow
from portal.agreement.cohort.sides import NUMBERS

METRICS = ("dice", "jaccard", "hd_mm", "hd95_mm", "mean_mm")
AT_MOST = {"dice": 1.0, "jaccard": 1.0}  # distances have no end; nothing is below 0
READERS_DIFFER = "Readers differ from case to case: only the one-way forms hold."
SEVERAL_PAIRS = "Several pairs of one case: no interval."
ICC_FORMS = ("icc1", "icc2", "icc3", "icc1k", "icc2k", "icc3k")
_PARTS = ("basal_ml", "apical_ml", "gap_ml", "phase_ml", "contour_ml", "phase_and_contour_ml")


def number_tables(built: Cohort) -> list[dict[str, Any]]:
    """One row for each number that any pair has."""
    rows = [_number(built, *row) for row in NUMBERS]
    return [row for row in rows if row["n_pairs"] or row["n_one_only"]]


def pairs_with(rows: Iterable[PairRow], name: str) -> list[tuple[PairRow, float, float]]:
    found = []
    for row in rows:
        a, b = row.numbers_a.get(name), row.numbers_b.get(name)
        if a is not None and b is not None:
            found.append((row, a, b))
    return found


def _number(built: Cohort, name: str, title: str, unit: str, band: str | None) -> dict[str, Any]:
    pairs = pairs_with(built.rows, name)
    one_only = sum(
        (row.numbers_a.get(name) is None) != (row.numbers_b.get(name) is None) for row in built.rows
    )
    width = built.rules.bands.get(band) if built.rules and band else None
    differences = [b - a for _, a, b in pairs]
    table, readers_are_same = _table(built.query.comparison, pairs)
    n_cases = len({row.case_id for row, *_ in pairs})
    return {
        "name": name,
        "title": title,
        "unit": unit,
        "band": width,
        "beyond_band": None if width is None else sum(abs(d) > width for d in differences),
        "n_pairs": len(pairs),
        "n_cases": n_cases,
        "n_one_only": one_only,
        "mean_absolute": float(np.mean(np.abs(differences))) if differences else None,
        **_limits(pairs),
        "icc": _icc(table, readers_are_same, n_cases),
        "cov": _by_case(asdict(within_subject_cov(table)), len(table), n_cases),
        "concordance": asdict(_concordance(pairs)),
        "attribution": _attribution(built.rows, name),
    }


def _limits(pairs: list[tuple[PairRow, float, float]]) -> dict[str, Any]:
    found = limits_of_agreement(
        [a for _, a, _ in pairs],
        [b for _, _, b in pairs],
        cases=[str(row.case_id) for row, *_ in pairs],
    )
    return {
        "bias": asdict(found.bias),
        "sd": found.sd,
        "lower": asdict(found.lower),
        "upper": asdict(found.upper),
        "by_case": found.by_case,
    }


def _table(kind: Kind, pairs: list[tuple[PairRow, float, float]]) -> tuple[np.ndarray, bool]:
    """(rows, readings) for ICC and CoV. Between readers a row has all readings of a case, of cases
    with the most common number of them; else it is a pair, and a case may have several. Whether
    column j is one and the same reader (or role) throughout."""
    if kind != Kind.INTER:
        return np.array([(a, b) for _, a, b in pairs]).reshape(-1, 2), True
    cases: dict[Any, dict[str, float]] = defaultdict(dict)
    for row, a, b in pairs:
        cases[row.case_id] |= {row.reader_a: a, row.reader_b: b}
    if not cases:
        return np.empty((0, 2)), False
    numbers = Counter(len(readings) for readings in cases.values())
    k = max(numbers, key=lambda n: (numbers[n], n))
    whole = [readings for readings in cases.values() if len(readings) == k]
    readers = {tuple(sorted(readings)) for readings in whole}
    table = [[readings[key] for key in sorted(readings)] for readings in whole]
    return np.array(table), len(readers) == 1


def _icc(table: np.ndarray, readers_are_same: bool, n_cases: int) -> dict[str, Any]:
    found = asdict(intraclass_correlation(table))
    if not readers_are_same:
        for form in ("icc2", "icc3", "icc2k", "icc3k"):
            found[form] = asdict(not_defined(len(table), READERS_DIFFER))
    for form in ICC_FORMS:
        found[form] = _by_case(found[form], len(table), n_cases)
    return {**found, "n_cases": min(found["n_cases"], n_cases)}


def _by_case(estimate: dict[str, Any], n_rows: int, n_cases: int) -> dict[str, Any]:
    """An interval takes its rows for independent; several pairs of one case aren't."""
    if n_rows <= n_cases:
        return estimate
    why = estimate["why"] or SEVERAL_PAIRS
    return {**estimate, "low": None, "high": None, "n": n_cases, "method": "", "why": why}


def _concordance(pairs: list[tuple[PairRow, float, float]]) -> Estimate:
    found = concordance([a for _, a, _ in pairs], [b for _, _, b in pairs])
    if len({row.case_id for row, *_ in pairs}) == len(pairs):
        return found
    why, n_cases = found.why or SEVERAL_PAIRS, len({row.case_id for row, *_ in pairs})
    return Estimate(found.value, None, None, n_cases, found.level, "", why)


def _attribution(rows: list[PairRow], name: str) -> dict[str, Any] | None:
    """Means over pairs of the parts and of their sizes; parts that were not told apart apart."""
    found = [row.attribution[name] for row in rows if name in row.attribution]
    if not found:
        return None
    parts = {}
    for part in _PARTS:
        values = [row[part] for row in found if row[part] is not None]
        parts[part] = {
            "n": len(values),
            "mean": float(np.mean(values)) if values else None,
            "mean_absolute": float(np.mean(np.abs(values))) if values else None,
        }
    total = [row["total_ml"] for row in found]
    return {"n": len(found), "mean_total_ml": float(np.mean(total)), "parts": parts}


def contour_tables(built: Cohort) -> list[dict[str, Any]]:
    """Per structure × level × phase: every metric's spread over pairs, and its mean over cases
    with a t interval."""
    groups: dict[tuple[str, str, str], list[tuple[PairRow, dict[str, Any]]]] = defaultdict(list)
    for row in built.rows:
        for found in row.contours:
            groups[found["structure"], found["level"], found["phase"]].append((row, found))
    return [
        {
            "structure": structure,
            "level": level,
            "phase": phase,
            "n_pairs": len(pairs),
            "n_cases": len({row.case_id for row, _ in pairs}),
            "n_frames": sum(found["n_frames"] for _, found in pairs),
            "one_sided": sum(found["one_sided"] for _, found in pairs),
            **{
                metric: _spread(
                    [(row, found[metric]) for row, found in pairs], AT_MOST.get(metric, inf)
                )
                for metric in METRICS
            },
        }
        for (structure, level, phase), pairs in sorted(groups.items())
    ]


def _spread(values: list[tuple[PairRow, float | None]], at_most: float) -> dict[str, Any]:
    known = [(row.case_id, value) for row, value in values if value is not None]
    numbers = [value for _, value in known]
    quartiles = np.quantile(numbers, [0, 0.25, 0.5, 0.75, 1]) if numbers else None
    return {
        "mean": asdict(mean_over_cases(known, at_most)),
        "sd": float(np.std(numbers, ddof=1)) if len(numbers) > 1 else None,
        "box": None if quartiles is None else [float(q) for q in quartiles],
    }


def mean_over_cases(values: list[tuple[Any, float]], at_most: float) -> Estimate:
    """Each case counts once, with the mean of its pairs; t interval over cases, cut where the
    measure itself ends: at 0, and at ``at_most``."""
    cases: dict[Any, list[float]] = defaultdict(list)
    for case, value in values:
        cases[case].append(value)
    means = np.array([np.mean(found) for found in cases.values()])
    n = len(means)
    if n == 0:
        return not_defined(0, "Nothing to measure.")
    mean = float(means.mean())
    if n == 1:
        return Estimate(mean, None, None, 1, why="One case alone: no interval.")
    half = float(t.ppf(0.975, n - 1) * means.std(ddof=1) / np.sqrt(n))
    low, high = max(mean - half, 0.0), min(mean + half, at_most)
    return Estimate(mean, low, high, n, method="t over cases")


def group_tables(built: Cohort) -> dict[str, list[dict[str, Any]]]:
    """By site, vendor, disease and reader: how the groups compare."""
    return {by: _by(built, by) for by in GROUPS}


def _by(built: Cohort, by: str) -> list[dict[str, Any]]:
    groups: dict[str, list[PairRow]] = defaultdict(list)
    people = {key for key, _ in built.names.people()}
    for row in built.rows:
        for name in row.group(by):
            if by != "reader" or name in people:
                groups[name].append(row)
    labels = built.names.labels if by == "reader" else {}
    return [
        {"group": name, "label": labels.get(name, name), **_small(rows)}
        for name, rows in sorted(groups.items(), key=lambda g: labels.get(g[0], g[0]))
    ]


def heat_map(built: Cohort) -> list[dict[str, Any]]:
    """A cell for each two who met on a case."""
    cells: dict[tuple[str, str], list[PairRow]] = defaultdict(list)
    for row in built.rows:
        cells[row.reader_a, row.reader_b].append(row)
    return [
        {"reader_a": a, "reader_b": b, **_small(rows)} for (a, b), rows in sorted(cells.items())
    ]


def _small(rows: list[PairRow]) -> dict[str, Any]:
    """The few figures of a group: pooled Dice of each structure, bias and limits of each number."""
    return {
        "n_pairs": len(rows),
        "n_cases": len({row.case_id for row in rows}),
        "dice": {
            code: asdict(mean_over_cases(values, AT_MOST["dice"]))
            for code, values in _dice_of(rows, lambda c: (c["level"], c["phase"]) == ("all", "all"))
        },
        "numbers": {name: _limits_of(rows, name) for name, *_ in NUMBERS if pairs_with(rows, name)},
    }


def _limits_of(rows: list[PairRow], name: str) -> dict[str, Any]:
    pairs = pairs_with(rows, name)
    sizes = [abs(b - a) for _, a, b in pairs]
    found = _limits(pairs)
    return {**found, "mean_absolute": float(np.mean(sizes)) if sizes else None}


def _dice_of(
    rows: list[PairRow], wanted: Callable[[dict[str, Any]], bool]
) -> list[tuple[str, list[tuple[Any, float]]]]:
    found: dict[str, list[tuple[Any, float]]] = defaultdict(list)
    for row in rows:
        for contour in row.contours:
            if wanted(contour):
                found[contour["structure"]].append((row.case_id, contour["dice"]))
    return sorted(found.items())
