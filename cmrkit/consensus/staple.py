"""STAPLE of binary masks (Warfield, Zou and Wells 2004)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.consensus.majority import Mask, stacked

_SETTLED = 1e-7  # largest change of a reader's quality in a step that counts as none, as in ITK
_MOST_STEPS = 5000


@dataclass(frozen=True)
class Staple:
    """``probability`` that a pixel is inside; ``sensitivity`` and ``specificity`` of each reader
    against it, None where it can't be said (nothing inside, or nothing outside, anywhere)."""

    probability: NDArray[np.float64]
    sensitivity: tuple[float | None, ...]
    specificity: tuple[float | None, ...]

    @property
    def mask(self) -> Mask:
        """Pixels that are more likely inside than not; 0.5 itself is outside."""
        inside: Mask = self.probability > 0.5
        return inside


def staple(masks: Sequence[Mask]) -> Staple:
    """Estimate the hidden true mask together with each reader's sensitivity and specificity.

    Expectation maximisation with one global prior, the share of inside among all decisions. It
    begins with the share of readers who have a pixel inside, and ends when no reader's quality
    changes. Only how often each pattern of votes occurs matters, so
    that the work grows with the patterns and not with the pixels. Masks that are all empty (or all
    full) are their own consensus. Raises InvalidGeometry for no masks or different shapes.
    """
    votes = stacked(masks)
    n = len(votes)
    prior = float(votes.mean())
    if prior in (0.0, 1.0):
        unknown = (None,) * n
        known = (1.0,) * n
        sides = (unknown, known) if prior == 0.0 else (known, unknown)
        return Staple(np.full(votes.shape[1:], prior), *sides)
    weights = 1 << np.arange(n, dtype=np.int64)
    codes = np.tensordot(weights, votes.astype(np.int64), axes=1)
    found, where, counts = np.unique(codes, return_inverse=True, return_counts=True)
    patterns = (found[:, None] & weights[None, :]) != 0
    inside = patterns.mean(axis=1)
    p, q = np.full(n, np.inf), np.full(n, np.inf)
    for _ in range(_MOST_STEPS):
        before = np.concatenate([p, q])
        p, q = _qualities(patterns, inside * counts, (1 - inside) * counts)
        inside = _inside(patterns, p, q, prior)
        if np.abs(np.concatenate([p, q]) - before).max() <= _SETTLED:
            break
    probability = inside[where].reshape(votes.shape[1:])
    return Staple(probability, tuple(p.tolist()), tuple(q.tolist()))


def _qualities(
    patterns: Mask, weight: NDArray[np.float64], rest: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sensitivity and specificity of each reader, from how much of each pattern is inside."""
    p = (weight[:, None] * patterns).sum(axis=0) / weight.sum()
    q = (rest[:, None] * ~patterns).sum(axis=0) / rest.sum()
    return p, q


def _inside(
    patterns: Mask, p: NDArray[np.float64], q: NDArray[np.float64], prior: float
) -> NDArray[np.float64]:
    """Probability of inside for each pattern of votes (pattern, reader)."""
    a = prior * np.where(patterns, p, 1 - p).prod(axis=1)
    b = (1 - prior) * np.where(patterns, 1 - q, q).prod(axis=1)
    total = a + b
    # a pattern that both sides call impossible tells nothing: the prior stands
    found: NDArray[np.float64] = np.full(len(a), prior)
    np.divide(a, total, out=found, where=total > 0)
    return found
