"""Passes over the slices of one group: the acquisition that counts, and the earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from cmrkit.dicomio.axis import Axis
from cmrkit.dicomio.findings import Finding, Severity, slice_numbers
from cmrkit.dicomio.repeats import Rows, single_places, split_counts, split_series


@dataclass(frozen=True)
class Pass:
    """One pass over the slices: ``rows`` without doubles, ``places`` their numbers among all
    slices of the group."""

    rows: Rows
    places: tuple[int, ...]
    doubles: tuple[Finding, ...]


def passes_of(rows: Rows, axis: Axis) -> list[Pass]:
    """The pass that counts first, then the earlier ones; repeats within a series follow those
    across series."""
    found = []
    for across in split_series(rows, axis):
        for within in split_counts(across, axis):
            kept, places, doubles = [], [], []
            for index, row in enumerate(within):
                single, n = single_places(row, axis)
                if single:
                    kept.append(single)
                    places.append(index)
                if n:
                    doubles.append(_doubles(index, n))
            found.append(Pass(kept, tuple(places), tuple(doubles)))
    return found


def _doubles(index: int, n: int) -> Finding:
    return Finding(
        "duplicate_frames",
        f"Slice {index + 1}: {n} frame{'' if n == 1 else 's'} at a place and time that another "
        "frame has. The latest is in the stack; look whether the rest was sent twice.",
        index,
    )


def repeats_of(passes: Sequence[Pass], age: int, *, lost: int) -> list[Finding]:
    """Which slices were acquired several times, and where the earlier frames are."""
    if age:
        said = "These slices were acquired again later. Cases are read on the later stack."
        return [Finding("earlier_acquisition", said, severity=Severity.INFO.value)]
    again = sorted({index for one in passes[1:] for index in one.places})
    if not again:
        return []
    n = sum(len(row) for one in passes[1:] for row in one.rows)
    where = "in stacks of their own" if not lost else "not in this stack; whole ones have their own"
    named = slice_numbers(again)
    return [
        Finding(
            "repeated_frames",
            f"{named[0].upper()}{named[1:]} {'was' if len(again) == 1 else 'were'} acquired again: "
            f"the latest counts, and {n} earlier frame{' is' if n == 1 else 's are'} {where}.",
            again[0] if len(again) == 1 else None,
            Severity.INFO.value if not lost else Severity.WARNING.value,
        )
    ]
