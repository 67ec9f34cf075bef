"""Where a portal's exported statistics differ from those of the raw reads."""

import csv
from collections.abc import Iterable, Mapping
from typing import IO, Any

import numpy as np

from tests.independent.pairs import pairs_of
from tests.independent.reads import raw_reads
from tests.independent.statistics import FORMS, METRICS, Flat, exported_pairs, statistics

COMPARISONS = ("inter", "intra", "ai", "reference", "ai_reference")
RELATIVE = 1e-6  # of every number; and so much absolutely, about zero
_KEYS = ("comparison", "case", "reader_a", "reader_b", "measure", "structure", "level", "phase")


def wrong_pairs(raw: str | IO[bytes], exported: Iterable[Mapping[str, Any]]) -> list[str]:
    """Rows of the pairs' table that the raw reads don't give, and those that are missing."""
    cases, _ = raw_reads(raw)
    rows = list(exported)
    expected: dict[tuple[str, ...], Any] = {}
    for comparison in {str(row["comparison"]) for row in rows}:
        expected |= exported_pairs(pairs_of(cases, comparison), comparison)
    measures = {key[4] for key in expected}
    given = {
        tuple(str(row[key] or "") for key in _KEYS): float(row["value"])
        for row in rows
        if row["measure"] in measures and row["value"] not in (None, "")
    }
    return _differing(expected, given)


def wrong_statistics(raw: str | IO[bytes], answers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Figures of the portal's answers (by comparison) that differ, or that it lacks."""
    cases, protocol = raw_reads(raw)
    found = []
    for comparison, answer in answers.items():
        expected = statistics(pairs_of(cases, comparison), comparison, protocol)
        given = {key: value for key, value in flat(answer).items() if key in expected}
        found += [f"{comparison}: {line}" for line in _differing(expected, given)]
    return found


def _differing(expected: Mapping[Any, float], given: Mapping[Any, float]) -> list[str]:
    def name(key: Any) -> str:
        return key if isinstance(key, str) else " ".join(filter(None, key))

    lines = [f"{name(key)} is missing" for key in expected.keys() - given.keys()]
    lines += [f"{name(key)} shouldn't be there" for key in given.keys() - expected.keys()]
    for key in expected.keys() & given.keys():
        if not np.isclose(given[key], expected[key], rtol=RELATIVE, atol=RELATIVE):
            lines.append(f"{name(key)} is {given[key]!r}, the raw reads give {expected[key]!r}")
    return sorted(lines)


def flat(answer: Mapping[str, Any]) -> Flat:
    """The portal's answer under the names of ``statistics``; what is not defined is left out."""
    found: dict[str, Any] = {"n_pairs": answer["n_pairs"], "n_cases": answer["n_cases"]}
    for row in answer["numbers"]:
        name = row["name"]
        for key in ("n_pairs", "mean_absolute", "sd"):
            found[f"{name}.{key}"] = row[key]
        for key in ("bias", "lower", "upper", "cov", "concordance"):
            found[f"{name}.{key}"] = row[key]["value"]
        found[f"{name}.bias.low"] = row["bias"]["low"]
        found[f"{name}.bias.high"] = row["bias"]["high"]
        for form in FORMS:
            found[f"{name}.{form}"] = row["icc"][form]["value"]
    for row in answer["contours"]:
        for metric in METRICS:
            place = (row["structure"], row["level"], row["phase"], metric)
            found[".".join(place)] = row[metric]["mean"]["value"]
    for row in answer["questions"]:
        head = f"answer.{row['code']}"
        found[f"{head}.same"] = row["same"]
        for i, line in enumerate(row["confusion"]):
            found |= {f"{head}.confusion.{i}.{j}": n for j, n in enumerate(line)}
        for key, estimate in row["estimates"].items():
            found[f"{head}.{key}"] = estimate["value"]
    return {key: float(value) for key, value in found.items() if value is not None}


def rows_of(csv_text: str) -> list[dict[str, str]]:
    """The exported CSV; a text that a spreadsheet might run has an apostrophe before it."""
    return list(csv.DictReader(csv_text.splitlines()))
