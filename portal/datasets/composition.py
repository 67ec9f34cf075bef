"""Who and what a dataset is made of: one table per property, small cells suppressed. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cmrkit.contracts import Split

NOT_RECORDED = "not recorded"
SUPPRESSED = "suppressed"
SMALLEST_CELL = 5  # patients; fewer could be recognised
PROPERTIES = (
    "site",
    "vendor",
    "scanner",
    "field",
    "sex",
    "age",
    "ethnicity",
    "disease",
    "reader_agreement",
)
_SPLITS = tuple(split.value for split in Split)
COLUMNS = (*_SPLITS, "all")


@dataclass(frozen=True)
class Described:
    """One case: its patient, split, and the value of each property ('' where none is recorded)."""

    patient: str
    split: str
    values: Mapping[str, str]


def composition(cases: Iterable[Described]) -> dict[str, Any]:
    """``{"unit": "patient", "smallest_cell": 5, "tables": {property: [{"value", "train",
    "validation", "test", "all"}]}}``.

    A patient counts once in each value that their cases have. A count below ``SMALLEST_CELL`` is
    ``"suppressed"``, and so is a second cell of its row and of its column, or the first would
    follow from the sum.
    """
    rows = list(cases)
    return {
        "unit": "patient",
        "smallest_cell": SMALLEST_CELL,
        "tables": {name: _table(rows, name) for name in PROPERTIES},
    }


def _table(cases: Sequence[Described], name: str) -> list[dict[str, Any]]:
    seen: dict[str, dict[str, set[str]]] = {}
    for case in cases:
        value = case.values.get(name) or NOT_RECORDED
        columns = seen.setdefault(value, {column: set() for column in COLUMNS})
        for column in (case.split, "all"):
            columns[column].add(case.patient)
    values = sorted(seen, key=lambda value: (value == NOT_RECORDED, value))
    counts = [[len(seen[value][column]) for column in COLUMNS] for value in values]
    hidden = suppressed_cells(counts)
    return [
        {"value": value}
        | {
            column: SUPPRESSED if (r, c) in hidden else counts[r][c]
            for c, column in enumerate(COLUMNS)
        }
        for r, value in enumerate(values)
    ]


def suppressed_cells(counts: Sequence[Sequence[int]]) -> set[tuple[int, int]]:
    """(row, column) of every cell that must not be shown: those of 1 to 4, and as many others that
    no row and no column has exactly one (its sum is known, so one could be worked out). The
    smallest others go first, zeros last."""
    hidden = {
        (r, c)
        for r, row in enumerate(counts)
        for c, count in enumerate(row)
        if 0 < count < SMALLEST_CELL
    }
    n_columns = len(counts[0]) if counts else 0
    lines = [[(r, c) for c in range(n_columns)] for r in range(len(counts))]
    lines += [[(r, c) for r in range(len(counts))] for c in range(n_columns)]
    changed = True
    while changed:
        changed = False
        for line in lines:
            shown = [cell for cell in line if cell not in hidden]
            if len(line) - len(shown) == 1 and shown:
                hidden.add(min(shown, key=lambda at: (counts[at[0]][at[1]] == 0, _at(counts, at))))
                changed = True
    return hidden


def _at(counts: Sequence[Sequence[int]], cell: tuple[int, int]) -> int:
    return counts[cell[0]][cell[1]]
