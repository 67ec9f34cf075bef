"""A long-axis model on drawings that it wasn't trained on: there are no others with labels."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cmrkit.agreement import dice
from cmrkit.contracts import StackLabels
from cmrkit.phantom import Heart, LongAxisHeart, LongAxisView, draw_cut, random_cut, random_scene
from cmrkit.volumes.area_length import LengthRule, LongAxisSection, biplane_ml, single_plane_ml
from cmrkit.volumes.long_axis import LongAxisFrame, measure_frame
from ml_workers.evaluation.bootstrap import mean_interval
from ml_workers.inference.chambers import LA, LV, MYOCARDIUM, RA, RV
from ml_workers.inference.long_axis import segment_long_axis
from ml_workers.inference.run import Spacing
from ml_workers.training import synthetic
from ml_workers.training.long_axis import drawn_slice
from ml_workers.weights import Model

HEARTS, DRAWN = 40, 60
SEED = 90_000  # far from those that anything was trained on
SIZE_PX, SPACING_MM = 176, 1.5
WORDS = {LV: "LV cavity", MYOCARDIUM: "Myocardium", RV: "RV cavity", LA: "LA", RA: "RA"}
MISSED_MM = 40.0  # what counts for a landmark that wasn't found
Values = dict[str, list[float]]


@dataclass
class LongAxisScores:
    """By what is measured, then by heart: values of both views, at ED and ES."""

    dice: dict[str, Values] = field(default_factory=dict)
    landmarks_mm: dict[str, Values] = field(default_factory=dict)
    volumes: dict[str, Values] = field(default_factory=dict)
    drawn_dice: dict[str, Values] = field(default_factory=dict)
    missed: int = 0


def score_drawings(model: Model, hearts: int = HEARTS, drawn: int = DRAWN) -> LongAxisScores:
    scores = LongAxisScores()
    for index in range(hearts):
        _score_heart(model, index, scores)
    for index in range(drawn):
        image, label = drawn_slice(np.random.default_rng([SEED, index, 2]))
        found = _segment(model, image[None], synthetic.PIXEL_MM)[0][0]
        _add_dice(scores.drawn_dice, str(index), found, label)
    return scores


def _segment(
    model: Model, frames: NDArray[np.float32], mm: float
) -> tuple[NDArray[np.uint8], StackLabels]:
    found = segment_long_axis(model, frames[None], Spacing(mm, mm))
    return found.labels[0], found.contours


def _score_heart(model: Model, index: int, scores: LongAxisScores) -> None:
    rng = np.random.default_rng([SEED, index])
    beating = random_cut(rng)
    sections: dict[LongAxisView, list[tuple[LongAxisFrame, LongAxisHeart]]] = {}
    for view in LongAxisView:
        scene = random_scene(rng, size=SIZE_PX, spacing_mm=SPACING_MM)
        cuts = [
            replace(beating, heart=Heart(beating.heart.parameters, c), view=view) for c in (0, 1)
        ]
        made = [draw_cut(scene, cut, rng, filling=False) for cut in cuts]
        labels, contours = _segment(model, np.stack([m.image for m in made]), SPACING_MM)
        by_phase = {f.phase_index: f.structures for f in contours.frames}
        for phase, truth in enumerate(made):
            _add_dice(scores.dice, str(index), labels[phase], truth.label)
            seen = measure_frame(by_phase.get(phase, {}), (SPACING_MM, SPACING_MM))
            _add_landmarks(scores, str(index), seen, truth.landmarks)
            sections.setdefault(view, []).append((seen, truth.cut))
    _add_volumes(scores.volumes, str(index), sections)


def _add_dice(
    to: dict[str, Values], subject: str, found: NDArray[np.uint8], truth: NDArray[np.uint8]
) -> None:
    """What neither draws doesn't count; what one of them draws alone counts 0."""
    for code, name in WORDS.items():
        value = dice(found == code, truth == code)
        if value is not None:
            to.setdefault(name, {}).setdefault(subject, []).append(value)


