"""A case as a model sees it, and lists of such cases that can be chosen from."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from cmrkit.errors import UnsupportedInput


@dataclass(frozen=True)
class Candidate:
    """``uncertainty``: entropy of the classes, in any unit as long as all cases share it.
    ``expected_dice``: what Dice to expect of the draft. ``disagreement``: of the ensemble's members
    about the draft (:func:`cmrkit.selection.disagreement`). ``embedding``: where the case's images
    lie, the same number of dimensions for all; empty where nobody looked. ``stratum``: what group
    the case belongs to."""

    name: str
    uncertainty: float
    expected_dice: float
    disagreement: float
    embedding: tuple[float, ...]
    stratum: str


def check(candidates: Sequence[Candidate], labelled: Sequence[Candidate]) -> None:
    """Raises UnsupportedInput for cases named twice, numbers that aren't finite, or embeddings that
    can't be compared. One that is labelled may have none: it is no place to stay away from."""
    every = [*candidates, *labelled]
    if len({case.name for case in every}) != len(every):
        raise UnsupportedInput("A case is listed twice, or is among the labelled ones already.")
    placed = [*candidates, *(case for case in labelled if case.embedding)]
    if len({len(case.embedding) for case in placed}) > 1:
        raise UnsupportedInput("The embeddings have different numbers of dimensions.")
    for case in every:
        numbers = (case.uncertainty, case.expected_dice, case.disagreement, *case.embedding)
        if not all(isfinite(number) for number in numbers):
            raise UnsupportedInput(f"{case.name} has a number that isn't finite.")
