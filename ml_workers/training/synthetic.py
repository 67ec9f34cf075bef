"""Random short-axis slices to learn from: anatomy and contrast drawn anew for every picture.

Not the beating phantom of ``cmrkit.phantom``: there volumes have closed form, here variety counts.
All shapes are given in polar coordinates around the LV: the endocardium, a wall of changing
thickness, and an RV crescent that leaves the epicardium at two insertion points. Around it lie a
chest wall, lungs, liver, vessels and patches of fat; papillary muscles and trabeculae belong to the
cavities, as in the labels. Image and label share one grid; tissue intensities are those of balanced
steady-state images, loosely.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.phantom import simulate_slice
from ml_workers.training.slices import LabelledSlice, normalise

SIZE = 192
PIXEL_MM = 1.4
RV, MYOCARDIUM, LV = 1, 2, 3
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Polar:
    """Distance in mm and angle of every pixel around the LV centre."""

    r_mm: Array
    theta: Array


@dataclass(frozen=True)
class _Level:
    """How big things are at one height of the heart: mean endocardial radius, wall, RV depth (mm)
    and half the angle that the RV spans. flat: how much of the radius the septum loses, 0 for a
    round ventricle; blood: how much of the contrast between blood and muscle the LV cavity has;
    core: the part of the LV radius that blood fills, the rest being papillary muscle."""

    cavity_mm: float
    wall_mm: float
    rv_depth_mm: float
    rv_span: float
    flat: float = 0.0
    blood: float = 1.0
    core: float = 1.0


def synthetic_slices(
    count: int, seed: int, *, weight: float = 1.0, squeezed: float = 0.0, filled: bool = False
) -> list[LabelledSlice]:
    """``count`` slices; the same for the same seed. That share of them shows hearts that are
    ``squeezed``: at the end of a strong contraction, or by a right ventricle under pressure;
    ``filled``: with papillary muscle all around what is left of the blood."""
    slices = []
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        image, label = synthetic_slice(rng, squeezed, filled)
        slices.append(LabelledSlice(normalise(image), label, f"synthetic-{seed}", weight))
    return slices


def phantom_slices(count: int, seed: int, *, weight: float = 1.0) -> list[LabelledSlice]:
    """``count`` slices of random phantoms of ``cmrkit.phantom``; the same for the same seed."""
    slices = []
    for index in range(count):
        image, label = simulate_slice(np.random.default_rng([seed, index]))
        slices.append(LabelledSlice(normalise(image), label, f"phantom-{seed}", weight))
    return slices


def synthetic_slice(
    rng: np.random.Generator, squeezed: float = 0.0, filled: bool = False
) -> tuple[Array, NDArray[np.uint8]]:
    """One image (SIZE, SIZE) at PIXEL_MM and its labels: 0 background, 1 RV cavity, 2 myocardium,
    3 LV cavity. About one in ten shows no ventricle: beyond the apex, or above the valves."""
    polar = around_heart(rng)
    septum = rng.uniform(-math.pi, math.pi)
    image = surroundings(rng, polar, septum)
    label = np.zeros((SIZE, SIZE), dtype=np.uint8)
    blood, muscle = rng.uniform(0.75, 1.15), rng.uniform(0.22, 0.5)
    kind = rng.random()
    if kind < 0.06:
        _great_vessels(rng, image, polar, blood, muscle)
    elif kind > 0.04 + 0.06:
        chosen = squeezed > 0 and rng.random() < squeezed
        level = _squeezed(rng, filled) if chosen else _level(rng)
        _ventricles(rng, image, label, polar, septum, blood, muscle, level)
    return acquire(rng, image), label


def around_heart(rng: np.random.Generator) -> Polar:
    row, column = SIZE / 2 + rng.uniform(-18, 18, 2)
    yy, xx = np.mgrid[:SIZE, :SIZE].astype(np.float32)
    dy, dx = (yy - row) * PIXEL_MM, (xx - column) * PIXEL_MM
    stretch = math.exp(rng.normal(0, 0.07))
    dx, dy = dx * stretch, dy / stretch
    return Polar(np.hypot(dx, dy).astype(np.float32), np.arctan2(dy, dx).astype(np.float32))


def _level(rng: np.random.Generator) -> _Level:
    """A height between apex (0) and base (1) of a heart that is normal, dilated, thick or weak on
    the right, contracted or not."""
    height = rng.beta(1.4, 1.0)
    dilation = math.exp(rng.normal(0.0, 0.18)) * (1.35 if rng.random() < 0.2 else 1.0)
    contraction = rng.uniform(0.5, 1.0)
    profile = math.sqrt(min(1.0, 0.12 + 1.1 * height))
    cavity = 29.0 * dilation * contraction * profile
    wall = (rng.uniform(6.0, 10.0) / contraction**0.7) * (1.5 if rng.random() < 0.15 else 1.0)
    right = rng.uniform(0.6, 1.1) * (1.4 if rng.random() < 0.2 else 1.0)
    depth = max(0.0, (height - rng.uniform(0.0, 0.25)) * 42.0 * right * (0.6 + 0.4 * contraction))
    span = math.radians(rng.uniform(38, 62) + 35 * height * rng.uniform(0.6, 1.1))
    return _Level(max(3.5, cavity), min(wall, 20.0), depth, span)


def _squeezed(rng: np.random.Generator, filled: bool) -> _Level:
    """A small LV in a thick wall, its blood mixed with muscle, beside an RV that is either a thin
    crescent or large and pressing on the septum."""
    height = rng.beta(1.3, 1.0)
    profile = math.sqrt(min(1.0, 0.12 + 1.1 * height))
    contraction = rng.uniform(0.25, 0.65)
    cavity = 29.0 * math.exp(rng.normal(0.0, 0.15)) * contraction * profile
    wall = rng.uniform(6.0, 10.0) / contraction**0.6 * (1.4 if rng.random() < 0.3 else 1.0)
    pressed = rng.random() < 0.35
    right = rng.uniform(0.9, 1.6) if pressed else rng.uniform(0.3, 0.8)
    depth = max(0.0, (height - rng.uniform(0.0, 0.25)) * 38.0 * right)
    span = math.radians(rng.uniform(34, 60) + 35 * height * rng.uniform(0.5, 1.1))
    return _Level(
        cavity_mm=max(2.5, cavity),
        wall_mm=min(wall, 24.0),
        rv_depth_mm=depth,
        rv_span=span,
        flat=rng.uniform(0.1, 0.55) if pressed else 0.0,
        blood=rng.uniform(0.4, 1.0),
        core=rng.uniform(0.35, 0.95) if filled and rng.random() < 0.7 else 1.0,
    )


def _wave(rng: np.random.Generator, theta: Array, size: float, orders: int = 5) -> Array:
    """A smooth random function of the angle with about that standard deviation."""
    total = np.zeros_like(theta)
    for order in range(1, orders + 1):
        amplitude, phase = rng.normal(0, size / order), rng.uniform(0, 2 * math.pi)
        total += np.float32(amplitude) * np.cos(order * theta + np.float32(phase))
    return total


def smooth_noise(rng: np.random.Generator, sigma: float) -> Array:
    """Smooth noise with unit standard deviation; sigma in pixels."""
    coarse = max(2, round(SIZE / sigma) + 3)
    field = ndimage.zoom(rng.normal(size=(coarse, coarse)), (SIZE + 8) / coarse, order=3)
    field = field[:SIZE, :SIZE].astype(np.float32)
    out: Array = (field - field.mean()) / (field.std() + 1e-6)
    return out


def surroundings(rng: np.random.Generator, polar: Polar, septum: float) -> Array:
    """What lies around the heart: patches of tissue, lung beside the free wall, liver, vessels."""
    tissues = np.array([0.06, 0.1, 0.3, 0.4, 0.5, 0.75, 1.0]) * rng.uniform(0.8, 1.2, 7)
    patches = smooth_noise(rng, rng.uniform(14, 40))
    edges = np.sort(rng.normal(0, 1, rng.integers(2, 6)))
    picks = rng.choice(tissues, len(edges) + 1, p=[0.2, 0.2, 0.15, 0.15, 0.1, 0.1, 0.1])
    image = picks[np.digitize(patches, edges)].astype(np.float32)
    lung = septum + math.pi + rng.uniform(-0.9, 0.9)
    beside = np.cos(polar.theta - np.float32(lung)) + 0.35 * smooth_noise(rng, 30)
    if rng.random() < 0.85:
        image[beside > rng.uniform(0.0, 0.6)] = rng.uniform(0.03, 0.14)
    below = septum + rng.choice([-1, 1]) * math.pi / 2 + rng.uniform(-0.5, 0.5)
    if rng.random() < 0.7:
        liver = polar.r_mm * np.cos(polar.theta - np.float32(below)) + 4 * smooth_noise(rng, 20)
        image[liver > rng.uniform(35, 60)] = rng.uniform(0.3, 0.65)
    for _ in range(rng.integers(0, 7)):
        _blob(rng, image, polar, rng.uniform(2.5, 14), rng.uniform(45, 110), rng.uniform(0.5, 1.3))
    chest = polar.r_mm + 6 * _wave(rng, polar.theta, 1.0)
    outside = rng.uniform(95, 180)
    image[chest > outside - rng.uniform(8, 25)] = rng.uniform(0.3, 0.5)  # chest wall
    image[chest > outside - rng.uniform(4, 10)] = rng.uniform(0.8, 1.5)  # fat below the skin
    image[chest > outside] = rng.uniform(0.0, 0.04)
    fat = smooth_noise(rng, rng.uniform(8, 16)) - np.abs(polar.r_mm - rng.uniform(35, 55)) / 14
    if rng.random() < 0.7:
        image[fat > rng.uniform(0.2, 0.9)] = rng.uniform(0.6, 1.4)
    out: Array = image * (1 + 0.08 * smooth_noise(rng, 3) + 0.06 * smooth_noise(rng, 10))
    return out


def _blob(
    rng: np.random.Generator,
    image: Array,
    polar: Polar,
    radius_mm: float,
    distance_mm: float,
    value: float,
) -> None:
    """Paint a round thing somewhere at that distance from the LV centre."""
    angle = rng.uniform(-math.pi, math.pi)
    x = polar.r_mm * np.cos(polar.theta) - distance_mm * math.cos(angle)
    y = polar.r_mm * np.sin(polar.theta) - distance_mm * math.sin(angle)
    inside = np.hypot(x, y * math.exp(rng.normal(0, 0.2))) < radius_mm
    image[inside] = value


def _great_vessels(
    rng: np.random.Generator, image: Array, polar: Polar, blood: float, muscle: float
) -> None:
    """Above the valves: bright atria and vessels with thin walls; none of it is labelled."""
    for _ in range(rng.integers(2, 5)):
        radius, distance = rng.uniform(9, 26), rng.uniform(0, 45)
        state = rng.bit_generator.state
        _blob(rng, image, polar, radius + rng.uniform(1.5, 3), distance, muscle)
        rng.bit_generator.state = state
        _blob(rng, image, polar, radius, distance, blood)


def _ventricles(
    rng: np.random.Generator,
    image: Array,
    label: NDArray[np.uint8],
    polar: Polar,
    septum: float,
    blood: float,
    muscle: float,
    level: _Level,
) -> None:
    endo = level.cavity_mm * (1 + _wave(rng, polar.theta, 0.05))
    wall = level.wall_mm * np.clip(1 + _wave(rng, polar.theta, 0.16, 3), 0.35, 2.2)
    across = np.angle(np.exp(1j * (polar.theta - septum))).astype(np.float32)
    endo = endo * (1 - level.flat * np.maximum(np.cos(across), 0) ** 2)
    epi = endo + wall
    skewed = across / level.rv_span + rng.uniform(-0.25, 0.25) * (1 - (across / math.pi) ** 2)
    bow = np.maximum(np.cos(np.clip(skewed, -1, 1) * (math.pi / 2)), 0)
    crescent = bow ** rng.uniform(0.45, 1.1)
    depth = level.rv_depth_mm * crescent * (1 + _wave(rng, across, 0.07))
    free_wall = rng.uniform(1.5, 4.0)
    right = (polar.r_mm >= epi) & (polar.r_mm < epi + depth) & (depth > 2.5)
    around = (polar.r_mm < epi + depth + free_wall * (depth > 1)) & (np.abs(skewed) < 1.1)
    heart = polar.r_mm < epi
    if rng.random() < 0.5:  # a rim of fat or fluid around the heart
        rim = polar.r_mm < epi + depth + free_wall + rng.uniform(1, 7) * (1 + smooth_noise(rng, 12))
        image[rim] = rng.choice([rng.uniform(0.7, 1.4), rng.uniform(0.05, 0.2)])
    image[around | heart] = muscle * rng.uniform(0.85, 1.15)
    texture = muscle * (1 + 0.06 * smooth_noise(rng, 4) + 0.08 * smooth_noise(rng, 14))
    image[heart] = texture[heart]
    left = polar.r_mm < endo
    for cavity, code in ((left, LV), (right, RV)):
        level_of_blood = blood * rng.uniform(0.85, 1.1)
        if code == LV:
            level_of_blood = muscle + (level_of_blood - muscle) * level.blood
        mixed = level_of_blood * (1 + 0.05 * smooth_noise(rng, 5) + 0.08 * smooth_noise(rng, 18))
        image[cavity] = mixed[cavity]
        label[cavity] = code
    label[heart & ~left] = MYOCARDIUM
    if level.core < 1:
        ring = left & (polar.r_mm > level.core * endo * (1 + _wave(rng, polar.theta, 0.12)))
        image[ring] = texture[ring] * rng.uniform(0.95, 1.35)
    _trabeculae(rng, image, polar, left, endo, muscle)
    strands = right & (smooth_noise(rng, rng.uniform(1.8, 3.5)) > rng.uniform(0.9, 2.2))
    image[strands] = muscle * rng.uniform(0.9, 1.5)


def _trabeculae(
    rng: np.random.Generator,
    image: Array,
    polar: Polar,
    left: NDArray[np.bool_],
    endo: Array,
    muscle: float,
) -> None:
    """Papillary muscles and trabeculae: dark as the wall, labelled cavity."""
    depth = endo - polar.r_mm
    rough = left & (depth < rng.uniform(0.5, 3.5)) & (smooth_noise(rng, rng.uniform(1.5, 3)) > 0.6)
    image[rough] = muscle * rng.uniform(0.9, 1.3)
    mean = float(endo.mean())
    if mean < 9 or rng.random() < 0.25:
        return
    first = rng.uniform(-math.pi, math.pi)
    for angle in (first, first + rng.uniform(1.3, 2.4)):
        radius = rng.uniform(0.1, 0.26) * mean
        distance = mean - radius * rng.uniform(0.7, 1.8)
        x = polar.r_mm * np.cos(polar.theta) - distance * math.cos(angle)
        y = polar.r_mm * np.sin(polar.theta) - distance * math.sin(angle)
        image[left & (np.hypot(x, y) < radius)] = muscle * rng.uniform(0.9, 1.25)


def acquire(rng: np.random.Generator, image: Array) -> Array:
    """Finite resolution, coil shading and Rician noise."""
    blurred = ndimage.gaussian_filter(image, rng.uniform(0.45, 1.0))
    shading = np.exp(rng.uniform(0.05, 0.35) * smooth_noise(rng, rng.uniform(50, 90)))
    noise = rng.uniform(0.005, 0.06)
    real = blurred * shading + rng.normal(0, noise, image.shape)
    out: Array = np.hypot(real, rng.normal(0, noise, image.shape)).astype(np.float32)
    return out
