"""Long-axis cine to learn from: the phantom's views as they are, and as bent and painted anew.

Outlines are those of ``cmrkit.phantom``: left and right ventricle, muscle, atria. In what is drawn
here they are turned any way round, stretched and bent, and every tissue gets a brightness of its
own; what a real picture has and the phantom hasn't lies beside them: the aorta's root between the
atria, veins that enter the left one, vessels nearby. None of that is labelled.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.geometry import rasterise
from cmrkit.phantom import LongAxisHeart, leaflets, long_axis_slice, random_cut
from ml_workers.inference.chambers import LA, LV, MYOCARDIUM, RA, RV
from ml_workers.training import synthetic
from ml_workers.training.slices import LabelledSlice, normalise, resample

PIXEL_MM = 1.8  # both atria and the apex fit into a crop of 128 pixels
PHANTOM_MM = 1.5
VALUES = {"lv_epi": MYOCARDIUM, "lv_endo": LV, "rv_endo": RV, "la": LA, "ra": RA}
Array = NDArray[np.float32]
Mask = NDArray[np.bool_]
Bend = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From (n, 2) points (t, h) in mm of the phantom's plane to (column, row) in pixels."""


def drawn_slices(count: int, phantoms: int, seed: int) -> list[LabelledSlice]:
    """``count`` slices drawn here and ``phantoms`` as the phantom paints them; the same for the
    same seed."""
    made = []
    for index in range(count):
        image, label = drawn_slice(np.random.default_rng([seed, index]))
        made.append(_slice(image, label, synthetic.PIXEL_MM, f"drawn-{seed}"))
    for index in range(phantoms):
        found = long_axis_slice(np.random.default_rng([seed, index, 1]), spacing_mm=PHANTOM_MM)
        made.append(_slice(found.image, found.label, PHANTOM_MM, f"phantom-{seed}"))
    return made


def _slice(image: Array, label: NDArray[np.uint8], pixel_mm: float, subject: str) -> LabelledSlice:
    factor = pixel_mm / PIXEL_MM
    return LabelledSlice(resample(normalise(image), factor), resample(label, factor), subject)


def drawn_slice(rng: np.random.Generator) -> tuple[Array, NDArray[np.uint8]]:
    """One image and its labels, on the grid of ``synthetic``: 0 background, 1 RV cavity, 2
    myocardium, 3 LV cavity, 4 left atrium, 5 right atrium."""
    cut, bend = random_cut(rng), _bend(rng)
    shape = (synthetic.SIZE, synthetic.SIZE)
    outlines = {code: bend(points) for code, points in cut.outlines().items()}
    masks = {code: rasterise([points.tolist()], shape) for code, points in outlines.items()}
    label = np.zeros(shape, dtype=np.uint8)
    for code in VALUES:
        if code in masks:
            label[masks[code]] = VALUES[code]
    polar = synthetic.around_heart(rng)
    image = synthetic.surroundings(rng, polar, rng.uniform(-math.pi, math.pi))
    blood, muscle = rng.uniform(0.75, 1.15), rng.uniform(0.22, 0.5)
    _neighbours(rng, image, bend, cut, blood, muscle)
    _walls(rng, image, label, muscle)
    _blood(rng, image, label, blood, muscle)
    for leaflet in leaflets(cut, is_open=bool(rng.random() < 0.5)):
        if rng.random() < 0.8:
            image[rasterise([bend(leaflet).tolist()], shape)] = muscle * rng.uniform(0.8, 1.6)
    return synthetic.acquire(rng, image), label


def _bend(rng: np.random.Generator) -> Bend:
    """Turned any way, mirrored or not, wider or longer, sheared, and bent by slow waves."""
    angle, side = rng.uniform(-math.pi, math.pi), rng.choice([-1.0, 1.0])
    size = math.exp(rng.normal(0, 0.1))
    slim, shear = math.exp(rng.normal(0, 0.07)), rng.normal(0, 0.1)
    tilt = rng.normal(0, 0.05)  # of the valves against the long axis
    wave = rng.uniform(0.012, 0.035, (3, 2)) * rng.choice([-1, 1], (3, 2))
    phase, swing = rng.uniform(0, 2 * math.pi, 3), rng.normal(0, 1.6, (3, 2))
    middle = synthetic.SIZE / 2 + rng.uniform(-14, 14, 2)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])

    def bend(points: NDArray[np.float64]) -> NDArray[np.float64]:
        t, h = points[:, 0] * side, points[:, 1] - 25.0  # the middle of the whole heart
        moved = np.column_stack([t * slim + shear * h, h / slim + tilt * t]) * size
        moved = moved + np.sin(moved @ wave.T + phase) @ swing
        return np.asarray(moved @ turn.T / synthetic.PIXEL_MM + middle, dtype=np.float64)

    return bend


