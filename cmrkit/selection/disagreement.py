"""How far the members of an ensemble are apart."""

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import UnsupportedInput


def disagreement(drawn: NDArray[Any]) -> float:
    """1 minus the mean Dice between members, over pairs of members and structures.

    drawn: whole numbers (member, ...), 0 background, each other number a structure. 0 where all
    draw the same, 1 where no two members overlap anywhere. A structure that neither of two members
    drew says nothing about that pair. Raises UnsupportedInput for fewer than two members.
    """
    if drawn.ndim < 2 or len(drawn) < 2:
        raise UnsupportedInput("Disagreement takes at least two members.")
    found = []
    for code in np.unique(drawn[drawn > 0]):
        masks = drawn == code
        for a, b in combinations(masks, 2):
            total = int(a.sum()) + int(b.sum())
            if total:
                found.append(1 - 2 * int((a & b).sum()) / total)
    return float(np.mean(found)) if found else 0.0
