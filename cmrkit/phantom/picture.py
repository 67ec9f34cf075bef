"""Paints one short-axis slice: torso, organs, heart, coil shading, noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom

from cmrkit.geometry import rasterise
from cmrkit.phantom.heart import Heart

Range = tuple[float, float]
Image = NDArray[np.float32]
Marks = Sequence[tuple[NDArray[np.float64], float]]
"""Outlines (x, y) in mm around the heart's axis with the signal of the wall inside them."""
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


def vary_scene(
    rng: np.random.Generator, *, size: int, spacing_mm: float, across: Range, down: Range
) -> Scene:
    """Contrast, shading and noise within what scanners show. The heart's axis lies in the parts
    ``across`` and ``down`` of a square image of ``size`` pixels."""
    extent = size * spacing_mm
    return Scene(
        seed=int(rng.integers(1 << 31)),
        matrix=(size, size),
        spacing_mm=spacing_mm,
        centre_mm=(extent * rng.uniform(*across), extent * rng.uniform(*down)),
        blood=rng.uniform(0.85, 1.15),
        muscle=rng.uniform(0.22, 0.5),
        fat=rng.uniform(0.1, 1.1),
        liver=rng.uniform(0.25, 0.6),
        noise=rng.uniform(0.01, 0.06),
        shading=rng.uniform(0.1, 1.0),
    )


def paint(
    scene: Scene, heart: Heart, z_mm: float, shift_mm: tuple[float, float], marks: Marks = ()
) -> Image:
    """float32 (rows, columns), about 0 to 1.3. The background depends on the scene's seed and the
    slice alone, so it holds still while the heart beats; the noise is the caller's. ``marks`` are
    painted into the wall, one over the other."""
    step = fine_step_mm(scene)
    behind, texture, patches = behind_the_heart(scene, round(z_mm, 1))
    picture = behind.copy()
    centre = (scene.centre_mm[0] + shift_mm[0], scene.centre_mm[1] + shift_mm[1])
    _add_heart(picture, texture, patches, scene, heart, z_mm, centre, step, marks)
    return finish(scene, picture, texture)


def fine_step_mm(scene: Scene) -> float:
    """Size of the pixels that are painted."""
    return scene.spacing_mm / _FINE


def finish(scene: Scene, picture: Image, texture: Image) -> Image:
    """From what was painted to the image: texture, blur, the image's pixels, coil shading."""
    rows, columns = scene.matrix
    picture = gaussian_filter(picture * (1 + 0.35 * texture), 0.7 * _FINE / 2)
    coarse = picture.reshape(rows, _FINE, columns, _FINE).mean(axis=(1, 3))
    return np.asarray(coarse * _shading(scene), dtype=np.float32)


@lru_cache(maxsize=4)
def behind_the_heart(scene: Scene, z_mm: float) -> tuple[Image, Image, Image]:
    """The torso of one slice, a fine texture (standard deviation about 0.1) and coarse patches
    (about 1), twice as fine as the image; the same for all phases. Organs keep their outlines
    from slice to slice."""
    rng = np.random.default_rng([scene.seed, round(z_mm * 10) & 0xFFFF])
    step = scene.spacing_mm / _FINE
    rows, columns = scene.matrix
    y, x = np.mgrid[0 : rows * _FINE, 0 : columns * _FINE].astype(np.float32) * step
    texture = gaussian_filter(rng.normal(0, 1, x.shape).astype(np.float32), 2.5)
    body = np.random.default_rng([scene.seed, 3])
    patches = _smooth(np.random.default_rng([scene.seed, 4]), x.shape, 22)
    return _torso(scene, x, y, z_mm, body, rng), texture, patches


def _smooth(rng: np.random.Generator, shape: tuple[int, ...], cells: int) -> Image:
    """Random values that vary over about ``shape / cells`` pixels, standard deviation about 1."""
    coarse = rng.normal(0, 1, (cells + 3, cells + 3))
    down, across = (_stretch(cells + 3, size / cells)[:size] for size in shape)
    return np.asarray(down @ coarse @ across.T, dtype=np.float32)


@lru_cache(maxsize=64)
def _stretch(n: int, factor: float) -> NDArray[np.float64]:
    """Cubic splines through ``n`` values as a matrix: the same as ``zoom`` along one axis, which
    would work out the splines of the whole picture each time (30 times slower)."""
    return np.asarray(zoom(np.eye(n), (factor, 1.0), order=3))


def _disc(x: Image, y: Image, cx: float, cy: float, a: float, b: float) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = ((x - cx) / a) ** 2 + ((y - cy) / b) ** 2 < 1
    return inside