def _disc(bend: Bend, centre: tuple[float, float], a: float, b: float) -> Mask:
    """An ellipse around ``centre`` (t, h), half axes in mm, bent with the heart."""
    angle = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    points = np.column_stack([centre[0] + a * np.cos(angle), centre[1] + b * np.sin(angle)])
    return rasterise([bend(points).tolist()], (synthetic.SIZE, synthetic.SIZE))


def _neighbours(
    rng: np.random.Generator,
    image: Array,
    bend: Bend,
    cut: LongAxisHeart,
    blood: float,
    muscle: float,
) -> None:
    """Vessels around the atria, painted before the heart: what lies behind it stays hidden."""
    roof = -cut.left_atrium.length_mm
    septum = -cut.heart.epi_radius_mm
    places = [
        (0.35, (septum * 0.6, -8.0), 9.0, 9.0),  # the aorta's root
        (0.5, (rng.uniform(-15, 25), roof - 6), 5.0, 12.0),  # a vein
        (0.5, (rng.uniform(15, 35), roof * 0.7), 13.0, 5.0),  # another
        (0.6, (rng.uniform(-10, 40), roof - rng.uniform(15, 28)), 10.0, 10.0),  # descending aorta
        (0.3, (rng.uniform(-50, 50), roof - rng.uniform(5, 30)), 12.0, 8.0),
    ]
    for chance, centre, a, b in places:
        if rng.random() > chance:
            continue
        a, b = a * rng.uniform(0.6, 1.4), b * rng.uniform(0.6, 1.4)
        image[_disc(bend, centre, a + 2, b + 2)] = muscle
        image[_disc(bend, centre, a, b)] = blood * rng.uniform(0.8, 1.15)


def _walls(rng: np.random.Generator, image: Array, label: NDArray[np.uint8], muscle: float) -> None:
    """Muscle, the thin walls of the other chambers, and fat or fluid around them."""
    away = ndimage.distance_transform_edt(label == 0) * synthetic.PIXEL_MM
    if rng.random() < 0.7:
        uneven = np.clip(1 + 0.6 * _field(rng, 12), 0, None)
        rim = (away > 0) & (away < rng.uniform(2, 9) * uneven)
        bright = rng.random() < 0.75
        image[rim] = rng.uniform(0.6, 1.4) if bright else rng.uniform(0.05, 0.2)
    for code, thick in ((RV, rng.uniform(1.5, 4.0)), (LA, rng.uniform(0.8, 2.5))):
        chambers = np.isin(label, (LA, RA)) if code == LA else label == RV
        near = ndimage.distance_transform_edt(~chambers) * synthetic.PIXEL_MM
        image[(near > 0) & (near < thick) & (label == 0)] = muscle * rng.uniform(0.8, 1.2)
    texture = muscle * (1 + 0.06 * _field(rng, 4) + 0.08 * _field(rng, 14))
    image[label == MYOCARDIUM] = texture[label == MYOCARDIUM]


def _blood(
    rng: np.random.Generator, image: Array, label: NDArray[np.uint8], blood: float, muscle: float
) -> None:
    """Each chamber's blood; papillary muscles and trabeculae count as cavity."""
    for code in (RV, LV, LA, RA):
        inside = label == code
        if not inside.any():
            continue
        level = blood * rng.uniform(0.8, 1.12)
        mixed = level * (1 + 0.05 * _field(rng, 5) + 0.09 * _field(rng, 18))
        image[inside] = mixed[inside]
        if code in (LA, RA):
            continue
        depth = ndimage.distance_transform_edt(np.isin(label, (code, LA, RA))) * synthetic.PIXEL_MM
        rough = inside & (depth < rng.uniform(1, 5)) & (_field(rng, rng.uniform(1.5, 3)) > 0.7)
        image[rough] = muscle * rng.uniform(0.9, 1.5)
        if code == LV and rng.random() < 0.6:
            _papillary(rng, image, inside, muscle)


def _papillary(rng: np.random.Generator, image: Array, inside: Mask, muscle: float) -> None:
    """A dark streak somewhere in the cavity."""
    spots = np.argwhere(inside)
    row, column = spots[rng.integers(len(spots))]
    yy, xx = np.mgrid[: inside.shape[0], : inside.shape[1]]
    angle = rng.uniform(0, math.pi)
    along = (xx - column) * math.cos(angle) + (yy - row) * math.sin(angle)
    across = (yy - row) * math.cos(angle) - (xx - column) * math.sin(angle)
    streak = np.hypot(along / rng.uniform(4, 11), across / rng.uniform(1.5, 4)) < 1
    image[streak & inside] = muscle * rng.uniform(0.9, 1.3)


def _field(rng: np.random.Generator, sigma: float) -> Array:
    """Smooth noise with unit standard deviation; sigma in pixels."""
    return synthetic.smooth_noise(rng, sigma)
