"""Paints one short-axis slice: torso, organs, heart, coil shading, noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom

from cmrkit.geometry import rasterise
from cmrkit.phantom.heart import Heart

Image = NDArray[np.float32]
_FINE = 2  # pixels are painted twice as fine and averaged: partial volume at every border


@dataclass(frozen=True)
class Scene:
    """Everything about the picture that is not the heart. Lengths in mm, signals relative to
    blood = 1; ``centre_mm`` is the heart's axis from the image's upper left corner."""

    seed: int
    matrix: tuple[int, int] = (192, 192)
    spacing_mm: float = 1.4
    centre_mm: tuple[float, float] = (140.0, 125.0)
    blood: float = 1.0
    muscle: float = 0.34
    fat: float = 0.85
    liver: float = 0.45
    noise: float = 0.02
    shading: float = 0.5
    papillary: float = 0.16  # radius of a papillary muscle as a fraction of the cavity's


def paint(scene: Scene, heart: Heart, z_mm: float, shift_mm: tuple[float, float]) -> Image:
    """float32 (rows, columns), about 0 to 1.3. The background depends on the scene's seed and the
    slice alone, so it holds still while the heart beats; the noise is the caller's."""
    rng = np.random.default_rng([scene.seed, round(z_mm * 10) & 0xFFFF])
    rows, columns = scene.matrix
    step = scene.spacing_mm / _FINE
    y, x = np.mgrid[0 : rows * _FINE, 0 : columns * _FINE].astype(np.float32) * step
    cx, cy = scene.centre_mm[0] + shift_mm[0], scene.centre_mm[1] + shift_mm[1]
    picture = _torso(scene, x, y, rng)
    _add_heart(picture, scene, heart, z_mm, (cx, cy), step)
    texture = gaussian_filter(rng.normal(0, 1, picture.shape).astype(np.float32), 2.5)
    picture *= 1 + 0.35 * texture
    picture = gaussian_filter(picture, 0.7 * _FINE / 2)
    coarse = picture.reshape(rows, _FINE, columns, _FINE).mean(axis=(1, 3))
    return np.asarray(coarse * _shading(scene), dtype=np.float32)


def _disc(x: Image, y: Image, cx: float, cy: float, a: float, b: float) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = ((x - cx) / a) ** 2 + ((y - cy) / b) ** 2 < 1
    return inside


def _torso(scene: Scene, x: Image, y: Image, rng: np.random.Generator) -> Image:
    width, height = x.max(), y.max()
    cx, cy = scene.centre_mm
    mx, my = width * rng.uniform(0.44, 0.5), height * 0.53
    picture = np.full(x.shape, 0.015, dtype=np.float32)
    skin = _disc(x, y, mx, my, width * 0.56, height * 0.47)
    picture[skin] = scene.fat
    body = _disc(x, y, mx, my, width * 0.53, height * 0.435)
    picture[body] = scene.muscle * 1.05
    chest = _disc(x, y, mx, my, width * 0.49, height * 0.4)
    picture[chest] = scene.muscle * 0.75
    left = _disc(x, y, cx + 62, cy + 16, 52, 82)
    right = _disc(x, y, cx - 88, cy + 4, 46, 74)
    picture[(left | right) & chest] = 0.07
    picture[_disc(x, y, cx - 66, cy + 58, 62, 40) & chest] = scene.liver
    picture[_disc(x, y, cx - 2, cy + 3, 58, 54) & chest] = scene.fat * 0.72
    picture[_disc(x, y, cx - 4, cy + 84, 19, 17)] = scene.muscle * 0.9
    picture[_disc(x, y, cx - 4, cy + 84, 7, 7)] = 0.8
    picture[_disc(x, y, cx + 22, cy + 72, 11, 11)] = scene.blood * 0.95
    for _ in range(14):  # vessels in the lungs
        vx, vy = cx + rng.uniform(20, 105), cy + rng.uniform(-50, 85)
        picture[_disc(x, y, vx, vy, *rng.uniform(1.2, 3.4, 2)) & left & chest] = 0.5
    return picture


def _add_heart(
    picture: Image,
    scene: Scene,
    heart: Heart,
    z_mm: float,
    centre: tuple[float, float],
    step: float,
) -> None:
    def mask(outline: NDArray[np.float64], grow: float = 0.0) -> NDArray[np.bool_]:
        middle = outline.mean(axis=0)
        length = np.hypot(*(outline - middle).T)[:, None]
        grown = outline + (outline - middle) * grow / np.maximum(length, 1e-6)
        return rasterise([(grown + centre) / step], picture.shape)

    rv, epi = heart.rv_outline(z_mm), heart.epi_outline(z_mm)
    endo = heart.endo_outline(z_mm)
    if rv is not None:
        picture[mask(rv, grow=2.6)] = scene.muscle  # the thin free wall
    if epi is not None:
        picture[mask(epi)] = scene.muscle
    if rv is not None:
        inside = mask(rv)
        if epi is not None:
            inside &= ~mask(epi)
        picture[inside] = scene.blood * 0.93
    if endo is None:
        return
    cavity = mask(endo)
    picture[cavity] = scene.blood
    radius = float(np.sqrt(cavity.sum()) * step / np.sqrt(np.pi))
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32) * step
    if scene.papillary and radius > 8:
        size = radius * scene.papillary
        for angle in (0.75, 2.5):
            px = centre[0] + 0.62 * radius * np.cos(angle)
            py = centre[1] + 0.62 * radius * np.sin(angle)
            picture[_disc(x, y, px, py, size, size * 1.25) & cavity] = scene.muscle * 1.15


def _shading(scene: Scene) -> Image:
    """Coil sensitivity: bright at the chest wall, fading towards the back."""
    rng = np.random.default_rng([scene.seed, 1])
    rows, columns = scene.matrix
    coarse = rng.normal(0, 0.12, (4, 4))
    coarse += np.linspace(0.5, -0.5, 4)[:, None] * scene.shading
    field = zoom(coarse, (rows / 4, columns / 4), order=3)
    return np.asarray(np.exp(field[:rows, :columns]), dtype=np.float32)


def add_noise(picture: Image, level: float, rng: np.random.Generator) -> Image:
    """Rician: the magnitude of a signal with Gaussian noise in both channels."""
    real = picture + rng.normal(0, level, picture.shape)
    return np.hypot(real, rng.normal(0, level, picture.shape)).astype(np.float32)
