"""A network from elsewhere, made to answer as our own does."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class Tiles(nn.Module):
    """Runs a network that knows one input size on images of any size.

    ``order[k]`` is the network's channel for our class k (background, RV cavity, myocardium, LV
    cavity). Larger images are covered by tiles that overlap by half; scores are averaged.
    """

    def __init__(self, inner: nn.Module, size: int, order: tuple[int, ...]) -> None:
        super().__init__()
        self.inner, self.size, self.order = inner, size, list(order)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Input (n, 1, rows, columns); output [scores (n, classes, rows, columns)]."""
        rows, columns = x.shape[2:]
        padded = F.pad(x, (0, max(0, self.size - columns), 0, max(0, self.size - rows)))
        total = x.new_zeros(len(x), len(self.order), *padded.shape[2:])
        count = x.new_zeros(padded.shape[2:])
        for top in _starts(padded.shape[2], self.size):
            for left in _starts(padded.shape[3], self.size):
                place = slice(top, top + self.size), slice(left, left + self.size)
                scores = self.inner(padded[:, :, *place].contiguous())
                total[:, :, *place] += scores[:, self.order].to(total.dtype)
                count[place] += 1
        return [(total / count)[:, :, :rows, :columns]]


def _starts(length: int, size: int) -> list[int]:
    """Where tiles begin so that the whole length is covered."""
    starts = list(range(0, length - size, size // 2))
    return [*starts, length - size]


def probe(network: nn.Module, size: int) -> int:
    """The number of channels that the network answers with for one image of that size; ValueError
    when it takes no such image or answers with something else than a score for each pixel."""
    with torch.inference_mode():
        scores = network(torch.zeros(1, 1, size, size))
    if not isinstance(scores, Tensor) or scores.ndim != 4 or scores.shape[2:] != (size, size):
        found = tuple(scores.shape) if isinstance(scores, Tensor) else type(scores).__name__
        raise ValueError(f"expected (1, classes, {size}, {size}), the network gives {found}")
    return int(scores.shape[1])
