"""Learning curves: what each strategy reached with how many labels, over its seeds."""

from collections.abc import Sequence
from dataclasses import asdict
from statistics import mean, stdev
from typing import Any

from cmrkit.selection import labels_saved
from ml_workers.learning.loop import Round

MEASURES = ("dice", "ef_mae_points")
Summaries = dict[str, dict[str, Any]]
Point = dict[str, Any]


def curve(rounds: Sequence[Round], start: str, models: Summaries, role: str) -> list[Point]:
    """Points at rising numbers of labelled patients, from 0, of one strategy. ``role``: the
    ``champion`` after each round or the ``challenger`` of it; ``models``: numbers by hash."""
    seeds = sorted({found["seed"] for found in rounds})
    points = [_point(0, [models[start]] * len(seeds))]
    for number in sorted({found["round"] for found in rounds}):
        here = [found for found in rounds if found["round"] == number]
        here.sort(key=lambda found: int(found["seed"]))
        points.append(_point(len(here[0]["labelled"]), [models[found[role]] for found in here]))
    return points


def _point(labels: int, summaries: list[dict[str, Any]]) -> Point:
    point: Point = {"labels": labels}
    for name in MEASURES:
        values = [float(s[name]) for s in summaries if s[name] is not None]
        point[name] = {
            "mean": round(mean(values), 4) if values else None,
            "sd": round(stdev(values), 4) if len(values) > 1 else None,
            "by_seed": values,
        }
    return point


def saved(active: Sequence[Point], random: Sequence[Point]) -> list[dict[str, Any]]:
    """Labels saved at each point after the first, from mean Dice."""
    found = labels_saved(_dice(active[1:]), _dice(random))
    return [{**asdict(each), "saved": each.saved} for each in found]


def _dice(points: Sequence[Point]) -> list[tuple[float, float]]:
    return [(point["labels"], point["dice"]["mean"]) for point in points]
