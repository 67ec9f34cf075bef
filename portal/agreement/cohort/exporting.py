"""One row per pair × measure, as CSV or Parquet: what an independent script needs to come to the
same numbers."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import transaction

from portal.accounts.models import User
from portal.agreement.cohort.landmarks import AGAINST_REFERENCE, asked_landmarks, exported
from portal.agreement.cohort.questions import answer_of
from portal.agreement.cohort.rows import Cohort, PairRow
from portal.agreement.cohort.sides import NUMBERS
from portal.agreement.cohort.tables import METRICS
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput, Unavailable
from portal.projects.models import Project

FORMATS = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}
COLUMNS = pa.schema(
    [
        ("comparison", pa.string()),
        ("case", pa.string()),
        ("reader_a", pa.string()),
        ("reader_b", pa.string()),
        ("site", pa.string()),
        ("vendor", pa.string()),
        ("disease", pa.string()),
        ("measure", pa.string()),
        ("structure", pa.string()),
        ("level", pa.string()),
        ("phase", pa.string()),
        ("unit", pa.string()),
        ("a", pa.float64()),
        ("b", pa.float64()),
        ("value", pa.float64()),
        ("answer_a", pa.string()),
        ("answer_b", pa.string()),
        ("spacing_assumed", pa.bool_()),
    ]
)
_UNITS = {"hd_mm": "mm", "hd95_mm": "mm", "mean_mm": "mm"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class StatisticsPending(Unavailable):
    code = "statistics_pending"
    message = "Some comparisons are still being computed. Try again in a moment."


def export(*, by: User, project: Project, built: Cohort, file_format: str) -> bytes:
    """The pairs as a file. Raises StatisticsPending while some are missing: a part of a cohort
    must not pass for the whole."""
    if file_format not in FORMATS:
        raise InvalidInput(format=[f"One of {', '.join(FORMATS)}."])
    if built.pending:
        raise StatisticsPending(pending=built.pending)
    rows = list(_rows(built))
    data = _csv(rows) if file_format == "csv" else _parquet(rows)
    with transaction.atomic():
        record_in_project(
            project_id=project.pk,
            by=by,
            action="statistics.exported",
            target_type="project",
            target_id=project.pk,
            details={
                "comparison": str(built.query.comparison),
                "format": file_format,
                "rows": len(rows),
            },
        )
    return data


def _rows(built: Cohort) -> Iterator[dict[str, Any]]:
    labels = built.names.labels
    for row in built.rows:
        shared = {
            "comparison": str(built.query.comparison),
            "case": row.case,
            "reader_a": labels[row.reader_a],
            "reader_b": labels[row.reader_b],
            "site": row.site,
            "vendor": row.vendor,
            "disease": row.disease,
            "spacing_assumed": row.spacing_assumed,
        }
        for measured in (*_measured(row), *_marked(built, row)):
            yield {**dict.fromkeys(COLUMNS.names), **shared, **measured}


def _measured(row: PairRow) -> Iterator[dict[str, Any]]:
    for name, _, unit, _ in NUMBERS:
        a, b = row.numbers_a.get(name), row.numbers_b.get(name)
        if a is not None or b is not None:
            difference = None if a is None or b is None else b - a
            yield {"measure": name, "unit": unit, "a": a, "b": b, "value": difference}
    for found in row.contours:
        place = {key: found[key] for key in ("structure", "level", "phase")}
        for metric in METRICS:
            if found[metric] is not None:
                unit = _UNITS.get(metric, "")
                yield {"measure": metric, "unit": unit, "value": found[metric], **place}
    for name, parts in row.attribution.items():
        for part, ml in parts.items():
            if part.endswith("_ml") and ml is not None:
                yield {"measure": f"{name}.{part}", "unit": "ml", "value": ml}
    for code in sorted(row.answers_a.keys() | row.answers_b.keys()):
        one, two = (answer_of(answers, code) for answers in (row.answers_a, row.answers_b))
        yield {"measure": f"answer.{code}", "answer_a": _text(one), "answer_b": _text(two)}


def _marked(built: Cohort, row: PairRow) -> Iterator[dict[str, Any]]:
    """Against a reference: a line for each finding and false mark, ``value`` its distance in mm."""
    if built.query.comparison not in AGAINST_REFERENCE:
        return
    for asked in asked_landmarks(built):
        if asked.code not in row.landmarks_asked:
            continue
        for outcome, mm in exported(row, asked):
            measure = f"landmark.{asked.code}"
            yield {"measure": measure, "unit": "mm", "value": mm, "answer_b": outcome}


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS.names)
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return out.getvalue().encode()


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is kept text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema=COLUMNS), out)
    return out.getvalue()