def _torso(
    scene: Scene,
    x: Image,
    y: Image,
    z_mm: float,
    body: np.random.Generator,
    rng: np.random.Generator,
) -> Image:
    """``body`` is the same in every slice, ``rng`` is the slice's own. No organ is an ellipse: the
    coordinates that they are drawn in are bent."""
    width, height = x.max(), y.max()
    cx, cy = scene.centre_mm
    mx, my = width * body.uniform(0.44, 0.5), height * 0.53
    bent_x = x + 6 * _smooth(body, x.shape, 5) + 1.5 * _smooth(body, x.shape, 14)
    bent_y = y + 6 * _smooth(body, x.shape, 5) + 1.5 * _smooth(body, x.shape, 14)
    patches = _smooth(body, x.shape, 16)
    x, y = (x + 0.35 * (bent_x - x), y + 0.35 * (bent_y - y))
    picture = np.full(x.shape, 0.015, dtype=np.float32)
    picture[_disc(x, y, mx, my, width * 0.56, height * 0.47)] = scene.fat
    picture[_disc(x, y, mx, my, width * 0.53, height * 0.435)] = scene.muscle * 1.05
    chest = _disc(x, y, mx, my, width * 0.49, height * 0.4)
    x, y = bent_x, bent_y
    between = scene.muscle * 0.75 + 0.3 * scene.fat * np.clip(patches, 0, 1)
    picture[chest] = between[chest]
    left = _disc(x, y, cx + 66, cy + 12, 54, 84) & chest
    right = _disc(x, y, cx - 92, cy - 2, 48, 70) & chest
    picture[left | right] = 0.06
    dome = 40 + 0.25 * (z_mm - 45)  # the liver's dome rises towards the apex
    picture[_disc(x, y, cx - 62, cy + 66, 66, max(dome, 16)) & chest] = scene.liver
    front = _disc(x, y, cx - 12, cy - 52, 52, 24) & chest
    picture[front] = (scene.fat * np.clip(0.65 + 0.3 * patches, 0.2, 1))[front]
    picture[_disc(x, y, cx - 4, cy + 84, 19, 17)] = scene.muscle * 0.9
    picture[_disc(x, y, cx - 4, cy + 84, 7, 7)] = 0.8
    picture[_disc(x, y, cx + 22, cy + 72, 11, 11)] = scene.blood * 0.95
    for _ in range(22):  # vessels in the lungs
        vx, vy = cx + rng.uniform(-135, 115), cy + rng.uniform(-60, 85)
        vessel = _disc(x, y, vx, vy, *rng.uniform(1.0, 3.2, 2)) & (left | right)
        picture[vessel] = rng.uniform(0.25, 0.6)
    return picture


def _add_heart(
    picture: Image,
    texture: Image,
    patches: Image,
    scene: Scene,
    heart: Heart,
    z_mm: float,
    centre: tuple[float, float],
    step: float,
    marks: Marks,
) -> None:
    def mask(outline: NDArray[np.float64], grow: float = 0.0) -> NDArray[np.bool_]:
        middle = outline.mean(axis=0)
        length = np.hypot(*(outline - middle).T)[:, None]
        grown = outline + (outline - middle) * grow / np.maximum(length, 1e-6)
        return rasterise([(grown + centre) / step], picture.shape)

    rv, epi = heart.rv_outline(z_mm), heart.epi_outline(z_mm)
    endo = heart.endo_outline(z_mm)
    # fat in patches between the heart and its sac, most of it on the right side
    for outline, widest in ((rv, 9.0), (epi, 5.0)):
        if outline is not None:
            rim = mask(outline, grow=widest)
            fat = scene.fat * 0.75 * np.clip(0.7 + patches[rim], 0.25, 1)
            picture[rim] = fat
    if rv is not None:
        picture[mask(rv, grow=2.6)] = scene.muscle  # the thin free wall
    if epi is not None:
        _add_wall(picture, mask(epi), scene.muscle, [(mask(m), signal) for m, signal in marks])
    if rv is not None:
        inside = mask(rv)
        if epi is not None:
            inside &= ~mask(epi)
        pour(picture, texture, inside, mask(rv, grow=-2.2), scene.blood * 0.93, scene.muscle)
    if endo is None:
        return
    cavity = mask(endo)
    pour(picture, texture, cavity, mask(endo, grow=-1.4), scene.blood, scene.muscle)
    if scene.papillary:
        _add_papillaries(picture, scene, cavity, centre, step)


def _add_wall(
    picture: Image,
    wall: NDArray[np.bool_],
    muscle: float,
    marks: Sequence[tuple[NDArray[np.bool_], float]],
) -> None:
    picture[wall] = muscle
    for inside, signal in marks:
        picture[inside & wall] = signal


def pour(
    picture: Image,
    texture: Image,
    cavity: NDArray[np.bool_],
    core: NDArray[np.bool_],
    blood: float,
    muscle: float,
) -> None:
    """Blood, and trabeculae where the texture is high outside the core. They count as cavity."""
    picture[cavity] = blood
    picture[cavity & ~core & (texture > 0.06)] = (blood + 1.5 * muscle) / 2.5


def _add_papillaries(
    picture: Image,
    scene: Scene,
    cavity: NDArray[np.bool_],
    centre: tuple[float, float],
    step: float,
) -> None:
    radius = float(np.sqrt(cavity.sum()) * step / np.sqrt(np.pi))
    if radius <= 8:
        return
    y, x = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]].astype(np.float32) * step
    size = radius * scene.papillary
    for angle, slant in ((0.75, 0.5), (2.5, -0.4)):
        dx = x - centre[0] - 0.68 * radius * np.cos(angle)
        dy = y - centre[1] - 0.68 * radius * np.sin(angle)
        lobe = _disc(dx + slant * dy, dy, 0, 0, size, size * 1.25)
        lobe |= _disc(dx - size, dy + 0.6 * size, 0, 0, 0.6 * size, 0.6 * size)
        picture[lobe & cavity] = scene.muscle * 1.15


@lru_cache(maxsize=8)
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
