"""Tables that leave the portal as CSV."""

import csv
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from portal.measurements.opinions import OpinionRow
from portal.reads.progress import Progress

# a spreadsheet takes what begins with these for a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(name: str, rows: Sequence[Sequence[Any]]) -> HttpResponse:
    """The first row is the head."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(answer)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return answer


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value.isoformat() if hasattr(value, "isoformat") else value


def progress_rows(found: Progress) -> list[list[Any]]:
    names = ["name", "assigned", "in_progress", "submitted", "overdue", "duplicates"]
    names += ["last_submitted_at", "paused", "admitted", "conflicts"]
    return [names, *[[getattr(row, name) for name in names] for row in found.readers]]


def opinion_rows(found: Sequence[OpinionRow]) -> list[list[Any]]:
    """A row per changed number or answer; one with nothing in it where nothing changed."""
    head = ["case", "reader", "time_to_first_s", "time_to_final_s", "contours_changed"]
    rows: list[list[Any]] = [[*head, "what", "before", "after", "beyond", "reason"]]
    for row in found:
        start = [getattr(row, name) for name in head]
        changes = [(name, pair["before"], pair["after"]) for name, pair in row.numbers.items()]
        changes += [(a["question"], str(a["before"]), str(a["after"])) for a in row.answers]
        for what, before, after in changes or [("", "", "")]:
            rows.append([*start, what, before, after, what in row.beyond, row.reason])
    return rows
