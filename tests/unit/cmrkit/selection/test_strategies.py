"""Which cases come next, by hand and by property."""

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmrkit.errors import UnsupportedInput
from cmrkit.selection import Candidate, Strategy, Weights, choose, choose_why, need_by_stratum


def case(
    name: str,
    uncertainty: float = 0.5,
    expected: float = 0.8,
    apart: float = 0.2,
    at: tuple[float, ...] = (0.0,),
    stratum: str = "a",
) -> Candidate:
    return Candidate(name, uncertainty, expected, apart, at, stratum)


FOUR = [
    case("p", uncertainty=0.1, expected=0.9, apart=0.4, at=(0.0,)),
    case("q", uncertainty=0.4, expected=0.7, apart=0.1, at=(1.0,)),
    case("r", uncertainty=0.2, expected=0.6, apart=0.3, at=(2.0,)),
    case("s", uncertainty=0.3, expected=0.8, apart=0.2, at=(10.0,), stratum="b"),
]


@pytest.mark.parametrize(
    ("strategy", "wanted"),
    [
        (Strategy.UNCERTAINTY, ["q", "s", "r", "p"]),
        (Strategy.EXPECTED_DICE, ["r", "q", "s", "p"]),
        (Strategy.DISAGREEMENT, ["p", "r", "s", "q"]),
        # the mean lies at 3.25, so that r is the most typical; then the furthest of what is left
        (Strategy.DIVERSITY, ["r", "s", "p", "q"]),
        # a, then b, which has none; then the two strata are even, and a is all that is left
        (Strategy.STRATUM, ["p", "s", "q", "r"]),
    ],
)
def test_each_reason_alone(strategy: Strategy, wanted: list[str]) -> None:
    assert choose(FOUR, [], 4, strategy) == wanted


def test_diversity_stays_away_from_what_is_labelled() -> None:
    labelled = [case("x", at=(9.0,))]
    assert choose(FOUR, labelled, 2, Strategy.DIVERSITY) == ["p", "r"]


def test_a_label_that_nobody_placed_counts_for_its_group_alone() -> None:
    labelled = [case("x", at=(9.0,)), case("y", at=(), stratum="b")]
    assert choose(FOUR, labelled, 2, Strategy.DIVERSITY) == ["p", "r"]
    assert choose(FOUR, labelled[1:], 1, Strategy.STRATUM) == ["p"]
    with pytest.raises(UnsupportedInput, match="dimensions"):
        choose([*FOUR, case("t", at=())], [], 1, Strategy.DIVERSITY)


def test_each_choice_says_what_counted_most() -> None:
    chosen = choose_why(FOUR, [case("x", at=(0.0,))], 2, Strategy.COMBINED)
    # as by hand below: s by its distance and its group, the first of the two; r by its poor draft
    assert [(choice.name, choice.reason) for choice in chosen] == [
        ("s", Strategy.DIVERSITY),
        ("r", Strategy.DIVERSITY),
    ]
    alone = choose_why(FOUR, [], 1, Strategy.COMBINED, weights=Weights(0, 0, 1, 0, 0))
    assert [(c.name, c.reason) for c in alone] == [("p", Strategy.DISAGREEMENT)]
    drawn = choose_why(FOUR, [], 1, Strategy.RANDOM)
    assert drawn[0].reason == Strategy.RANDOM


def test_combined_by_hand() -> None:
    """Ranks of uncertainty, expected Dice, disagreement: p 0+0+1, q 1+⅔+0, r ⅓+1+⅔, s ⅔+⅓+⅓. Far
    from the label at 0: p 0, q 1, r 2, s 10, ranks 0 ⅓ ⅔ 1, times 1.5. Need: a has one label of
    (1 + 1)/2 owed, b none: 0 and 1, times 1.5. Sums: p 1, q 2.17, r 3, s 4.33. Then s is labelled:
    owed are 1.5 each, a and b have one, both need a third; distances stay, of p, q, r the ranks are
    0 ½ 1: p 1.5, q 2.92, r 4."""
    labelled = [case("x", at=(0.0,))]
    assert choose(FOUR, labelled, 3, Strategy.COMBINED) == ["s", "r", "q"]


