"""Where drafts lie from a reference: the model that placed most of it counts, others are left."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from cmrkit.drift import distances_from
from portal.modelhub.drift import Sample
from portal.modelhub.drift.places import PLACE, with_distances
from portal.modelhub.drift.signals import PLACE_DISTANCE

FIRST = date(2026, 1, 5)
LAST = FIRST + timedelta(days=27)


def sample(day: int, at: list[float] | None, model: str = "m") -> Sample:
    values: dict[str, Any] = {"ef_percent": 60.0}
    if at is not None:
        values[PLACE] = {"model": model, "at": at}
    return Sample("output", "North", FIRST + timedelta(days=day), values)


def far(rows: list[Sample]) -> list[float | None]:
    return [row.values.get(PLACE_DISTANCE) for row in with_distances(rows, FIRST, LAST)]


def test_each_sample_has_its_own_distance_whatever_the_order() -> None:
    points = np.random.default_rng(1).normal(size=(7, 3))
    # two after the reference, among those of it; one that nobody placed
    days = [30, 0, 1, 2, 40, 3, 4]
    rows = [sample(day, point.tolist()) for day, point in zip(days, points, strict=True)]
    found = far([*rows[:3], sample(5, None), *rows[3:]])
    own, new = distances_from(points[[1, 2, 3, 5, 6]], points[[0, 4]])
    expected = [new[0], own[0], own[1], None, own[2], new[1], own[3], own[4]]
    for value, wanted in zip(found, expected, strict=True):
        assert value == (None if wanted is None else pytest.approx(wanted))


def test_another_model_and_another_length_have_no_distance() -> None:
    usual = [sample(day, [float(day), 1.0 - day]) for day in range(4)]
    others = [sample(4, [1.0, 2.0], "n"), sample(5, [1.0]), sample(35, [1.0, 2.0], "n")]
    found = far([*usual, *others])
    assert all(value is not None for value in found[:4])
    assert found[4:] == [None, None, None]


def test_a_reference_of_too_few_places_says_nothing() -> None:
    assert far([sample(0, [1.0]), sample(1, [2.0]), sample(30, [3.0])]) == [None] * 3
    assert far([sample(30, [float(day)]) for day in range(5)]) == [None] * 5
    assert far([]) == []
