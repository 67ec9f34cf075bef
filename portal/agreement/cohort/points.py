"""The points of a plot, each with the case behind it; and what lies behind one point."""

import random
from typing import Any

from portal.agreement.cohort.questions import answer_of
from portal.agreement.cohort.rows import Cohort, PairRow
from portal.agreement.cohort.sides import NUMBERS
from portal.agreement.cohort.tables import METRICS
from portal.core.errors import InvalidInput

MOST_POINTS = 5000  # more can't be told apart on a screen
SEED = 1


def points(built: Cohort, measure: str) -> dict[str, Any]:
    """``measure``: a number's name, ``METRIC:STRUCTURE:LEVEL:PHASE``, or ``answer:QUESTION``.
    Of very many points a seeded sample is given, and ``n`` says how many there are."""
    found = [
        {
            "case_id": str(row.case_id),
            "case": row.case,
            "reader_a": row.reader_a,
            "reader_b": row.reader_b,
            "site": row.site,
            "vendor": row.vendor,
            "disease": row.disease,
            **values,
        }
        for row in built.rows
        if (values := _values(row, measure)) is not None
    ]
    shown = found
    if len(found) > MOST_POINTS:
        shown = random.Random(SEED).sample(found, MOST_POINTS)
    return {"measure": measure, "pending": built.pending, "n": len(found), "points": shown}


def _values(row: PairRow, measure: str) -> dict[str, Any] | None:
    kind, *rest = measure.split(":")
    if not rest and kind in {name for name, *_ in NUMBERS}:
        a, b = row.numbers_a.get(kind), row.numbers_b.get(kind)
        return None if a is None or b is None else {"a": a, "b": b, "value": b - a}
    if kind in METRICS and len(rest) == 3:
        return _of_contours(row, kind, rest)
    if kind == "answer" and len(rest) == 1:
        one, two = (answer_of(answers, rest[0]) for answers in (row.answers_a, row.answers_b))
        return None if one is None or two is None else {"a": one, "b": two, "value": None}
    raise InvalidInput(
        measure=["A number's name, METRIC:STRUCTURE:LEVEL:PHASE or answer:QUESTION."]
    )


def _of_contours(row: PairRow, metric: str, place: list[str]) -> dict[str, Any] | None:
    for found in row.contours:
        if [found["structure"], found["level"], found["phase"]] == place:
            value = found[metric]
            return None if value is None else {"a": None, "b": None, "value": value}
    return None
