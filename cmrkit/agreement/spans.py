"""Many structures of one image size at once, as spans of pixels: their number and their borders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.geometry import turns_of
from cmrkit.geometry.edges import Parts, edges_of_many

Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Drawn:
    """Structures 0 to n - 1 by the pinned rasteriser, the pixels of each as spans of its rows.

    ``turns``: sorted; where pixels turn from outside to inside and back, each as
    (structure × rows + row) × (columns + 1) + column. ``turns_from``: n + 1 places, where each
    structure's turns begin. ``n_px``: pixels of each. ``border_rows``, ``border_columns``: the
    pixels of each with a neighbour outside across a face (:mod:`cmrkit.agreement.surface`), from
    ``border_from`` on as with the turns.
    """

    shape: tuple[int, int]
    turns: Ints
    turns_from: Ints
    n_px: Ints
    border_rows: Ints
    border_columns: Ints
    border_from: Ints


def draw(structures: Sequence[Parts], shape: tuple[int, int]) -> Drawn:
    """The same pixels as :func:`cmrkit.geometry.rasterise` sets in an image of ``shape``. Raises
    InvalidGeometry for coordinates that are not finite."""
    n, (n_rows, n_columns) = len(structures), shape
    edges, starts, owners = edges_of_many(structures)
    sizes = np.diff(np.append(starts, len(edges)))
    edge, rows, columns = turns_of(edges, (0, 0), shape)
    turns = (np.repeat(owners, sizes)[edge] * n_rows + rows) * (n_columns + 1) + columns
    turns.sort()
    turns_from = np.searchsorted(turns, np.arange(n + 1) * (n_rows * (n_columns + 1)))
    first, lengths = turns[::2], turns[1::2] - turns[::2]
    first, lengths = first[lengths > 0], lengths[lengths > 0]
    line, column = np.divmod(first, n_columns + 1)
    owner, row = np.divmod(line, n_rows)
    n_px = np.bincount(owner, weights=lengths, minlength=n).astype(np.intp)
    border, span = _borders(owner, row, column, lengths, n)
    return Drawn(
        shape=shape,
        turns=turns,
        turns_from=turns_from,
        n_px=n_px,
        border_rows=row[span],
        border_columns=border,
        border_from=np.searchsorted(owner[span], np.arange(n + 1)),
    )


def _borders(owner: Ints, row: Ints, column: Ints, lengths: Ints, n: int) -> tuple[Ints, Ints]:
    """(column, span) of every border pixel. Each structure is painted into a window of its own,
    one empty row above and below, one empty column behind, which is before the next row too."""
    if not len(owner):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    far = np.iinfo(np.intp).max
    top, left = np.full(n, far), np.full(n, far)
    bottom, right = np.zeros(n, dtype=np.intp), np.zeros(n, dtype=np.intp)
    np.minimum.at(top, owner, row)
    np.maximum.at(bottom, owner, row + 1)
    np.minimum.at(left, owner, column)
    np.maximum.at(right, owner, column + lengths)
    there = bottom > 0
    width = np.where(there, right - left + 1, 0)
    areas = np.where(there, (bottom - top + 2) * width, 0)
    base = np.cumsum(areas) - areas
    stride = width[owner]
    begin = base[owner] + (row - top[owner] + 1) * stride + column - left[owner]
    span = np.repeat(np.arange(len(owner)), lengths)
    step = np.arange(len(span)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    place, across = begin[span] + step, stride[span]
    painted = np.zeros(int(areas.sum()), dtype=np.bool_)
    painted[place] = True
    within = painted[place - 1] & painted[place + 1]
    within &= painted[place - across] & painted[place + across]
    edge = np.flatnonzero(~within)
    return column[span[edge]] + step[edge], span[edge]


def common_px(a: Drawn, b: Drawn, of_a: Ints, of_b: Ints) -> Ints:
    """How many pixels structure ``of_a[i]`` of ``a`` and ``of_b[i]`` of ``b`` have in common.

    The turns of both taken together bound what only one of them has, by the even-odd rule, so
    |A∩B| = (|A| + |B| - |A△B|) / 2.
    """
    size = a.shape[0] * (a.shape[1] + 1)
    pair_a, place_a = _lined_up(a.turns, a.turns_from, of_a, size)
    pair_b, place_b = _lined_up(b.turns, b.turns_from, of_b, size)
    turns = np.concatenate([pair_a * size + place_a, pair_b * size + place_b])
    turns.sort()
    only_one = np.bincount(
        turns[::2] // size, weights=turns[1::2] - turns[::2], minlength=len(of_a)
    ).astype(np.intp)
    return np.asarray((a.n_px[of_a] + b.n_px[of_b] - only_one) // 2)


def _lined_up(turns: Ints, turns_from: Ints, wanted: Ints, size: int) -> tuple[Ints, Ints]:
    """(index in ``wanted``, turn within the image) of the turns of those structures."""
    place, which = gathered(turns_from, wanted)
    return which, turns[place] - wanted[which] * size


def gathered(starts: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Places of all that belongs to the wanted ones, one after the other, and whose each is, as
    an index in ``wanted``. ``starts``: where each one's begins, and behind the last the end."""
    counts = starts[wanted + 1] - starts[wanted]
    which = np.repeat(np.arange(len(wanted)), counts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts[wanted][which] + step, which


def blocks(n: int, at_once: int) -> Iterator[slice]:
    """0 to n in slices that bound the memory."""
    for start in range(0, n, at_once):
        yield slice(start, min(start + at_once, n))
