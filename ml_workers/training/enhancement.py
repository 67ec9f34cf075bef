"""Late enhancement to learn from: slices drawn at random, and how the second look sees a slice.

Drawn is the anatomy of ``synthetic``, painted anew.
What tissue looks like is drawn for every picture: muscle is nulled well or badly, blood lies
anywhere between muscle and scar, the rest of the chest gets a random curve of its brightness. An
infarct spreads from the endocardium over a part of the circumference and a part of the wall; in
some the middle of it is dark again (no-reflow). Scar without the endocardium, as in
cardiomyopathies, is drawn too.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cmrkit.phantom import enhancement_slice as phantom_slice
from ml_workers.inference.enhancement import CAVITY, MYOCARDIUM, NO_REFLOW, SCAR
from ml_workers.inference.heart_frame import HeartFrame
from ml_workers.training import synthetic
from ml_workers.training.slices import LabelledSlice, normalise

FRAME_PX = 160  # of what is cut out around the heart: room to turn and shift
HEART_PX = 80.0  # height and width of the left ventricle in the second look
PERCENTILES = (1.0, 99.0)
LEAST_PX = 28  # of a whole heart, at the pixel size of what is drawn
Array = NDArray[np.float32]
Mask = NDArray[np.bool_]
SCARRED = 0.7  # share of the slices with a scar


def drawn_slices(count: int, phantoms: int, seed: int) -> list[LabelledSlice]:
    """``count`` slices drawn here and ``phantoms`` of ``cmrkit.phantom``, each as it lies and as
    the second look sees it; the same for the same seed."""
    pieces: list[LabelledSlice] = []
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        pieces += both_looks(*enhancement_slice(rng), f"drawn-{seed}", rng)
    for index in range(phantoms):
        rng = np.random.default_rng([seed, index, 1])
        pieces += both_looks(*phantom_slice(rng), f"phantom-{seed}", rng)
    return pieces


def both_looks(
    image: Array, label: NDArray[np.uint8], subject: str, rng: np.random.Generator
) -> Iterator[LabelledSlice]:
    """The slice as it lies, and in the frame of a heart of which it may be the middle or the tip:
    a frame is as large as the largest slices of a stack."""
    yield LabelledSlice(normalise(image), label, subject, 1.0)
    frame = HeartFrame.around(label[None] > 0)
    if frame is None:
        return
    larger = rng.uniform(0.95, 1.15) if rng.random() < 0.6 else rng.uniform(1.1, 2.4)
    larger = max(larger, LEAST_PX / max(frame.height, frame.width))
    frame = replace(frame, height=frame.height * larger, width=frame.width * larger)
    yield framed(frame, image[None], label[None], subject)[0]


def framed(
    frame: HeartFrame, images: NDArray[Any], labels: NDArray[np.uint8], subject: str
) -> list[LabelledSlice]:
    """Slices (n, row, column) as the second look sees them. Those with scar weigh more, and those
    with no-reflow most: they are few, and what they show is what the network has to learn."""
    seen = frame.look(images, FRAME_PX, HEART_PX, PERCENTILES)[:, 0].numpy()
    marked = frame.look_at_labels(labels, FRAME_PX, HEART_PX).numpy()
    return [
        LabelledSlice(image, label, subject, _weight(label))
        for image, label in zip(seen, marked, strict=True)
    ]


def _weight(label: NDArray[np.uint8]) -> float:
    return 2.0 + 2.0 * float((label == SCAR).any()) + 2.0 * float((label == NO_REFLOW).any())


def enhancement_slice(rng: np.random.Generator) -> tuple[Array, NDArray[np.uint8]]:
    """One image and its labels: 0 background, 1 LV cavity, 2 myocardium without scar, 3 scar, 4
    no-reflow; grid and pixel size are those of ``synthetic``."""
    cine, anatomy = synthetic.synthetic_slice(rng)
    cavity, muscle = anatomy == synthetic.LV, anatomy == synthetic.MYOCARDIUM
    label = np.zeros(anatomy.shape, dtype=np.uint8)
    label[cavity], label[muscle] = CAVITY, MYOCARDIUM
    if muscle.any() and cavity.any() and rng.random() < SCARRED:
        scar = _scar(rng, muscle, cavity)
        label[scar] = SCAR
        if scar.sum() > 60 and rng.random() < 0.35:
            label[_core(rng, scar, cavity)] = NO_REFLOW
    return _paint(rng, cine, anatomy, label), label


def _scar(rng: np.random.Generator, muscle: Mask, cavity: Mask) -> Mask:
    """A stretch of the wall: an angle around the cavity's middle, and a share of the wall's depth
    that changes along it."""
    depth, angle = _depth_and_angle(muscle, cavity)
    half = rng.uniform(0.25, 1.5)
    across = np.abs(np.angle(np.exp(1j * (angle - rng.uniform(-math.pi, math.pi))))) / half
    edge = across + 0.35 * _noise(rng, muscle.shape, 10)
    reach = rng.uniform(0.3, 1.3) * np.sqrt(np.clip(1 - edge, 0, 1))
    reach = reach + 0.12 * _noise(rng, muscle.shape, 5) * (edge < 1)
    begin = 0.0 if rng.random() < 0.85 else rng.uniform(0.25, 0.6)  # mid-wall or outer
    scar: Mask = muscle & (edge < 1) & (depth >= begin) & (depth < begin + reach)
    return scar


def _core(rng: np.random.Generator, scar: Mask, cavity: Mask) -> Mask:
    """The inside of the scar near the cavity, wrapped in enhancement."""
    inner = ndimage.distance_transform_edt(scar)
    inside = inner > rng.uniform(1.0, 2.2)
    near = ndimage.distance_transform_edt(~cavity)
    core: Mask = inside & (near < rng.uniform(0.5, 0.9) * near[scar].max())
    return core


def _depth_and_angle(muscle: Mask, cavity: Mask) -> tuple[Array, Array]:
    """Depth in the wall from 0 at the endocardium to 1 at the epicardium, and the angle."""
    inner = ndimage.distance_transform_edt(~cavity)
    outer = ndimage.distance_transform_edt(cavity | muscle)
    depth = inner / np.maximum(inner + outer, 1e-6)
    row, column = ndimage.center_of_mass(cavity)
    yy, xx = np.mgrid[: cavity.shape[0], : cavity.shape[1]]
    return depth.astype(np.float32), np.arctan2(yy - row, xx - column).astype(np.float32)


def _paint(
    rng: np.random.Generator, cine: Array, anatomy: NDArray[np.uint8], label: NDArray[np.uint8]
) -> Array:
    """Tissue by tissue: a scar is brighter than muscle, whatever the blood is."""
    image = _curve(rng, cine)
    muscle = rng.uniform(0.03, 0.35)
    scar = muscle + rng.uniform(0.3, 0.9)
    blood = muscle + (scar - muscle) * rng.uniform(0.25, 1.15)
    grain = 1 + 0.07 * _noise(rng, cine.shape, 4) + 0.07 * _noise(rng, cine.shape, 16)
    # papillary muscles of the cine picture stay, as darker places in the blood
    pale = (
        np.clip(cine / max(float(np.median(cine[label == CAVITY])), 1e-3), 0, 1) ** 0.7
        if (label == CAVITY).any()
        else np.ones_like(cine)
    )
    right = anatomy == synthetic.RV
    image[right] = (blood * rng.uniform(0.85, 1.1) * pale)[right]
    for code, value in ((MYOCARDIUM, muscle), (SCAR, scar)):
        image[label == code] = value
    image[label == CAVITY] = (muscle + (blood - muscle) * pale)[label == CAVITY]
    image[label == NO_REFLOW] = muscle * rng.uniform(0.3, 1.3)
    return _acquire(rng, image * grain)


def _curve(rng: np.random.Generator, cine: Array) -> Array:
    """Another brightness for each brightness; fat stays bright more often than not."""
    knots = np.sort(rng.uniform(0, 1.4, 3))
    heights = rng.uniform(0, 1.0, 5)
    heights[-1] = max(heights[-1], rng.uniform(0.3, 1.2))
    out = np.interp(cine, [0.0, *knots, 1.6], [rng.uniform(0, 0.1), *heights[1:]])
    curved: Array = out.astype(np.float32)
    return curved


def _noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> Array:
    """Smooth noise with unit standard deviation; sigma in pixels."""
    field = ndimage.gaussian_filter(rng.normal(size=shape), sigma)
    out: Array = (field / (field.std() + 1e-9)).astype(np.float32)
    return out


def _acquire(rng: np.random.Generator, image: Array) -> Array:
    """Coarser than cine, shaded, noisy."""
    blurred = ndimage.gaussian_filter(image, rng.uniform(0.6, 1.4))
    shading = np.exp(rng.uniform(0.05, 0.4) * _noise(rng, image.shape, 45))
    noise = rng.uniform(0.01, 0.07)
    real = blurred * shading + rng.normal(0, noise, image.shape)
    out: Array = np.hypot(real, rng.normal(0, noise, image.shape)).astype(np.float32)
    return out
