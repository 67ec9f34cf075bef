"""Random slices for training: anatomy, contrast, position and size all vary."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cmrkit.geometry import rasterise
from cmrkit.phantom.cine import contours
from cmrkit.phantom.heart import Heart, random_parameters
from cmrkit.phantom.picture import add_noise, paint, vary_scene


def simulate_slice(
    rng: np.random.Generator, *, size: int = 160, spacing_mm: float = 1.5
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """One image and its labels: float32 (size, size) and uint8 of the same shape, 0 background,
    1 RV cavity, 2 myocardium, 3 LV cavity. One slice in twelve lies beyond the heart."""
    heart = Heart(random_parameters(rng), float(rng.choice([0.0, 1.0, rng.random()])))
    across, down = (0.42, 0.58), (0.4, 0.55)
    scene = vary_scene(rng, size=size, spacing_mm=spacing_mm, across=across, down=down)
    scene = replace(scene, papillary=rng.choice([0.0, rng.uniform(0.1, 0.24)]))
    z_mm = float(rng.uniform(0, heart.epi_length_mm * 1.09))
    image = add_noise(paint(scene, heart, z_mm, (0.0, 0.0)), scene.noise, rng)
    shapes = contours(scene, heart, z_mm, np.zeros(2))
    label = np.zeros((size, size), dtype=np.uint8)
    for code, value in (("rv_endo", 1), ("lv_epi", 2), ("lv_endo", 3)):
        if code in shapes:
            label[rasterise(shapes[code], label.shape)] = value
    return image, label
