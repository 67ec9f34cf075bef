"""Pictures of each class to learn from: drawings and phantoms, nothing of a person."""

import math
from collections.abc import Iterator
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.phantom import enhancement_slice as phantom_enhancement
from cmrkit.phantom import long_axis_slice, simulate_slice
from cmrkit.quality.kind_check import Shown
from ml_workers.training import synthetic
from ml_workers.training.enhancement import enhancement_slice
from ml_workers.training.long_axis import drawn_slice

Array = NDArray[np.float32]


class Drawn(IntEnum):
    """What is drawn; the number is part of each picture's seed."""

    CINE_SAX = 0
    CINE_LAX = 1
    LGE_SAX = 2
    NO_HEART = 3


SHOWS = {
    Drawn.CINE_SAX: Shown.SHORT_AXIS,
    Drawn.CINE_LAX: Shown.LONG_AXIS,
    Drawn.LGE_SAX: Shown.SHORT_AXIS,
    Drawn.NO_HEART: Shown.NO_HEART,
}
PHANTOM_MM = 1.5


def drawn_pictures(count: int, seed: int) -> Iterator[tuple[Shown, Array, float]]:
    """``count`` of each that is drawn, a quarter of them phantoms: class, image, pixel size in mm;
    the same for the same seed."""
    for index in range(count):
        for drawn in Drawn:
            rng = np.random.default_rng([seed, index, int(drawn)])
            yield SHOWS[drawn], *_picture(drawn, index % 4 == 3, rng)


def _picture(drawn: Drawn, phantom: bool, rng: np.random.Generator) -> tuple[Array, float]:
    if drawn is Drawn.NO_HEART:
        return _no_heart(rng), synthetic.PIXEL_MM
    if drawn is Drawn.CINE_LAX:
        if phantom:
            return long_axis_slice(rng, spacing_mm=PHANTOM_MM).image, PHANTOM_MM
        return drawn_slice(rng)[0], synthetic.PIXEL_MM
    make = {
        (Drawn.CINE_SAX, False): synthetic.synthetic_slice,
        (Drawn.CINE_SAX, True): simulate_slice,
        (Drawn.LGE_SAX, False): enhancement_slice,
        (Drawn.LGE_SAX, True): phantom_enhancement,
    }[drawn, phantom]
    while True:
        image, label = make(rng)
        if (label > 0).sum() > 200:  # a slice beyond the heart shows none
            return image, PHANTOM_MM if phantom else synthetic.PIXEL_MM


def _no_heart(rng: np.random.Generator) -> Array:
    """A body without a heart, things in a dish, or noise of any grain."""
    way = rng.random()
    if way < 0.55:
        polar = synthetic.around_heart(rng)
        return synthetic.acquire(
            rng, synthetic.surroundings(rng, polar, rng.uniform(-math.pi, math.pi))
        )
    size = synthetic.SIZE
    if way < 0.85:
        image = np.full((size, size), rng.uniform(0, 0.1), dtype=np.float32)
        yy, xx = np.mgrid[:size, :size].astype(np.float32)
        for _ in range(rng.integers(1, 12)):
            row, column = rng.uniform(0.15, 0.85, 2) * size
            a, b = rng.uniform(4, 70, 2)
            image[np.hypot((yy - row) / a, (xx - column) / b) < 1] = rng.uniform(0, 1.3)
        return synthetic.acquire(rng, image)
    grain = ndimage.gaussian_filter(rng.normal(size=(size, size)), rng.uniform(0, 6))
    return np.asarray(np.abs(grain / grain.std() + rng.uniform(0, 3)), dtype=np.float32)
