"""Classes: scikit-learn, statsmodels, krippendorff and irrCAC beside ours, and worked cases."""

import json
import warnings
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from sklearn.metrics import confusion_matrix as sk_confusion
from statsmodels.stats.inter_rater import aggregate_raters
from statsmodels.stats.inter_rater import fleiss_kappa as sm_fleiss

from cmrkit.agreement import (
    cohen_kappa,
    confusion,
    encode,
    fleiss_kappa,
    gwet,
    krippendorff_alpha,
    krippendorff_interval,
)
from cmrkit.errors import InvalidRatings
from tests.unit.cmrkit.agreement.samples import (
    complete_ratings_of,
    counted,
    ratings_of,
    table_of,
)

IRRCAC = json.loads(Path(__file__).with_name("gwet_irrcac.json").read_text())["values"]
FAST = {"resamples": 0}


@counted
def test_cohen_beside_scikit_learn(count: int) -> None:
    for seed in range(count):
        rows, named = complete_ratings_of(seed)
        pair = [row[:2] for row in rows]
        codes = encode(pair, named)
        first, second = zip(*pair, strict=True)
        assert (confusion(codes) == sk_confusion(first, second, labels=list(named))).all()
        for weights, theirs in (
            ("nominal", None),
            ("linear", "linear"),
            ("quadratic", "quadratic"),
        ):
            got = cohen_kappa(codes, weights, **FAST).value
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                want = cohen_kappa_score(first, second, labels=list(named), weights=theirs)
            assert got == pytest.approx(want, abs=1e-6), (seed, weights)


@counted
def test_fleiss_beside_statsmodels(count: int) -> None:
    for seed in range(count):
        rows, named = complete_ratings_of(seed)
        table, _ = aggregate_raters(
            np.array([[named.index(v) for v in row] for row in rows]), len(named)
        )
        got = fleiss_kappa(encode(rows, named), **FAST).value
        assert got == pytest.approx(sm_fleiss(table), abs=1e-6), seed


@counted
def test_krippendorff_beside_the_package(count: int) -> None:
    for seed in range(count):
        rows, named = ratings_of(seed)
        numbers = np.array([[np.nan if v is None else named.index(v) for v in row] for row in rows])
        domain = list(range(len(named)))
        for scale in ("nominal", "ordinal"):
            want = krippendorff.alpha(
                reliability_data=numbers.T, level_of_measurement=scale, value_domain=domain
            )
            got = krippendorff_alpha(encode(rows, named), scale, **FAST).value
            assert got == pytest.approx(want, abs=1e-6), (seed, scale)
        x = table_of(seed).round(1)
        holes = np.random.default_rng(seed).random(x.shape) < 0.1
        want = krippendorff.alpha(
            reliability_data=np.where(holes, np.nan, x).T, level_of_measurement="interval"
        )
        listed = [
            [None if gone else float(v) for v, gone in zip(row, out, strict=True)]
            for row, out in zip(x, holes, strict=True)
        ]
        assert krippendorff_interval(listed, **FAST).value == pytest.approx(want, abs=1e-6), seed


@counted
def test_gwet_beside_irrcac(count: int) -> None:
    """irrCAC asks for an older numpy, so that its answers are kept beside this file."""
    for seed in range(count):
        codes = encode(*ratings_of(seed))
        got = [gwet(codes, w, **FAST).value for w in ("nominal", "linear", "quadratic")]
        assert got == pytest.approx(IRRCAC[seed], abs=1e-6), seed


