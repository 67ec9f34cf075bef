"""A short-axis cine of the phantom, with its true contours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import FrameLabels, FrameRef, StackLabels, StackMeta
from cmrkit.errors import InvalidGeometry
from cmrkit.phantom.heart import END_SYSTOLE, Heart, HeartParameters, contraction_at
from cmrkit.phantom.picture import Scene, add_noise, paint

# an oblique short-axis plane, as on a real patient (LPS)
_ROW = np.array([0.63, 0.71, -0.31]) / np.linalg.norm([0.63, 0.71, -0.31])
_NORMAL = np.cross(_ROW, [0.0, 0.35, -0.94])
_NORMAL /= np.linalg.norm(_NORMAL)
_COLUMN = np.cross(_NORMAL, _ROW)
_ORIGIN_MM = np.array([-110.0, -160.0, 90.0])  # centre of the most basal slice's first pixel


@dataclass(frozen=True)
class CinePhantom:
    """``pixels``: float32 (slice, phase, row, column). ``labels``: the true contours of all
    frames. Volumes in ml, mass in g, EF in percent: closed form, not measured."""

    parameters: HeartParameters
    pixels: NDArray[np.float32]
    meta: StackMeta
    labels: StackLabels
    edv_ml: float
    esv_ml: float
    ef_percent: float
    mass_g: float
    rv_edv_ml: float
    rv_esv_ml: float
    seed: int

    @property
    def es_phase(self) -> int:
        """The end-systolic phase; end-diastole is phase 0."""
        return es_phase_of(self.meta.n_phases)

    @property
    def first_series(self) -> int:
        """SeriesNumber of the most basal slice."""
        return 1

    @property
    def description(self) -> str:
        return "cine SAX"


def simulate_cine(
    parameters: HeartParameters,
    *,
    n_slices: int = 11,
    n_phases: int = 20,
    slice_spacing_mm: float = 9.0,
    rr_interval_ms: float = 850.0,
    breathing_mm: float = 1.5,
    seed: int = 0,
    scene: Scene | None = None,
) -> CinePhantom:
    """Slices lie at (k + ½) × spacing below the base; each is shifted in its plane by a random
    breathing offset (standard deviation ``breathing_mm``), contours with it. Deterministic in
    ``seed``. Raises InvalidGeometry for fewer than 1 slice or 2 phases."""
    if n_slices < 1 or n_phases < 2 or slice_spacing_mm <= 0:
        raise InvalidGeometry("A cine needs a slice, two phases and a positive slice spacing.")
    rng = np.random.default_rng([seed, 2])
    scene = scene or Scene(seed=seed)
    hearts = [Heart(parameters, c) for c in contractions(n_phases)]
    pixels = np.empty((n_slices, n_phases, *scene.matrix), dtype=np.float32)
    frames = []
    for s in range(n_slices):
        z_mm = (s + 0.5) * slice_spacing_mm
        shift = rng.normal(0, breathing_mm, 2)
        for p, heart in enumerate(hearts):
            picture = paint(scene, heart, z_mm, (shift[0], shift[1]))
            pixels[s, p] = add_noise(picture, scene.noise, rng) * 1000
            frames.append(FrameLabels(s, p, contours(scene, heart, z_mm, shift)))
    diastole, systole = hearts[0], Heart(parameters, 1.0)
    edv, esv = diastole.lv_volume_ml, systole.lv_volume_ml
    return CinePhantom(
        parameters=parameters,
        pixels=pixels,
        meta=stack_meta(scene, n_slices, n_phases, slice_spacing_mm, rr_interval_ms, seed),
        labels=StackLabels(tuple(frames), ("lv_endo", "lv_epi", "rv_endo")),
        edv_ml=edv,
        esv_ml=esv,
        ef_percent=100 * (edv - esv) / edv,
        mass_g=diastole.mass_g,
        rv_edv_ml=diastole.rv_volume_ml,
        rv_esv_ml=systole.rv_volume_ml,
        seed=seed,
    )


def contractions(n_phases: int) -> list[float]:
    """Contraction per phase; the phase nearest to end-systole is exactly there."""
    values = [contraction_at(p / n_phases) for p in range(n_phases)]
    values[es_phase_of(n_phases)] = 1.0
    return values


def es_phase_of(n_phases: int) -> int:
    return round(END_SYSTOLE * n_phases)


def contours(
    scene: Scene, heart: Heart, z_mm: float, shift_mm: NDArray[np.float64]
) -> dict[str, tuple[tuple[tuple[float, float], ...], ...]]:
    """True outlines in pixels, (0, 0) the centre of the first pixel."""
    found: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {}
    for code, outline in (
        ("lv_endo", heart.endo_outline(z_mm)),
        ("lv_epi", heart.epi_outline(z_mm)),
        ("rv_endo", heart.rv_outline(z_mm)),
    ):
        if outline is not None:
            # painting starts at the first pixel's corner, contours at its centre
            points = (outline + scene.centre_mm + shift_mm) / scene.spacing_mm - 0.25
            found[code] = (tuple((float(x), float(y)) for x, y in points),)
    return found


def heart_to_patient(scene: Scene, slice_spacing_mm: float) -> NDArray[np.float64]:
    """4 × 4 affine from the heart's (x, y, z) in mm to the patient's (LPS), for hearts that
    breathing has not shifted. It is where the short-axis stack of that scene and spacing lies."""
    affine = np.eye(4)
    affine[:3, :3] = np.column_stack([_ROW, _COLUMN, _NORMAL])
    corner = np.array(scene.centre_mm) - 0.25 * scene.spacing_mm
    affine[:3, 3] = (
        _ORIGIN_MM + corner[0] * _ROW + corner[1] * _COLUMN - slice_spacing_mm / 2 * _NORMAL
    )
    return affine


def uid(seed: int, *numbers: int) -> str:
    return ".".join(["2.25.73610", str(seed), *map(str, numbers)])


def stack_meta(
    scene: Scene,
    n_slices: int,
    n_phases: int,
    spacing: float,
    rr_ms: float,
    seed: int,
    *,
    series: int = 3,
) -> StackMeta:
    """The planes of the phantom; ``series`` keeps the frames of different stacks apart."""
    return StackMeta(
        n_slices=n_slices,
        n_phases=n_phases,
        rows=scene.matrix[0],
        columns=scene.matrix[1],
        pixel_spacing_mm=(scene.spacing_mm, scene.spacing_mm),
        slice_spacing_mm=spacing,
        slice_thickness_mm=min(8.0, spacing),
        row_direction=triple(_ROW),
        column_direction=triple(_COLUMN),
        slice_positions_mm=tuple(
            triple(_ORIGIN_MM + s * spacing * _NORMAL) for s in range(n_slices)
        ),
        frame_of_reference_uid=uid(seed, 9),
        trigger_times_ms=tuple(
            tuple(round(p * rr_ms / n_phases, 1) for p in range(n_phases)) for _ in range(n_slices)
        ),
        rr_interval_ms=rr_ms,
        frames=tuple(
            tuple(FrameRef(uid(seed, series, s + 1, p + 1), 1) for p in range(n_phases))
            for s in range(n_slices)
        ),
    )


def triple(values: NDArray[np.float64]) -> tuple[float, float, float]:
    return (round(float(values[0]), 6), round(float(values[1]), 6), round(float(values[2]), 6))