def _add_landmarks(
    scores: LongAxisScores, subject: str, seen: LongAxisFrame, truth: dict[str, Any]
) -> None:
    apart = {"Apex": _mm(seen.ends.get("lv_endo"), truth["lv_apex"])}
    for valve, word in (("mitral", "Mitral hinges"), ("tricuspid", "Tricuspid hinges")):
        hinges = [point for name, point in truth.items() if name.startswith(valve)]
        if hinges:
            found = seen.valves.get(valve)
            pair = (found.first, found.second) if found else (None, None)
            ways = [
                [_mm(a, b) for a, b in zip(pair, h, strict=True)] for h in (hinges, hinges[::-1])
            ]
            apart[word] = min(sum(way) / 2 for way in ways)
    for name, mm in apart.items():
        scores.missed += mm == MISSED_MM
        scores.landmarks_mm.setdefault(name, {}).setdefault(subject, []).append(mm)


def _mm(found: Any, truth: Any) -> float:
    return MISSED_MM if found is None else math.dist(found, truth) * SPACING_MM


def _add_volumes(
    to: dict[str, Values],
    subject: str,
    sections: dict[LongAxisView, list[tuple[LongAxisFrame, LongAxisHeart]]],
) -> None:
    """Percent of what the same formula gives for the true areas and lengths; EF in points."""
    two, four = (sections[view] for view in LongAxisView)
    drawn = [[frame.sections.get("lv_endo") for frame, _ in view] for view in (two, four)]
    truth = [[_section(cut) for _, cut in view] for view in (two, four)]
    atria = [(frame.sections.get("la"), cut) for view in (two, four) for frame, cut in view]
    for section, cut in atria:
        if section is not None:
            real = cut.areas_mm2()["la"]
            error = 100 * (section.area_mm2 / real - 1)
            to.setdefault("LA area (percent)", {}).setdefault(subject, []).append(error)
    for word, pairs in (("2CH", (drawn[0], truth[0])), ("4CH", (drawn[1], truth[1]))):
        if None in pairs[0]:
            continue
        ours, theirs = ([single_plane_ml(s) for s in some if s] for some in pairs)
        _compare(to, subject, f"single plane, {word}", ours, theirs)
    if all(s is not None for view in drawn for s in view):
        ours, theirs = (
            [biplane_ml(a, b, LengthRule.MEAN) for a, b in zip(*some, strict=True) if a and b]
            for some in (drawn, truth)
        )
        _compare(to, subject, "biplane", ours, theirs)


def _section(cut: LongAxisHeart) -> LongAxisSection:
    return LongAxisSection(cut.areas_mm2()["lv_endo"], cut.heart.length_mm)


def _compare(
    to: dict[str, Values], subject: str, word: str, ours: list[float], theirs: list[float]
) -> None:
    percent = [100 * (a / b - 1) for a, b in zip(ours, theirs, strict=True)]
    points = 100 * (theirs[1] / theirs[0] - ours[1] / ours[0])
    to.setdefault(f"LV volume, {word} (percent)", {})[subject] = percent
    to.setdefault(f"EF, {word} (points)", {})[subject] = [points]


def tables(scores: LongAxisScores) -> list[dict[str, Any]]:
    """As a card shows them."""
    return [
        {
            "title": "Dice on 40 phantom hearts kept out",
            "note": "Drawings. Both views, ED and ES; mean, intervals by drawing hearts again.",
            "rows": [_row(name, scores.dice[name], 3) for name in WORDS.values()],
        },
        {
            "title": "Dice on 60 drawn slices kept out",
            "note": "Turned any way, bent, of random contrast.",
            "rows": [_row(name, scores.drawn_dice[name], 3) for name in WORDS.values()],
        },
        {
            "title": "Landmarks on the same phantoms (mm)",
            "note": "Mean distance. From the contours; one that isn't found counts "
            f"{MISSED_MM:.0f} mm: {scores.missed} of them.",
            "rows": [_row(name, found, 1) for name, found in scores.landmarks_mm.items()],
        },
        {
            "title": "Area-length numbers on the same phantoms",
            "note": "Against the same formula on true areas and lengths. Mean error, then mean "
            "absolute error.",
            "rows": [
                row
                for name, found in sorted(scores.volumes.items())
                for row in (
                    _row(f"{name}, bias", found, 1),
                    _row(f"{name}, absolute", _absolute(found), 1),
                )
            ],
        },
    ]


def _absolute(values: Values) -> Values:
    return {subject: [abs(v) for v in found] for subject, found in values.items()}


def _row(name: str, values: Values, digits: int) -> dict[str, Any]:
    value, low, high = (round(v, digits) for v in mean_interval(values))
    return {"name": name, "value": value, "low": low, "high": high, "n": len(values)}
