"""Short-axis late enhancement of the phantom, with its true tissues and their volumes."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import FrameLabels, StackLabels, StackMeta
from cmrkit.contracts.kinds import SequenceKind, TimeAxis
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import rasterise
from cmrkit.phantom.cine import contours, stack_meta
from cmrkit.phantom.heart import Heart, HeartParameters, random_parameters
from cmrkit.phantom.infarct import Infarct, InfarctedHeart, Outline, random_infarct
from cmrkit.phantom.picture import Marks, Scene, add_noise, paint

CAVITY, MYOCARDIUM, SCAR, NO_REFLOW = 1, 2, 3, 4
_SERIES = 40  # cine series count from 1


@dataclass(frozen=True)
class Enhanced:
    """Signals relative to fat: nulled muscle, bright scar, blood between, no-reflow dark."""

    muscle: float = 0.1
    blood: float = 0.62
    scar: float = 0.9
    no_reflow: float = 0.08
    fat: float = 0.95


@dataclass(frozen=True)
class EnhancementPhantom:
    """``pixels``: float32 (slice, 1, row, column). ``tissues``: uint8 (slice, row, column), 1 LV
    cavity, 2 myocardium without what follows, 3 scar, 4 no-reflow. ``labels``: the true contours
    of the ventricles. Volumes in ml: closed form, not counted."""

    parameters: HeartParameters
    infarct: Infarct | None
    pixels: NDArray[np.float32]
    tissues: NDArray[np.uint8]
    meta: StackMeta
    labels: StackLabels
    cavity_ml: float
    wall_ml: float
    scar_ml: float
    no_reflow_ml: float
    seed: int

    @property
    def infarct_share(self) -> float:
        """Scar and no-reflow as a part of the wall."""
        return (self.scar_ml + self.no_reflow_ml) / self.wall_ml


def simulate_enhancement(
    parameters: HeartParameters,
    infarct: Infarct | None,
    *,
    n_slices: int = 10,
    slice_spacing_mm: float = 9.0,
    breathing_mm: float = 1.5,
    seed: int = 0,
    scene: Scene | None = None,
    signals: Enhanced | None = None,
) -> EnhancementPhantom:
    """The heart of the cine of the same parameters at end-diastole, on the same planes. Every slice
    is shifted by a random breathing offset, tissues with it. Deterministic in ``seed``."""
    if n_slices < 1 or slice_spacing_mm <= 0:
        raise InvalidGeometry("Late enhancement needs a slice and a positive slice spacing.")
    signals = signals or Enhanced()
    base = scene or Scene(seed=seed)
    scene = replace(base, muscle=signals.muscle, blood=signals.blood, fat=signals.fat)
    heart = Heart(parameters, 0.0)
    struck = InfarctedHeart(heart, infarct) if infarct is not None else None
    rng = np.random.default_rng([seed, 5])
    pixels = np.empty((n_slices, 1, *scene.matrix), dtype=np.float32)
    tissues = np.zeros((n_slices, *scene.matrix), dtype=np.uint8)
    frames = []
    for s in range(n_slices):
        z_mm = (s + 0.5) * slice_spacing_mm
        shift = rng.normal(0, breathing_mm, 2)
        picture = paint(scene, heart, z_mm, (shift[0], shift[1]), _marks(struck, z_mm, signals))
        pixels[s, 0] = add_noise(picture, scene.noise, rng) * 1000
        tissues[s] = tissues_of(scene, heart, struck, z_mm, shift)
        frames.append(FrameLabels(s, 0, contours(scene, heart, z_mm, shift)))
    return EnhancementPhantom(
        parameters=parameters,
        infarct=infarct,
        pixels=pixels,
        tissues=tissues,
        meta=replace(
            stack_meta(scene, n_slices, 1, slice_spacing_mm, 850.0, seed, series=_SERIES),
            sequence_kind=SequenceKind.LGE.value,
            time_axis=TimeAxis.SINGLE.value,
        ),
        labels=StackLabels(tuple(frames), ("lv_endo", "lv_epi", "rv_endo")),
        cavity_ml=heart.lv_volume_ml,
        wall_ml=heart.myocardium_ml,
        scar_ml=struck.scar_ml if struck else 0.0,
        no_reflow_ml=struck.no_reflow_ml if struck else 0.0,
        seed=seed,
    )


def tissues_of(
    scene: Scene,
    heart: Heart,
    struck: InfarctedHeart | None,
    z_mm: float,
    shift_mm: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Labels (row, column) of one slice."""
    label = np.zeros(scene.matrix, dtype=np.uint8)

    def fill(outline: Outline | None, code: int) -> None:
        if outline is not None:
            points = (outline + scene.centre_mm + shift_mm) / scene.spacing_mm - 0.25
            label[rasterise([points.tolist()], scene.matrix)] = code

    fill(heart.epi_outline(z_mm), MYOCARDIUM)
    if struck is not None:
        fill(struck.scar_outline(z_mm), SCAR)
        fill(struck.core_outline(z_mm), NO_REFLOW)
    fill(heart.endo_outline(z_mm), CAVITY)
    return label


def _marks(struck: InfarctedHeart | None, z_mm: float, signals: Enhanced) -> Marks:
    if struck is None:
        return ()
    found = (
        (struck.scar_outline(z_mm), signals.scar),
        (struck.core_outline(z_mm), signals.no_reflow),
    )
    return tuple((outline, signal) for outline, signal in found if outline is not None)


def enhancement_slice(
    rng: np.random.Generator, *, size: int = 160, spacing_mm: float = 1.4
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """One slice to learn from, float32 (size, size), and its tissues: heart, infarct, contrast,
    position all drawn anew. A third has no infarct."""
    heart = Heart(random_parameters(rng), 0.0)
    struck = InfarctedHeart(heart, random_infarct(rng, heart)) if rng.random() < 0.8 else None
    muscle = rng.uniform(0.03, 0.3)
    scar = muscle + rng.uniform(0.3, 0.9)
    signals = Enhanced(
        muscle=muscle,
        scar=scar,
        blood=muscle + (scar - muscle) * rng.uniform(0.35, 1.1),
        no_reflow=muscle * rng.uniform(0.3, 1.3),
        fat=rng.uniform(0.2, 1.2),
    )
    extent = size * spacing_mm
    scene = Scene(
        seed=int(rng.integers(1 << 31)),
        matrix=(size, size),
        spacing_mm=spacing_mm,
        centre_mm=(extent * rng.uniform(0.42, 0.58), extent * rng.uniform(0.42, 0.58)),
        blood=signals.blood,
        muscle=signals.muscle,
        fat=signals.fat,
        liver=rng.uniform(0.1, 0.6),
        noise=rng.uniform(0.01, 0.07),
        shading=rng.uniform(0.1, 1.0),
        papillary=rng.choice([0.0, rng.uniform(0.1, 0.24)]),
    )
    z_mm = float(rng.uniform(0, heart.epi_length_mm * 1.05))
    if struck is not None and rng.random() < 0.8:
        z_mm = float(rng.uniform(struck.infarct.from_mm, struck.infarct.to_mm))
    picture = paint(scene, heart, z_mm, (0.0, 0.0), _marks(struck, z_mm, signals))
    image = add_noise(picture, scene.noise, rng)
    return image, tissues_of(scene, heart, struck, z_mm, np.zeros(2))
