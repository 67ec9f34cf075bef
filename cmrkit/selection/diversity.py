"""Cases that are unlike each other and unlike those labelled already."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from cmrkit.errors import UnsupportedInput

Points = NDArray[np.float64]
_AT_ONCE = 500  # centres: 10,000 points and as many of them don't fit into memory together


def standardised(points: Points) -> Points:
    """Each dimension of (n, dimensions) with mean 0 and standard deviation 1; one that is the same
    for all counts for nothing."""
    spread = points.std(axis=0)
    centred = points - points.mean(axis=0)
    flat = spread <= 1e-12 * np.maximum(1.0, np.abs(points).max(axis=0, initial=0.0))
    scaled: Points = np.where(flat, 0.0, centred / np.where(flat, 1.0, spread))
    return scaled


def distances_to(points: Points, centres: Points) -> Points:
    """Euclidean distance of each of (n, dimensions) to the nearest centre. Without centres the
    negative distance to the mean of the points: the most typical one is then the furthest away."""
    if not len(centres):
        return -np.asarray(np.linalg.norm(points - points.mean(axis=0), axis=1), dtype=np.float64)
    near = np.full(len(points), np.inf)
    for start in range(0, len(centres), _AT_ONCE):
        near = np.minimum(near, cdist(points, centres[start : start + _AT_ONCE]).min(axis=1))
    return near


class Nearest:
    """How far points are from centres that become more: each new one costs one look at all."""

    def __init__(self, points: Points, centres: Points) -> None:
        self._points = points
        self._empty = not len(centres)
        self.far = distances_to(points, centres)

    def add(self, index: int) -> None:
        """One of the points is a centre too."""
        apart = distances_to(self._points, self._points[index : index + 1])
        self.far = apart if self._empty else np.minimum(self.far, apart)
        self._empty = False


def k_centre(points: Points, centres: Points, n: int) -> list[int]:
    """Indices of ``n`` points, each the furthest from the centres and from those taken before it.

    Gonzalez' greedy k-centre (Theor Comput Sci 1985;38:293), at most twice as far from the best
    cover; as a choice of cases to label: Sener and Savarese, ICLR 2018. Without centres it begins
    at the most typical point. Of equals the first is taken. Raises UnsupportedInput for more points
    than there are.
    """
    if not 0 <= n <= len(points):
        raise UnsupportedInput(f"{n} of {len(points)} points can't be taken.")
    nearest, taken = Nearest(points, centres), list[int]()
    while len(taken) < n:
        far = nearest.far.copy()
        far[taken] = -np.inf
        taken.append(int(far.argmax()))
        nearest.add(taken[-1])
    return taken