def test_cohen_of_the_textbook() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: po 0.7, pe 0.5, κ 0.4."""
    pairs = [["y", "y"]] * 20 + [["y", "n"]] * 5 + [["n", "y"]] * 10 + [["n", "n"]] * 15
    found = cohen_kappa(encode(pairs, "yn"))
    assert found.value == pytest.approx(0.4)
    assert found.low < 0.4 < found.high
    assert (found.n, found.method) == (50, "bootstrap by case, seeded")
    assert found == cohen_kappa(encode(pairs, "yn"))
    # a number of numpy's would travel as text
    for estimate in (found, fleiss_kappa(encode(pairs, "yn")), gwet(encode(pairs, "yn"))):
        assert type(estimate.value) is float
    # AC1 by hand: share of yes (25/50 + 30/50)/2 = 0.55, pe = 2·0.55·0.45 = 0.495
    assert gwet(encode(pairs, "yn")).value == pytest.approx((0.7 - 0.495) / (1 - 0.495))


def test_fleiss_of_the_paper() -> None:
    """The worked example that goes round: 10 subjects, 14 raters, 5 categories, 0.210."""
    table = [
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    ]  # fmt: skip
    rows = [[c for c, n in zip("abcde", row, strict=True) for _ in range(n)] for row in table]
    assert fleiss_kappa(encode(rows, "abcde")).value == pytest.approx(0.210, abs=5e-4)


def test_krippendorff_of_the_paper() -> None:
    """Krippendorff 2011, example C: four observers, missing data; nominal 0.743, ordinal 0.815,
    interval 0.849."""
    data = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    rows = [list(row) for row in zip(*data, strict=True)]
    codes = encode([[None if v is None else str(v) for v in row] for row in rows], "12345")
    assert krippendorff_alpha(codes).value == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(codes, "ordinal").value == pytest.approx(0.815, abs=5e-4)
    assert krippendorff_interval(rows).value == pytest.approx(0.849, abs=5e-4)


def test_missing_ratings_are_left_out() -> None:
    full = encode([["a", "a"], ["b", "b"], ["a", "b"]], "ab")
    holes = encode([["a", "a"], ["b", "b"], ["a", "b"], ["a", None], [None, None]], "ab")
    assert cohen_kappa(holes, **FAST).value == cohen_kappa(full, **FAST).value
    assert cohen_kappa(holes, **FAST).n == 3
    assert fleiss_kappa(holes, **FAST).value == fleiss_kappa(full, **FAST).value
    assert krippendorff_alpha(holes, **FAST).value == krippendorff_alpha(full, **FAST).value


@pytest.mark.parametrize(
    "rows",
    [[], [[None, None]], [["a", None], [None, "b"]], [["a", "a"], ["a", "a"]]],
    ids=["no case", "all missing", "never two", "constant"],
)
def test_not_defined_is_said(rows: list) -> None:
    codes = encode(rows or [[None, None]], "ab")
    found = [cohen_kappa(codes), fleiss_kappa(codes), krippendorff_alpha(codes)]
    if rows != [["a", "a"], ["a", "a"]]:
        found.append(gwet(codes))
    else:
        # AC1 is made for this: everybody gave the same, and that is full agreement
        assert gwet(codes).value == 1
    for estimate in found:
        assert estimate.value is None
        assert estimate.why


def test_one_reader_and_a_single_case() -> None:
    alone = encode([["a"], ["b"]], "ab")
    assert fleiss_kappa(alone).value is None
    assert gwet(alone).value is None
    assert krippendorff_alpha(alone).value is None
    with pytest.raises(InvalidRatings):
        cohen_kappa(alone)
    one = encode([["a", "b"]], "ab")
    assert cohen_kappa(one).value == 0
    assert (cohen_kappa(one).low, cohen_kappa(one).high) == (None, None)
    assert gwet(encode([["a", "a"]], "a")).value is None


def test_ties_between_categories_are_all_the_same_to_alpha() -> None:
    """Categories given equally often: ordinal distances are even, so it is interval alpha."""
    rows = [["1", "2"], ["2", "3"], ["3", "1"], ["1", "1"], ["2", "2"], ["3", "3"]]
    ordinal = krippendorff_alpha(encode(rows, "123"), "ordinal").value
    interval = krippendorff_interval([[float(v) for v in row] for row in rows]).value
    assert ordinal == pytest.approx(interval)


def test_what_must_fail() -> None:
    for rows, named in (
        ([["a", "x"]], "ab"),
        ([["a", "a"], ["a"]], "ab"),
        ([["a", "a"]], "aa"),
        ([["a", "a"]], ""),
    ):
        with pytest.raises(InvalidRatings):
            encode(rows, named)
    with pytest.raises(InvalidRatings):
        cohen_kappa(encode([["a", "b"]], "ab"), "cubic")
    with pytest.raises(InvalidRatings):
        krippendorff_alpha(encode([["a", "b"]], "ab"), "interval")
    with pytest.raises(InvalidRatings):
        krippendorff_interval([[1.0, float("nan")]])
