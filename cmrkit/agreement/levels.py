"""Base, middle and apex of a short-axis stack."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Level(StrEnum):
    BASE = "base"
    MID = "mid"
    APEX = "apex"


def base_is_first(area_of_slice: Mapping[int, float]) -> bool | None:
    """Whether the slice of lowest index is at the base: the end third whose LV outlines are
    larger on average is. ``area_of_slice``: any one unit. None for fewer than two slices, or
    ends of equal size."""
    slices = sorted(area_of_slice)
    third = max(1, len(slices) // 3)
    if len(slices) < 2:
        return None
    first = sum(area_of_slice[s] for s in slices[:third])
    last = sum(area_of_slice[s] for s in slices[-third:])
    return None if first == last else first > last


def slice_levels(contoured: Iterable[int], *, base_first: bool) -> dict[int, Level]:
    """The contoured slices in thirds from base to apex, earlier thirds the larger where they
    don't come out even; one slice alone is the middle, of two there is no middle."""
    slices = sorted(set(contoured), reverse=not base_first)
    if len(slices) == 1:
        return {slices[0]: Level.MID}
    if len(slices) == 2:
        return {slices[0]: Level.BASE, slices[1]: Level.APEX}
    return {s: tuple(Level)[3 * i // len(slices)] for i, s in enumerate(slices)}
