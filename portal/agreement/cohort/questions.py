"""Agreement of answers: classes, numbers, dates. No database."""

from collections import defaultdict
from dataclasses import asdict
from typing import Any

from cmrkit.agreement import (
    Codes,
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
    return _classes(code, question["title"], options, pairs, *table)


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
        *_by_reading(built, ticked),
    )


def _classes(
    code: str,
    title: str,
    options: dict[str, str],
    pairs: list[tuple[Any, tuple[Any, Any]]],
    table: list[list[Any]],
    cases: list[Any],
) -> dict[str, Any]:
    known = [(case, list(pair)) for case, pair in pairs if None not in pair]
    codes = encode([pair for _, pair in known] or [[None, None]], list(options))
    every, graded = encode(table or [[None, None]], list(options)), _graded(table, options)
    of = cases if table else [None]
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
            **({} if several else _cohen(codes, _graded([pair for _, pair in known], options))),
            "fleiss": asdict(fleiss_kappa(every, cases=of)),
            "gwet_ac1": asdict(gwet(every, cases=of)),
            "gwet_ac2_linear": asdict(gwet(graded, "linear", cases=of)),
            "gwet_ac2_quadratic": asdict(gwet(graded, "quadratic", cases=of)),
            "krippendorff_nominal": asdict(krippendorff_alpha(every, cases=of)),
            "krippendorff_ordinal": asdict(krippendorff_alpha(graded, "ordinal", cases=of)),
        },
    }


def _graded(rows: list[list[Any]], options: dict[str, str]) -> Codes:
    """For what goes by the order of the options: *not assessable* is no grade above the last one,
    and counts as missing."""
    return encode(
        [[None if value == NOT_ASSESSABLE else value for value in row] for row in rows]
        or [[None, None]],
        [value for value in options if value != NOT_ASSESSABLE],
    )


def _cohen(codes: Codes, graded: Codes) -> dict[str, Any]:
    return {
        "cohen_nominal": asdict(cohen_kappa(codes)),
        "cohen_linear": asdict(cohen_kappa(graded, "linear")),
        "cohen_quadratic": asdict(cohen_kappa(graded, "quadratic")),
    }


def _number(built: Cohort, question: dict[str, Any]) -> dict[str, Any]:
    def number(answers: dict[str, Any]) -> float | None:
        value = answers.get(question["code"])
        return float(value) if isinstance(value, int | float) else None

    pairs = [(number(row.answers_a), number(row.answers_b)) for row in built.rows]
    known = [pair for pair in pairs if None not in pair]
    table, cases = _by_reading(built, number)
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
        "estimates": {"krippendorff_interval": asdict(krippendorff_interval(table, cases=cases))},
    }


def _by_reading(built: Cohort, value_of: Any) -> tuple[list[list[Any]], list[Any]]:
    """(rows, readings), and whose each row is. Between readers a row is a case with each reading
    once, None where there are fewer than most; where the columns are roles (reader and AI, first
    and second) a row is a pair, and a case may have several."""
    if built.query.comparison != Kind.INTER:
        rows = [[value_of(row.answers_a), value_of(row.answers_b)] for row in built.rows]
        return rows, [row.case_id for row in built.rows]
    cases: dict[Any, dict[str, Any]] = defaultdict(dict)
    for row in built.rows:
        cases[row.case_id] |= {
            row.reader_a: value_of(row.answers_a),
            row.reader_b: value_of(row.answers_b),
        }
    widest = max((len(readings) for readings in cases.values()), default=0)
    table = [
        [readings[key] for key in sorted(readings)] + [None] * (widest - len(readings))
        for readings in cases.values()
    ]
    return table, list(cases)
