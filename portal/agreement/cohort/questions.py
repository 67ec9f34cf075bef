"""Agreement of answers: classes, numbers, dates. No database."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from cmrkit.agreement import (
    cohen_kappa,
    confusion,
    encode,
    fleiss_kappa,
    gwet,
    krippendorff_alpha,
    krippendorff_interval,
)
from portal.agreement.cohort.pairing import Kind
from portal.agreement.cohort.rows import Cohort
from portal.protocols.schema import is_not_assessable

NOT_ASSESSABLE = "not_assessable"


def question_tables(built: Cohort) -> list[dict[str, Any]]:
    """One row for each question with options, or a number, that any pair answered."""
    if built.rules is None:
        return []
    rows = []
    for question in built.rules.questions:
        if question["kind"] == "choice":
            rows.append(_choice(built, question))
        elif question["kind"] == "multiple":
            rows += [_ticked(built, question, option) for option in question["options"]]
        elif question["kind"] == "number":
            rows.append(_number(built, question))
    return [row for row in rows if row["n_pairs"]]


def answer_of(answers: dict[str, Any], code: str) -> Any:
    """The answer with *not assessable* as a class of its own; None where none was given."""
    value = answers.get(code)
    return NOT_ASSESSABLE if is_not_assessable(value) else value


def _choice(built: Cohort, question: dict[str, Any]) -> dict[str, Any]:
    options = {row["value"]: row["title"] for row in question["options"]}
    if question["not_assessable"]:
        options[NOT_ASSESSABLE] = "Not assessable"
    code = question["code"]
    pairs = [
        (row.case_id, (answer_of(row.answers_a, code), answer_of(row.answers_b, code)))
        for row in built.rows
    ]
    table = _by_reading(built, lambda answers: answer_of(answers, code))
    return _classes(code, question["title"], options, pairs, table)


def _ticked(built: Cohort, question: dict[str, Any], option: dict[str, str]) -> dict[str, Any]:
    """Several may be ticked: each option is a question of its own, yes or no."""
    code, wanted = question["code"], option["value"]

    def ticked(answers: dict[str, Any]) -> str | None:
        value = answers.get(code)
        return ("yes" if wanted in value else "no") if isinstance(value, list) else None

    pairs = [(row.case_id, (ticked(row.answers_a), ticked(row.answers_b))) for row in built.rows]
    return _classes(
        f"{code}.{wanted}",
        f"{question['title']}: {option['title']}",
        {"no": "No", "yes": "Yes"},
        pairs,
        _by_reading(built, ticked),
    )


def _classes(
    code: str,
    title: str,
    options: dict[str, str],
    pairs: list[tuple[Any, tuple[Any, Any]]],
    table: list[list[Any]],
) -> dict[str, Any]:
    known = [(case, list(pair)) for case, pair in pairs if None not in pair]
    codes = encode([pair for _, pair in known] or [[None, None]], list(options))
    every = encode(table or [[None, None]], list(options))
    several = len({case for case, _ in known}) < len(known)
    return {
        "code": code,
        "title": title,
        "kind": "classes",
        "n_pairs": len(known),
        "n_cases": len({case for case, _ in known}),
        "same": sum(a == b for _, (a, b) in known),
        "categories": [{"value": value, "title": name} for value, name in options.items()],
        "confusion": confusion(codes).tolist(),
        "pairs_are_independent": not several,
        "estimates": {
            **(
                {}
                if several
                else {
                    f"cohen_{weights}": asdict(cohen_kappa(codes, weights))
                    for weights in ("nominal", "linear", "quadratic")
                }
            ),
            "fleiss": asdict(fleiss_kappa(every)),
            "gwet_ac1": asdict(gwet(every)),
            "gwet_ac2_linear": asdict(gwet(every, "linear")),
            "gwet_ac2_quadratic": asdict(gwet(every, "quadratic")),
            "krippendorff_nominal": asdict(krippendorff_alpha(every)),
            "krippendorff_ordinal": asdict(krippendorff_alpha(every, "ordinal")),
        },
    }


def _number(built: Cohort, question: dict[str, Any]) -> dict[str, Any]:
    def number(answers: dict[str, Any]) -> float | None:
        value = answers.get(question["code"])
        return float(value) if isinstance(value, int | float) else None

    pairs = [(number(row.answers_a), number(row.answers_b)) for row in built.rows]
    known = [pair for pair in pairs if None not in pair]
    return {
        "code": question["code"],
        "title": question["title"],
        "kind": "number",
        "n_pairs": len(known),
        "n_cases": len(
            {r.case_id for r, p in zip(built.rows, pairs, strict=True) if None not in p}
        ),
        "same": sum(a == b for a, b in known),
        "categories": [],
        "confusion": [],
        "pairs_are_independent": True,
        "estimates": {
            "krippendorff_interval": asdict(krippendorff_interval(_by_reading(built, number)))
        },
    }


def _by_reading(built: Cohort, value_of: Any) -> list[list[Any]]:
    """(cases, readings): each reading of a case once, None where there are fewer than most. A
    pair is a case of its own where the columns are roles (reader and AI, first and second)."""
    if built.query.comparison != Kind.INTER:
        return [[value_of(row.answers_a), value_of(row.answers_b)] for row in built.rows]
    cases: dict[Any, dict[str, Any]] = defaultdict(dict)
    for row in built.rows:
        cases[row.case_id] |= {
            row.reader_a: value_of(row.answers_a),
            row.reader_b: value_of(row.answers_b),
        }
    widest = max((len(readings) for readings in cases.values()), default=0)
    return [
        [readings[key] for key in sorted(readings)] + [None] * (widest - len(readings))
        for readings in cases.values()
    ]
