"""How many labels a choice of cases saves, from two learning curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cmrkit.errors import UnsupportedInput

Curve = Sequence[tuple[float, float]]
"""Labels used, Dice reached."""


@dataclass(frozen=True)
class Saved:
    """``reached``: the Dice that the chosen cases gave with ``labels``. ``needed``: labels after
    which random cases gave it, None where they never did within what was measured."""

    labels: float
    reached: float
    needed: float | None

    @property
    def saved(self) -> float | None:
        """Below 0: random cases were quicker. None: more than was measured."""
        return None if self.needed is None else self.needed - self.labels


def labels_saved(active: Curve, random: Curve) -> list[Saved]:
    """For each point of the active curve the labels at which the random one first reaches its Dice,
    straight lines between the points. Raises UnsupportedInput for a curve without points, or whose
    labels don't rise.
    """
    for curve in (active, random):
        labels = [n for n, _ in curve]
        if not labels or any(b <= a for a, b in pairwise(labels)):
            raise UnsupportedInput("A learning curve needs points, at rising numbers of labels.")
    return [Saved(n, dice, _first_at(random, dice)) for n, dice in active]


def _first_at(curve: Curve, dice: float) -> float | None:
    before: tuple[float, float] | None = None
    for n, value in curve:
        if value >= dice:
            if before is None or value == before[1]:
                return n
            return before[0] + (n - before[0]) * (dice - before[1]) / (value - before[1])
        before = (n, value)
    return None
