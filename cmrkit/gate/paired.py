"""Differences between two models on the same cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

from scipy.stats import t as student

LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """Mean of challenger minus champion over ``n`` cases, with its interval."""

    mean: float
    low: float | None
    high: float | None
    n: int


def paired(champion: Sequence[float], challenger: Sequence[float]) -> Difference | None:
    """Student's interval for paired values (level 95 %). One case alone has no interval. None
    without cases."""
    differences = [new - old for old, new in zip(champion, challenger, strict=True)]
    n = len(differences)
    if n == 0:
        return None
    middle = mean(differences)
    if n == 1:
        return Difference(middle, None, None, 1)
    half = float(student.ppf((1 + LEVEL) / 2, n - 1)) * stdev(differences) / sqrt(n)
    return Difference(middle, middle - half, middle + half, n)
