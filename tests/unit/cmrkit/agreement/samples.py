"""Random cases for the second implementations: a hundred each time, a thousand in the long run."""

import random

import numpy as np
import pytest

CLASSES = "abcde"
counted = pytest.mark.parametrize(
    "count", [100, pytest.param(1000, marks=pytest.mark.long)], ids=["100", "1000"]
)


def ratings_of(seed: int) -> tuple[list[list[str | None]], str]:
    """Classes of 5 to 25 cases by 2 to 5 readers, a tenth missing; and the categories."""
    r = random.Random(seed)
    n, k, q = r.randint(5, 25), r.randint(2, 5), r.randint(2, 5)
    named = CLASSES[:q]
    rows: list[list[str | None]] = [
        [
            (r.choice(named) if r.random() < 0.6 else named[i % q]) if r.random() > 0.1 else None
            for _ in range(k)
        ]
        for i in range(n)
    ]
    return rows, named


def complete_ratings_of(seed: int) -> tuple[list[list[str]], str]:
    r = random.Random(10_000 + seed)
    n, k, q = r.randint(5, 25), r.randint(2, 5), r.randint(2, 5)
    named = CLASSES[:q]
    return [
        [r.choice(named) if r.random() < 0.6 else named[i % q] for _ in range(k)] for i in range(n)
    ], named


def table_of(seed: int) -> np.ndarray:
    """Volumes of 4 to 30 cases by 2 to 5 readers, each with a habit of their own."""
    r = np.random.default_rng(seed)
    n, k = int(r.integers(4, 31)), int(r.integers(2, 6))
    return (
        150
        + r.normal(0, r.uniform(5, 40), (n, 1))
        + r.normal(0, r.uniform(0, 10), (1, k))
        + r.normal(0, r.uniform(1, 30), (n, k))
    )


def blobs_of(seed: int, shape: tuple[int, ...] = (32, 30)) -> tuple[np.ndarray, np.ndarray]:
    """Two overlapping blobs with ragged edges, inside the array by two pixels."""
    r = np.random.default_rng(seed)
    grid = np.meshgrid(*[np.arange(n) for n in shape], indexing="ij")
    found = []
    for _ in range(2):
        centre = [n / 2 + r.uniform(-3, 3) for n in shape]
        radius = [r.uniform(0.15, 0.35) * n for n in shape]
        far = sum(((g - c) / q) ** 2 for g, c, q in zip(grid, centre, radius, strict=True))
        mask = far + r.normal(0, 0.15, shape) < 1
        inner = np.zeros(shape, bool)
        inner[tuple(slice(2, -2) for _ in shape)] = True
        mask &= inner
        mask[tuple(n // 2 for n in shape)] = True
        found.append(mask)
    return found[0], found[1]
