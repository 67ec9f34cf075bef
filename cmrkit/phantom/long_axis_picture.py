"""Paints one long-axis slice in the manner of picture.py."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from cmrkit.geometry import rasterise
from cmrkit.phantom.long_axis import LongAxisHeart
from cmrkit.phantom.picture import Image, Scene, behind_the_heart, fine_step_mm, finish, pour

Mask = NDArray[np.bool_]
_BACKGROUND_Z_MM = {"2CH": 20.0, "4CH": 50.0}  # each view has its torso
_CLOSED = 0.1  # contraction beyond which the valves are shut while the ventricles empty
_LEAFLET_MM = 1.6


def paint_long_axis(scene: Scene, cut: LongAxisHeart, *, filling: bool) -> Image:
    """float32 (rows, columns). ``scene.centre_mm`` is where the long axis meets the base plane;
    ``filling`` says that blood flows into the ventricles, so that their valves stand open."""
    step = fine_step_mm(scene)
    behind, texture, patches = behind_the_heart(scene, _BACKGROUND_Z_MM[cut.view])
    picture = behind.copy()
    masks = {code: _mask(scene, outline, picture) for code, outline in cut.outlines().items()}
    _add_walls(picture, patches, scene, masks, step)
    _add_blood(picture, texture, scene, masks, step)
    is_open = filling or cut.heart.contraction < _CLOSED
    for leaflet in leaflets(cut, is_open=is_open):
        picture[_mask(scene, leaflet, picture)] = scene.muscle
    return finish(scene, picture, texture)


def to_picture(scene: Scene, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 2) points (t, h) in mm from the picture's upper left corner; the apex is on top."""
    return np.asarray(points * (1, -1) + scene.centre_mm, dtype=np.float64)


def _mask(scene: Scene, points: NDArray[np.float64], picture: Image) -> Mask:
    fine = to_picture(scene, points) / fine_step_mm(scene)
    return rasterise([fine.tolist()], picture.shape)


def _around(mask: Mask, mm: float, step: float) -> Mask:
    outside = distance_transform_edt(~mask) * step
    return np.asarray((outside > 0) & (outside < mm))


def _core(mask: Mask, mm: float, step: float) -> Mask:
    return np.asarray(distance_transform_edt(mask) * step > mm)


def _add_walls(
    picture: Image, patches: Image, scene: Scene, masks: dict[str, Mask], step: float
) -> None:
    whole = np.logical_or.reduce(list(masks.values()))
    rim = _around(whole, 6.0, step)
    picture[rim] = scene.fat * 0.75 * np.clip(0.7 + patches[rim], 0.25, 1)
    thin = {"rv_endo": 2.6, "la": 1.8, "ra": 1.8}  # mm of wall around those cavities
    for code, wall in thin.items():
        if code in masks:
            picture[_around(masks[code], wall, step)] = scene.muscle
    picture[masks["lv_epi"]] = scene.muscle


def _add_blood(
    picture: Image, texture: Image, scene: Scene, masks: dict[str, Mask], step: float
) -> None:
    """The ventricles have trabeculae along their walls, not along their valves; the atria none."""
    for code, atrium, signal, rough in (
        ("rv_endo", "ra", 0.93, 2.2),
        ("lv_endo", "la", 1.0, 1.4),
    ):
        if code in masks:
            core = _core(masks[code] | masks[atrium], rough, step)
            pour(picture, texture, masks[code], core, scene.blood * signal, scene.muscle)
    for code, signal in (("la", 0.97), ("ra", 0.9)):
        if code in masks:
            picture[masks[code]] = scene.blood * signal


def leaflets(cut: LongAxisHeart, *, is_open: bool) -> list[NDArray[np.float64]]:
    """Valve leaflets as thin quadrangles (t, h): from each hinge to the middle when shut, into the
    ventricle when open. They count as cavity."""
    marks = cut.landmarks()
    pairs = [
        ("mitral_septal", "mitral_lateral"),
        ("mitral_inferior", "mitral_anterior"),
        ("tricuspid_lateral", "tricuspid_septal"),
    ]
    drawn = []
    for first, second in pairs:
        if first in marks:
            a, b = np.array(marks[first]), np.array(marks[second])
            middle = (a + b) / 2
            for hinge in (a, b):
                inwards = middle - hinge
                tip = hinge + (0.25 * inwards if is_open else inwards)
                if is_open:
                    tip = tip + np.array([0.0, 0.75 * float(np.hypot(*inwards))])
                drawn.append(_strip(hinge, tip))
    return drawn


def _strip(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    along = end - start
    side = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-6) * _LEAFLET_MM / 2
    return np.array([start + side, end + side, end - side, start - side])
