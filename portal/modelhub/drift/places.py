"""How far the images of a draft lie from those of the reference period, as its model sees them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.drift import MIN_POINTS, distances_from
from portal.modelhub.drift.signals import PLACE_DISTANCE, Sample

PLACE = "place"  # in a sample's values: {"model": id, "at": embedding}


def with_distances(samples: Sequence[Sample], first: date, last: date) -> list[Sample]:
    """The samples, those that were placed with their distance from the middle of the reference
    period (first to last, both included). Each model sees in its own way: the one that placed
    most of the reference counts, and what others placed has no distance."""
    placed = {i: found for i, s in enumerate(samples) if (found := s.values.get(PLACE))}
    old = [i for i in placed if first <= samples[i].on <= last]
    kinds = Counter(_kind(placed[i]) for i in old)
    if not kinds:
        return list(samples)
    usual = min(kinds, key=lambda kind: (-kinds[kind], kind))
    old = [i for i in old if _kind(placed[i]) == usual]
    known = set(old)
    new = [i for i in placed if i not in known and _kind(placed[i]) == usual]
    if len(old) < MIN_POINTS:
        return list(samples)
    points = [_points([placed[i] for i in part], usual[1]) for part in (old, new)]
    distances = np.concatenate(distances_from(*points)).tolist()
    far = dict(zip([*old, *new], distances, strict=True))
    return [
        replace(s, values={**s.values, PLACE_DISTANCE: far[i]}) if i in far else s
        for i, s in enumerate(samples)
    ]


def _kind(place: dict[str, Any]) -> tuple[str, int]:
    """Model and dimensions."""
    return str(place["model"]), len(place["at"])


def _points(places: Sequence[dict[str, Any]], dimensions: int) -> NDArray[np.float64]:
    return np.array([place["at"] for place in places], dtype=np.float64).reshape(-1, dimensions)
