"""Overlap of two masks."""

import numpy as np
from numpy.typing import NDArray

from cmrkit.errors import InvalidGeometry


def dice(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float | None:
    """2|A∩B| / (|A|+|B|) (Dice 1945) of two boolean arrays of one shape; None where both are
    empty, 0 where one is. Raises InvalidGeometry where the shapes differ."""
    one_shape(a, b)
    total = int(a.sum()) + int(b.sum())
    return None if total == 0 else 2 * int((a & b).sum()) / total


def jaccard(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float | None:
    """|A∩B| / |A∪B| (Jaccard 1901), the same empty rule and errors as :func:`dice`."""
    one_shape(a, b)
    union = int((a | b).sum())
    return None if union == 0 else int((a & b).sum()) / union


def one_shape(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> None:
    """Raises InvalidGeometry where the shapes differ."""
    if a.shape != b.shape:
        raise InvalidGeometry("Masks of different shape can't be compared.")
