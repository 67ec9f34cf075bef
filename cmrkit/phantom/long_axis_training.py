"""Random long-axis slices for training and tests: anatomy, view, contrast and place all vary."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts.labels import Point
from cmrkit.geometry import rasterise
from cmrkit.phantom.atria import random_atria
from cmrkit.phantom.heart import Heart, random_parameters
from cmrkit.phantom.long_axis import LongAxisHeart, LongAxisView
from cmrkit.phantom.long_axis_cine import contours_px, landmarks_px
from cmrkit.phantom.long_axis_picture import paint_long_axis
from cmrkit.phantom.picture import Scene, add_noise, vary_scene

LABELS = {"lv_epi": 2, "lv_endo": 3, "rv_endo": 1, "la": 4, "ra": 5}  # later ones over earlier ones


@dataclass(frozen=True)
class LongAxisSlice:
    """``image``: float32 (rows, columns). ``label``: uint8 of the same shape, 0 background, 1 RV
    cavity, 2 myocardium, 3 LV cavity, 4 left atrium, 5 right atrium. ``landmarks``: (column, row)
    in pixels by name, (0, 0) the centre of the first. ``cut``: the heart that was painted."""

    image: NDArray[np.float32]
    label: NDArray[np.uint8]
    landmarks: dict[str, Point]
    cut: LongAxisHeart


def random_cut(rng: np.random.Generator) -> LongAxisHeart:
    """A heart of any class at any moment, in either view; the atria of one in three are far larger
    or smaller than usual."""
    heart = Heart(random_parameters(rng), float(rng.choice([0.0, 1.0, rng.random()])))
    atria = random_atria(rng)
    if rng.random() < 1 / 3:
        wider, longer = rng.uniform(0.8, 1.35), rng.uniform(0.65, 1.35)
        atria = replace(
            atria,
            la_radius_mm=atria.la_radius_mm * wider,
            la_length_mm=atria.la_length_mm * longer,
            ra_length_mm=atria.ra_length_mm * longer,
        )
    return LongAxisHeart(heart, atria, LongAxisView(str(rng.choice(list(LongAxisView)))))


def random_scene(rng: np.random.Generator, *, size: int, spacing_mm: float) -> Scene:
    """Contrast, shading, noise and where the long axis meets the base plane."""
    across, down = (0.42, 0.6), (0.5, 0.62)
    return vary_scene(rng, size=size, spacing_mm=spacing_mm, across=across, down=down)


def long_axis_slice(
    rng: np.random.Generator, *, size: int = 176, spacing_mm: float = 1.5
) -> LongAxisSlice:
    """One random slice of ``size`` × ``size`` pixels; the same for the same generator."""
    cut = random_cut(rng)
    scene = random_scene(rng, size=size, spacing_mm=spacing_mm)
    return draw_cut(scene, cut, rng, filling=bool(rng.random() < 0.5))


def draw_cut(
    scene: Scene, cut: LongAxisHeart, rng: np.random.Generator, *, filling: bool
) -> LongAxisSlice:
    """That heart in that scene; only the noise is random."""
    picture = paint_long_axis(scene, cut, filling=filling)
    label = np.zeros(scene.matrix, dtype=np.uint8)
    shapes = contours_px(scene, cut)
    for code, value in LABELS.items():
        if code in shapes:
            label[rasterise(shapes[code], label.shape)] = value
    return LongAxisSlice(add_noise(picture, scene.noise, rng), label, landmarks_px(scene, cut), cut)
