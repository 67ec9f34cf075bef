"""A long-axis cine of the phantom: the same beating heart as the short-axis stack, in its place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import FrameLabels, FrameRef, StackLabels, StackMeta
from cmrkit.contracts.labels import Point
from cmrkit.errors import InvalidGeometry
from cmrkit.phantom.atria import AtriaParameters
from cmrkit.phantom.cine import contractions, es_phase_of, heart_to_patient, triple, uid
from cmrkit.phantom.heart import Heart, HeartParameters
from cmrkit.phantom.long_axis import LongAxisHeart, LongAxisView
from cmrkit.phantom.long_axis_picture import paint_long_axis, to_picture
from cmrkit.phantom.picture import Scene, add_noise

_SERIES = {LongAxisView.TWO_CHAMBER: 201, LongAxisView.FOUR_CHAMBER: 202}
_THICKNESS_MM = 6.0


@dataclass(frozen=True)
class LongAxisCine:
    """``pixels``: float32 (1, phase, row, column). ``labels``: true contours of all phases.
    ``landmarks``: by phase and name, in pixels. ``areas_mm2``: by phase and structure, closed form
    and not measured. ``la_ml``: the left atrium by phase, closed form."""

    parameters: HeartParameters
    atria: AtriaParameters
    view: LongAxisView
    pixels: NDArray[np.float32]
    meta: StackMeta
    labels: StackLabels
    landmarks: tuple[dict[str, Point], ...]
    areas_mm2: tuple[dict[str, float], ...]
    la_ml: tuple[float, ...]
    seed: int

    @property
    def es_phase(self) -> int:
        """The end-systolic phase; end-diastole is phase 0."""
        return es_phase_of(self.meta.n_phases)

    @property
    def first_series(self) -> int:
        """SeriesNumber; those of the short-axis stack begin at 1."""
        return _SERIES[self.view]

    @property
    def description(self) -> str:
        return f"cine {self.view}"


def long_axis_scene(seed: int) -> Scene:
    """Room for the ventricles above the base plane and for the atria below."""
    return Scene(seed=seed, centre_mm=(140.0, 150.0))


def simulate_long_axis(
    parameters: HeartParameters,
    view: LongAxisView,
    *,
    atria: AtriaParameters | None = None,
    n_phases: int = 20,
    rr_interval_ms: float = 850.0,
    seed: int = 0,
    scene: Scene | None = None,
    beside: Scene | None = None,
    sax_spacing_mm: float = 9.0,
) -> LongAxisCine:
    """One slice that contains the heart's long axis. It lies in the patient where it cuts the heart
    of ``simulate_cine`` with that seed, scene (``beside``) and slice spacing, without breathing.
    Deterministic in ``seed``. Raises InvalidGeometry for fewer than 2 phases."""
    if n_phases < 2 or sax_spacing_mm <= 0:
        raise InvalidGeometry("A cine needs two phases and a positive slice spacing.")
    scene, atria = scene or long_axis_scene(seed), atria or AtriaParameters()
    rng = np.random.default_rng([seed, 5, _SERIES[view]])
    beats = contractions(n_phases)
    cuts = [LongAxisHeart(Heart(parameters, c), atria, view) for c in beats]
    pixels = np.empty((1, n_phases, *scene.matrix), dtype=np.float32)
    for phase, cut in enumerate(cuts):
        filling = phase > es_phase_of(n_phases)
        picture = paint_long_axis(scene, cut, filling=filling)
        pixels[0, phase] = add_noise(picture, scene.noise, rng) * 1000
    placed = heart_to_patient(beside or Scene(seed=seed), sax_spacing_mm)
    return LongAxisCine(
        parameters=parameters,
        atria=atria,
        view=view,
        pixels=pixels,
        meta=_meta(scene, cuts[0], placed, n_phases, rr_interval_ms, seed),
        labels=_labels(scene, cuts),
        landmarks=tuple(landmarks_px(scene, cut) for cut in cuts),
        areas_mm2=tuple(cut.areas_mm2() for cut in cuts),
        la_ml=tuple(cut.left_atrium.volume_ml for cut in cuts),
        seed=seed,
    )


def _to_pixels(scene: Scene, points: NDArray[np.float64]) -> list[Point]:
    # painting starts at the first pixel's corner, contours at its centre
    placed = to_picture(scene, points) / scene.spacing_mm - 0.25
    return [(float(x), float(y)) for x, y in placed]


def contours_px(scene: Scene, cut: LongAxisHeart) -> dict[str, tuple[tuple[Point, ...], ...]]:
    """True outlines in pixels, (0, 0) the centre of the first pixel."""
    return {code: (tuple(_to_pixels(scene, o)),) for code, o in cut.outlines().items()}


def landmarks_px(scene: Scene, cut: LongAxisHeart) -> dict[str, Point]:
    marks = cut.landmarks()
    points = _to_pixels(scene, np.array(list(marks.values())))
    return dict(zip(marks, points, strict=True))


def _labels(scene: Scene, cuts: list[LongAxisHeart]) -> StackLabels:
    frames = tuple(FrameLabels(0, p, contours_px(scene, cut)) for p, cut in enumerate(cuts))
    return StackLabels(frames, tuple(cuts[0].outlines()))


def _meta(
    scene: Scene,
    cut: LongAxisHeart,
    placed: NDArray[np.float64],
    n_phases: int,
    rr_ms: float,
    seed: int,
) -> StackMeta:
    corner = np.array([[0.25 * scene.spacing_mm] * 2]) - scene.centre_mm
    first = placed @ np.append(cut.to_heart(corner * (1, -1))[0], 1.0)
    across = placed[:3, :3] @ cut.to_heart(np.array([[1.0, 0.0]]))[0]
    series = _SERIES[cut.view]
    return StackMeta(
        n_slices=1,
        n_phases=n_phases,
        rows=scene.matrix[0],
        columns=scene.matrix[1],
        pixel_spacing_mm=(scene.spacing_mm, scene.spacing_mm),
        slice_spacing_mm=_THICKNESS_MM,
        slice_thickness_mm=_THICKNESS_MM,
        row_direction=triple(across),
        column_direction=triple(-placed[:3, 2]),
        slice_positions_mm=(triple(first[:3]),),
        frame_of_reference_uid=uid(seed, 9),
        trigger_times_ms=(tuple(round(p * rr_ms / n_phases, 1) for p in range(n_phases)),),
        rr_interval_ms=rr_ms,
        frames=(tuple(FrameRef(uid(seed, 3, series, p + 1), 1) for p in range(n_phases)),),
        view=str(cut.view),
    )
