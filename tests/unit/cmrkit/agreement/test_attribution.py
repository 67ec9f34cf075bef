"""Where millilitres come from: by hand, and that the parts always add up."""

import random

import pytest

from cmrkit.agreement import attribute_difference
from cmrkit.errors import InvalidGeometry


def parts(found) -> list[float]:
    return [
        value
        for name in (
            "basal_ml",
            "apical_ml",
            "gap_ml",
            "phase_ml",
            "contour_ml",
            "phase_and_contour_ml",
        )
        if (value := getattr(found, name)) is not None
    ]


def test_an_extra_basal_slice_by_hand() -> None:
    a = {(s, 0): 10.0 for s in (1, 2, 3)}
    b = {(s, 0): 12.0 for s in (0, 1, 2)}
    found = attribute_difference(a, b, phase_a=0, phase_b=0, base_first=True)
    assert (found.basal_ml, found.apical_ml, found.contour_ml, found.phase_ml) == (12, -10, 4, 0)
    assert (found.total_ml, found.orders) == (6, "one phase")
    turned = attribute_difference(a, b, phase_a=0, phase_b=0, base_first=False)
    assert (turned.basal_ml, turned.apical_ml) == (-10, 12)


def test_phase_and_contour_by_hand() -> None:
    a = {(0, 0): 100.0, (0, 1): 90.0}
    b = {(0, 0): 110.0, (0, 1): 96.0}
    found = attribute_difference(a, b, phase_a=0, phase_b=1, base_first=True)
    # A alone: -10, B alone: -14 → -12; contours: +10 and +6 → +8
    assert (found.total_ml, found.phase_ml, found.contour_ml) == (-4, -12, 8)
    assert found.orders == "mean of both orders"
    only_a = attribute_difference(a, {(0, 1): 96.0}, phase_a=0, phase_b=1, base_first=True)
    assert (only_a.phase_ml, only_a.contour_ml, only_a.orders) == (-10, 6, "phase first")
    only_b = attribute_difference({(0, 0): 100.0}, b, phase_a=0, phase_b=1, base_first=True)
    assert (only_b.phase_ml, only_b.contour_ml, only_b.orders) == (-14, 10, "contour first")
    neither = attribute_difference(
        {(0, 0): 100.0}, {(0, 1): 96.0}, phase_a=0, phase_b=1, base_first=True
    )
    assert (neither.phase_ml, neither.phase_and_contour_ml) == (None, -4)


def test_no_slice_in_common_and_gaps() -> None:
    found = attribute_difference(
        {(0, 0): 5.0}, {(3, 0): 7.0}, phase_a=0, phase_b=0, base_first=True
    )
    assert (found.gap_ml, found.contour_ml) == (2, 0)
    gap = attribute_difference(
        {(0, 0): 5.0, (1, 0): 5.0, (2, 0): 5.0},
        {(0, 0): 5.0, (2, 0): 5.0},
        phase_a=0, phase_b=0, base_first=True,
    )  # fmt: skip
    assert (gap.gap_ml, gap.basal_ml, gap.apical_ml) == (-5, 0, 0)


def test_the_parts_add_up_and_turn_their_sign() -> None:
    for seed in range(1000):
        r = random.Random(seed)
        a, b = (
            {
                (s, p): r.uniform(1, 20)
                for p in range(4)
                for s in range(r.randint(0, 2), r.randint(4, 9))
                if r.random() < 0.9
            }
            for _ in range(2)
        )
        phase_a, phase_b = r.choice([p for _, p in a]), r.choice([p for _, p in b])
        there = attribute_difference(a, b, phase_a=phase_a, phase_b=phase_b, base_first=True)
        back = attribute_difference(b, a, phase_a=phase_b, phase_b=phase_a, base_first=True)
        assert sum(parts(there)) == pytest.approx(there.total_ml, abs=1e-9)
        assert back.total_ml == pytest.approx(-there.total_ml)
        assert parts(back) == pytest.approx([-value for value in parts(there)], abs=1e-9)


def test_what_must_fail() -> None:
    with pytest.raises(InvalidGeometry):
        attribute_difference({(0, 1): 5.0}, {(0, 0): 5.0}, phase_a=0, phase_b=0, base_first=True)
    with pytest.raises(InvalidGeometry):
        attribute_difference({(0, 0): -5.0}, {(0, 0): 5.0}, phase_a=0, phase_b=0, base_first=True)
