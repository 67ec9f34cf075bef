"""Ways of choosing the next cases to label."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from cmrkit.errors import UnsupportedInput
from cmrkit.selection.candidate import Candidate, check
from cmrkit.selection.diversity import Nearest, k_centre, standardised
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
REASONS = tuple(
    Strategy(name)
    for name in ("uncertainty", "expected_dice", "disagreement", "diversity", "stratum")
)  # in the order of ``Weights``
_ALONE = {
    Strategy.UNCERTAINTY: Weights(1, 0, 0, 0, 0),
    Strategy.EXPECTED_DICE: Weights(0, 1, 0, 0, 0),
    Strategy.DISAGREEMENT: Weights(0, 0, 1, 0, 0),
    Strategy.STRATUM: Weights(0, 0, 0, 0, 1),
}


@dataclass(frozen=True)
class Choice:
    """``reason``: what counted most for the case when its turn came."""

    name: str
    reason: Strategy


def choose(
    candidates: Sequence[Candidate],
    labelled: Sequence[Candidate],
    n: int,
    strategy: Strategy,
    *,
    seed: int = 1,
    weights: Weights = DEFAULT_WEIGHTS,
) -> list[str]:
    """Names of the ``n`` cases to label next: those of :func:`choose_why`."""
    chosen = choose_why(candidates, labelled, n, strategy, seed=seed, weights=weights)
    return [choice.name for choice in chosen]


def choose_why(
    candidates: Sequence[Candidate],
    labelled: Sequence[Candidate],
    n: int,
    strategy: Strategy,
    *,
    seed: int = 1,
    weights: Weights = DEFAULT_WEIGHTS,
) -> list[Choice]:
    """The ``n`` cases to label next, the most wanted first, and why.

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
        return [Choice(pool[i].name, strategy) for i in drawn]
    if strategy is Strategy.DIVERSITY:
        here, there = _places(pool, labelled)
        return [Choice(pool[i].name, strategy) for i in k_centre(here, there, n)]
    return _one_by_one(pool, labelled, n, _ALONE.get(strategy, weights))


def _one_by_one(
    pool: Sequence[Candidate], labelled: Sequence[Candidate], n: int, weights: Weights
) -> list[Choice]:
    """Each choice changes what the labels lack, so that scores are taken anew for the next."""
    shares = np.array(astuple(weights), dtype=np.float64)
    if not np.isfinite(shares).all() or (shares < 0).any() or not shares.any():
        raise UnsupportedInput("Weights have to be 0 or more, and one of them more than 0.")
    poor, nearest = _poor(pool), Nearest(*_places(pool, labelled))
    strata = [case.stratum for case in labelled]
    open_, taken = list(range(len(pool))), list[Choice]()
    while len(taken) < n:
        need = need_by_stratum([pool[i].stratum for i in open_], strata)
        lacking = np.array([need[pool[i].stratum] for i in open_])
        counts = np.column_stack([poor[open_], _ranks(nearest.far[open_]), lacking]) * shares
        best = int(np.argmax(np.round(counts.sum(axis=1), 12)))
        case = pool[open_[best]]
        taken.append(Choice(case.name, _most(counts[best], shares)))
        strata.append(case.stratum)
        nearest.add(open_.pop(best))
    return taken


def _most(counts: Scores, shares: Scores) -> Strategy:
    """What counted most, of what has a weight; of equals the first."""
    return REASONS[int(np.argmax(np.where(shares > 0, counts, -1.0)))]


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
    """Embeddings of both, standardised together; the labelled ones that have any."""
    placed = sorted((case for case in labelled if case.embedding), key=lambda case: case.name)
    every = [case.embedding for case in (*pool, *placed)]
    points = standardised(np.array(every, dtype=np.float64).reshape(len(every), -1))
    return points[: len(pool)], points[len(pool) :]
