"""What a cell becomes when a reading is taken, or several are merged. Pure but for its rows."""

from collections.abc import Collection, Iterable, Sequence

from cmrkit.consensus import merge_contours
from portal.adjudication.models import MAJORITY, MERGES
from portal.adjudication.readings import Reading
from portal.annotations.content import ContourKey, frame_positions
from portal.annotations.models import Annotation, Origin, State
from portal.annotations.selectors import key_of
from portal.annotations.services.copying import Wanted
from portal.imaging.models import Stack

Cells = dict[ContourKey, Annotation]


def cells_of(reading: Reading) -> Cells:
    """Its contours; those that were deleted are not there."""
    return {key_of(row): row for row in reading.contents.annotations if row.parts}


def wanted_from(
    source: str, readings: Sequence[Reading], keys: Collection[ContourKey], stack: Stack
) -> dict[ContourKey, Wanted]:
    """What each of the cells is to say: as in the reading of that key, or merged from all."""
    if source in MERGES:
        return _merged(source, readings, keys, stack)
    (reading,) = (r for r in readings if r.key == source)
    cells = cells_of(reading)
    return {key: Wanted.as_in(cells[key]) for key in keys if key in cells}


def _looked_at(reading: Reading) -> Cells:
    """Contours that count as a vote: a draft that a person left unsettled is nobody's."""
    return {
        key: row
        for key, row in cells_of(reading).items()
        if reading.by_model or row.state != State.AUTO
    }


def _merged(
    source: str, readings: Sequence[Reading], keys: Collection[ContourKey], stack: Stack
) -> dict[ContourKey, Wanted]:
    positions = frame_positions(stack.addresses)
    meta = stack.meta
    cells = [_looked_at(reading) for reading in readings]
    phases = [{positions[key.frame][1] for key in held if key.frame in positions} for held in cells]
    found = {}
    for key in keys:
        phase = positions[key.frame][1]
        # whoever drew nothing in a phase has not looked at it: that is no vote for its absence
        voting = [held for held, drawn in zip(cells, phases, strict=True) if phase in drawn]
        parts = [held[key].parts if key in held else [] for held in voting]
        if not any(parts):
            continue
        merged = merge_contours(
            parts,
            (meta["rows"], meta["columns"]),
            "majority" if source == MAJORITY else "staple",
        )
        found[key] = Wanted(
            [[[x, y] for x, y in part] for part in merged],
            _common_origin(held[key] for held in voting if key in held),
            State.ACCEPTED,
        )
    return found


def _common_origin(rows: Iterable[Annotation]) -> str:
    """A merge of contours that one kind of author made is of that kind; else a person's, who chose
    to merge."""
    origins = {row.origin for row in rows}
    return origins.pop() if len(origins) == 1 else Origin.MANUAL