def test_weights_decide() -> None:
    only = Weights(0, 0, 1, 0, 0)
    assert choose(FOUR, [], 2, Strategy.COMBINED, weights=only) == ["p", "r"]


def test_random_is_drawn_by_seed_and_fair() -> None:
    assert choose(FOUR, [], 4, Strategy.RANDOM, seed=3) == choose(
        FOUR, [], 4, Strategy.RANDOM, seed=3
    )
    first = [choose(FOUR, [], 1, Strategy.RANDOM, seed=seed)[0] for seed in range(400)]
    assert all(60 < first.count(name) < 140 for name in "pqrs")  # 100 expected, sd 8.7


@pytest.mark.parametrize(
    ("candidates", "labelled", "n"),
    [
        (FOUR, [], 5),
        (FOUR, [], 0),
        ([], [], 1),
        ([*FOUR, case("p")], [], 1),
        (FOUR, [case("p")], 1),
        ([*FOUR, case("t", uncertainty=nan)], [], 1),
        ([*FOUR, case("t", at=(inf,))], [], 1),
        ([*FOUR, case("t", at=(1.0, 2.0))], [], 1),
    ],
)
def test_what_can_not_be_chosen_from(
    candidates: list[Candidate], labelled: list[Candidate], n: int
) -> None:
    with pytest.raises(UnsupportedInput):
        choose(candidates, labelled, n, Strategy.COMBINED)


@pytest.mark.parametrize(
    "weights", [Weights(0, 0, 0, 0, 0), Weights(-1, 1, 1, 1, 1), Weights(nan, 1, 1, 1, 1)]
)
def test_weights_that_mean_nothing(weights: Weights) -> None:
    with pytest.raises(UnsupportedInput):
        choose(FOUR, [], 1, Strategy.COMBINED, weights=weights)


def test_need_by_hand() -> None:
    # four labels and the next one are 5 over three strata: 5/3 each
    need = need_by_stratum(["a", "b", "c"], ["a", "a", "a", "b"])
    assert need == pytest.approx({"a": 0.0, "b": 1 - 3 / 5, "c": 1.0})
    assert need_by_stratum(["a"], []) == {"a": 1.0}


numbers = st.floats(0, 1, width=16)
pools = st.lists(
    st.builds(
        case,
        name=st.just(""),
        uncertainty=numbers,
        expected=numbers,
        apart=numbers,
        at=st.tuples(numbers, numbers),
        stratum=st.sampled_from("abc"),
    ),
    min_size=2,
    max_size=9,
).map(lambda cases: [replace(c, name=f"n{i}") for i, c in enumerate(cases)])


@given(pools, st.sampled_from(Strategy), st.integers(1, 9), st.randoms(use_true_random=False))
def test_properties(pool: list[Candidate], strategy: Strategy, n: int, dice: object) -> None:
    n = min(n, len(pool))
    chosen = choose(pool, [], n, strategy)
    assert len(set(chosen)) == n
    assert set(chosen) <= {c.name for c in pool}
    shuffled = [*pool]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose(shuffled, [], n, strategy) == chosen
    # a choice of fewer is the beginning of a choice of more
    assert choose(pool, [], max(1, n - 1), strategy) == chosen[: max(1, n - 1)]


@given(pools)
def test_units_do_not_matter(pool: list[Candidate]) -> None:
    """Any unit of entropy and any scale of the embedding give the same choice."""
    other = [
        replace(c, uncertainty=8 * c.uncertainty, embedding=tuple(4 * v for v in c.embedding))
        for c in pool
    ]
    assert choose(pool, [], 2, Strategy.COMBINED) == choose(other, [], 2, Strategy.COMBINED)


def test_a_case_that_is_worse_in_everything_comes_first() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        pool = [
            case(f"n{i}", *rng.uniform(0.2, 0.8, 3), at=tuple(rng.uniform(0, 1, 3)))
            for i in range(8)
        ]
        worst = case("worst", 0.9, 0.1, 0.9, at=(5.0, 5.0, 5.0), stratum="new")
        found = choose([*pool, worst], [case("x", at=(0.5, 0.5, 0.5))], 1, Strategy.COMBINED)
        assert found == ["worst"]
