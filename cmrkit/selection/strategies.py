"""Ways of choosing the next cases to label."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from cmrkit.errors import UnsupportedInput
from cmrkit.selection.candidate import Candidate, check
from cmrkit.selection.diversity import distances_to, k_centre, standardised
from cmrkit.selection.need import need_by_stratum

Scores = NDArray[np.float64]


class Strategy(StrEnum):
    RANDOM = "random"
    UNCERTAINTY = "uncertainty"
    EXPECTED_DICE = "expected_dice"
    DISAGREEMENT = "disagreement"
    DIVERSITY = "diversity"
    STRATUM = "stratum"
    COMBINED = "combined"


@dataclass(frozen=True)
class Weights:
    """What each reason counts for in the combined strategy. By default the three that ask how bad
    the draft is count as much together as the two that ask what the labels lack."""

    uncertainty: float = 1.0
    expected_dice: float = 1.0
    disagreement: float = 1.0
    diversity: float = 1.5
    stratum: float = 1.5


DEFAULT_WEIGHTS = Weights()
_ALONE = {
    Strategy.UNCERTAINTY: Weights(1, 0, 0, 0, 0),
    Strategy.EXPECTED_DICE: Weights(0, 1, 0, 0, 0),
    Strategy.DISAGREEMENT: Weights(0, 0, 1, 0, 0),
    Strategy.STRATUM: Weights(0, 0, 0, 0, 1),
}


def choose(
    candidates: Sequence[Candidate],
    labelled: Sequence[Candidate],
    n: int,
    strategy: Strategy,
    *,
    seed: int = 1,
    weights: Weights = DEFAULT_WEIGHTS,
) -> list[str]:
    """Names of the ``n`` cases to label next, the most wanted first.

    The same for the same cases in whatever order they are listed; of equals, the first by name.
    ``seed`` is for the random strategy alone, ``weights`` for the combined one. Raises
    UnsupportedInput for more cases than there are, cases listed twice, numbers that aren't finite
    and weights below 0 or all 0.
    """
    check(candidates, labelled)
    if not 1 <= n <= len(candidates):
        raise UnsupportedInput(f"{n} of {len(candidates)} cases can't be chosen.")
    pool = sorted(candidates, key=lambda case: case.name)
    if strategy is Strategy.RANDOM:
        drawn = np.random.default_rng(seed).permutation(len(pool))[:n]
        return [pool[i].name for i in drawn]
    if strategy is Strategy.DIVERSITY:
        here, there = _places(pool, labelled)
        return [pool[i].name for i in k_centre(here, there, n)]
    return _one_by_one(pool, labelled, n, _ALONE.get(strategy, weights))


def _one_by_one(
    pool: Sequence[Candidate], labelled: Sequence[Candidate], n: int, weights: Weights
) -> list[str]:
    """Each choice changes what the labels lack, so that scores are taken anew for the next."""
    shares = np.array(astuple(weights), dtype=np.float64)
    if not np.isfinite(shares).all() or (shares < 0).any() or not shares.any():
        raise UnsupportedInput("Weights have to be 0 or more, and one of them more than 0.")
    here, there = _places(pool, labelled)
    poor = _poor(pool) @ shares[:3]
    open_, taken = list(range(len(pool))), list[int]()
    while len(taken) < n:
        strata = [case.stratum for case in labelled] + [pool[i].stratum for i in taken]
        need = need_by_stratum([pool[i].stratum for i in open_], strata)
        far = distances_to(here[open_], np.concatenate([there, here[taken]]))
        lacking = shares[3] * _ranks(far)
        lacking = lacking + shares[4] * np.array([need[pool[i].stratum] for i in open_])
        best = open_[int(np.argmax(np.round(poor[open_] + lacking, 12)))]
        open_.remove(best)
        taken.append(best)
    return [pool[i].name for i in taken]


def _poor(pool: Sequence[Candidate]) -> Scores:
    """(n, 3): how bad the draft is by each of three signs, as ranks: units don't matter."""
    signs = (
        [case.uncertainty for case in pool],
        [-case.expected_dice for case in pool],
        [case.disagreement for case in pool],
    )
    return np.stack([_ranks(np.array(sign)) for sign in signs], axis=1)


def _ranks(values: Scores) -> Scores:
    """From 0 for the least to 1 for the most; equals share the middle of their places; one value
    alone has a half."""
    if len(values) == 1:
        return np.array([0.5])
    return np.asarray((rankdata(np.round(values, 12)) - 1) / (len(values) - 1), dtype=np.float64)


def _places(pool: Sequence[Candidate], labelled: Sequence[Candidate]) -> tuple[Scores, Scores]:
    """Embeddings of both, standardised together."""
    every = [case.embedding for case in (*pool, *sorted(labelled, key=lambda case: case.name))]
    points = standardised(np.array(every, dtype=np.float64).reshape(len(every), -1))
    return points[: len(pool)], points[len(pool) :]
