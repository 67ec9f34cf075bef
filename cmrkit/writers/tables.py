"""Measurements and answers as one long table, in Parquet and CSV."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from cmrkit.writers.findings import Finding

COLUMNS = pa.schema(
    [
        ("case", pa.string()),
        ("subject", pa.string()),
        ("site", pa.string()),
        ("split", pa.string()),
        ("is_phantom", pa.bool_()),
        ("author", pa.string()),
        ("role", pa.string()),
        ("name", pa.string()),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("text", pa.string()),
        ("drafted_by_ai", pa.bool_()),
        ("spacing_assumed", pa.bool_()),
    ]
)
_ROWS_PER_GROUP = 5000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def finding_rows(case: dict[str, Any], findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """A row per finding; ``case`` has the columns up to ``is_phantom`` and ``spacing_assumed``."""
    return [
        {
            **{name: case.get(name) for name in ("case", "subject", "site", "split")},
            "is_phantom": bool(case.get("is_phantom")),
            "spacing_assumed": bool(case.get("spacing_assumed")),
            "author": row.author,
            "role": row.role,
            "name": row.name,
            "value": row.value,
            "unit": row.unit,
            "text": row.text,
            "drafted_by_ai": row.drafted_by_ai,
        }
        for row in findings
    ]


def write_parquet(out: IO[bytes], rows: Iterable[dict[str, Any]]) -> None:
    """Typed by ``COLUMNS``, a row group at a time; the same rows give the same bytes."""
    with pq.ParquetWriter(out, COLUMNS, compression="zstd") as writer:
        for group in batched(rows, _ROWS_PER_GROUP):
            writer.write_table(pa.Table.from_pylist(group, schema=COLUMNS))


def write_csv(out: IO[bytes], rows: Iterable[dict[str, Any]]) -> None:
    """UTF-8; numbers as the shortest text that reads back equal, empty where there is none. Text
    that a spreadsheet would run as a formula is kept text by an apostrophe."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.DictWriter(text, COLUMNS.names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row.get(name)) for name in COLUMNS.names})
    text.flush()
    text.detach()  # the stream is the caller's


def batched(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    several = iter(rows)
    while group := list(islice(several, size)):
        yield group


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
