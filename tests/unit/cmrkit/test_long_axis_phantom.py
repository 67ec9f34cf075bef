"""Long-axis views of the phantom: closed form against polygons, pixels and the short-axis stack."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from cmrkit.dicomio import assemble_stacks, load_pixels, read_header
from cmrkit.errors import InvalidGeometry
from cmrkit.geometry import rasterise
from cmrkit.geometry.plane import image_to_patient, patient_to_image
from cmrkit.phantom import (
    AtriaParameters,
    HeartParameters,
    LongAxisCine,
    LongAxisView,
    PathologyClass,
    random_atria,
    random_parameters,
    simulate_cine,
    simulate_long_axis,
    write_cine_dicom,
)
from cmrkit.phantom.atria import left_atrium, right_atrium
from cmrkit.phantom.heart import Heart
from cmrkit.phantom.long_axis import LongAxisHeart
from cmrkit.phantom.picture import Scene
from cmrkit.volumes.area_length import LengthRule, LongAxisSection, biplane_ml, single_plane_ml

SMALL = Scene(seed=1, matrix=(128, 128), spacing_mm=2.1, centre_mm=(140.0, 150.0))
BESIDE = Scene(seed=1, matrix=(96, 96), spacing_mm=2.6)
SEEDS = range(60)


def _polygon_mm2(points: np.ndarray) -> float:
    x, y = points.T
    return abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2))


def _hearts(view: LongAxisView) -> list[LongAxisHeart]:
    found = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        heart = Heart(random_parameters(rng), float(rng.choice([0.0, 0.4, 1.0])))
        found.append(LongAxisHeart(heart, random_atria(rng), view))
    return found


@pytest.mark.parametrize("view", list(LongAxisView))
def test_outlines_enclose_the_areas_of_closed_form(view: LongAxisView) -> None:
    for cut in _hearts(view):
        areas, outlines = cut.areas_mm2(), cut.outlines()
        assert set(areas) == set(outlines)
        for code, outline in outlines.items():
            assert _polygon_mm2(outline) == pytest.approx(areas[code], rel=0.002), code


@pytest.mark.parametrize("view", list(LongAxisView))
def test_chambers_do_not_overlap(view: LongAxisView) -> None:
    for cut in _hearts(view):
        shapes = {c: o for c, o in cut.outlines().items() if c != "lv_epi"}
        masks = {c: rasterise([o * (1, -1) + (140, 140)], (280, 280)) for c, o in shapes.items()}
        for first, second in combinations(masks, 2):
            assert not (masks[first] & masks[second]).any(), (first, second, cut.heart.parameters)


def test_monte_carlo_agrees_with_the_atriums_volume_and_both_its_cuts() -> None:
    """Points thrown into a box, told by the definition: a sheared ellipsoid above the valve."""
    heart, atria = Heart(HeartParameters(), 1.0), AtriaParameters()
    rng = np.random.default_rng(3)
    for atrium in (left_atrium(heart, atria), right_atrium(heart, atria)):
        whole = atrium.along
        x, z = rng.uniform(-60, 60, (2, 400_000))
        y = rng.uniform(0, 80, 400_000)

        def inside(x, z, y, e=whole):
            return ((x - e.lean * y) ** 2 + z**2) / e.a**2 + ((y - e.d) / e.c) ** 2 < 1

        ml = inside(x, z, y).mean() * 120 * 120 * 80 / 1000
        assert ml == pytest.approx(atrium.volume_ml, rel=0.03)
        for cut, hits in ((whole, inside(x, 0, y)), (atrium.across, inside(0, z, y))):
            assert hits.mean() * 120 * 80 == pytest.approx(cut.area_mm2, rel=0.02)


def _section(cine: LongAxisCine, phase: int) -> LongAxisSection:
    """Measured from contours and landmarks in pixels alone."""
    mm = cine.meta.pixel_spacing_mm[0]
    (outline,) = cine.labels.frames[phase].structures["lv_endo"]
    marks = {name: np.array(point) for name, point in cine.landmarks[phase].items()}
    hinges = [point for name, point in marks.items() if name.startswith("mitral")]
    length = np.linalg.norm(marks["lv_apex"] - np.mean(hinges, axis=0)) * mm
    return LongAxisSection(_polygon_mm2(np.array(outline)) * mm**2, float(length))


def _both(parameters: HeartParameters, n_phases: int = 3) -> list[LongAxisCine]:
    return [
        simulate_long_axis(parameters, view, n_phases=n_phases, seed=1, scene=SMALL, beside=BESIDE)
        for view in LongAxisView
    ]


@pytest.mark.parametrize("pathology", [p for p in PathologyClass if p != PathologyClass.INFARCT])
def test_area_length_gives_the_lvs_volume(pathology: PathologyClass) -> None:
    parameters = random_parameters(np.random.default_rng(7), pathology)
    two, four = _both(parameters)
    for phase, contraction in ((0, 0.0), (two.es_phase, 1.0)):
        true = Heart(parameters, contraction).lv_volume_ml
        a, b = _section(two, phase), _section(four, phase)
        for rule in LengthRule:
            assert biplane_ml(a, b, rule) == pytest.approx(true, rel=0.005)
        assert single_plane_ml(a) == pytest.approx(true, rel=0.005)


def test_area_length_is_wrong_where_a_scar_bulges_in_one_plane() -> None:
    """The formula's assumption fails, and so must the agreement: a round cavity."""
    parameters = replace(
        HeartParameters(), akinesia=1.0, scar_angle_rad=LongAxisView.TWO_CHAMBER.angle_rad
    )
    two, four = _both(parameters)
    es = two.es_phase
    true = Heart(parameters, 1.0).lv_volume_ml
    a, b = _section(two, es), _section(four, es)
    assert single_plane_ml(a) > 1.1 * true
    assert single_plane_ml(b) < 0.9 * true


def test_a_scar_anywhere_spreads_the_error_of_area_length() -> None:
    """The numbers of docs/science/long-axis.md, from closed-form areas."""
    errors = []
    for seed in range(200):
        rng = np.random.default_rng([seed, 9])
        heart = Heart(random_parameters(rng, PathologyClass.INFARCT), 1.0)
        a, b = (
            LongAxisSection(
                LongAxisHeart(heart, AtriaParameters(), view).areas_mm2()["lv_endo"],
                heart.length_mm,
            )
            for view in LongAxisView
        )
        errors.append(100 * (biplane_ml(a, b, LengthRule.MEAN) / heart.lv_volume_ml - 1))
    assert np.mean(errors) == pytest.approx(-1.7, abs=0.1)
    assert np.std(errors) == pytest.approx(5.7, abs=0.1)
    assert np.abs(errors).max() == pytest.approx(15.0, abs=0.1)


def test_landmarks_agree_with_the_short_axis_stack_in_the_patient() -> None:
    """A long-axis landmark or border, carried into the patient and onto a short-axis slice, lies on
    that slice's own contour."""
    parameters = HeartParameters()
    sax = simulate_cine(
        parameters, n_slices=60, n_phases=3, slice_spacing_mm=1.5, breathing_mm=0, seed=1,
        scene=BESIDE,
    )  # fmt: skip
    for view in LongAxisView:
        cine = simulate_long_axis(
            parameters, view, n_phases=3, seed=1, scene=SMALL, beside=BESIDE, sax_spacing_mm=1.5
        )
        assert cine.meta.frame_of_reference_uid == sax.meta.frame_of_reference_uid
        away = _far_from_contours(cine, sax)
        assert len(away) > 50
        assert max(away) < 0.6  # mm: a polygon of 72 points between slices 1.5 mm apart
        shifted = replace(cine.meta, slice_positions_mm=((0.0, 0.0, 0.0),))
        assert np.median(_far_from_contours(replace(cine, meta=shifted), sax) or [99.0]) > 5


def _far_from_contours(cine: LongAxisCine, sax) -> list[float]:
    """mm from each point of the long-axis endocardium (mitral hinges included) to the contour of
    the short-axis slice nearest to it, at end-diastole."""
    into = image_to_patient(cine.meta, 0)
    (outline,) = cine.labels.frames[0].structures["lv_endo"]
    hinges = [p for n, p in cine.landmarks[0].items() if n.startswith("mitral")]
    found = []
    for column, row in [*outline, *hinges]:
        point = into @ (column, row, 0, 1)
        depth = patient_to_image(sax.meta, 0) @ point
        s = round(float(depth[2]) / sax.meta.slice_spacing_mm)
        if not 0 <= s < 40:  # nearer to the apex the wall runs too flat for the nearest slice
            continue
        shapes = sax.labels.frames[s * sax.meta.n_phases].structures
        ring = np.array(shapes["lv_endo"][0])
        x, y = (patient_to_image(sax.meta, s) @ point)[:2]
        fine = np.concatenate(
            [ring + (np.roll(ring, -1, 0) - ring) * f for f in (0, 0.25, 0.5, 0.75)]
        )
        found.append(float(np.hypot(*(fine - (x, y)).T).min()) * sax.meta.pixel_spacing_mm[0])
    return found


def test_dicom_holds_both_views_beside_the_short_axis(tmp_path: Path) -> None:
    parameters = HeartParameters()
    cines = _both(parameters, n_phases=5)
    sax = simulate_cine(parameters, n_slices=5, n_phases=5, seed=1, scene=BESIDE)
    files = [f for cine in [sax, *cines] for f in write_cine_dicom(cine, tmp_path)]
    assert len(set(files)) == 35
    headers = [read_header(path) for path in files]
    stacks = {stack.meta.view: stack for stack in assemble_stacks(headers)}
    assert set(stacks) == {"SAX", "2CH", "4CH"}
    by_uid = {h.sop_instance_uid: p.read_bytes() for h, p in zip(headers, files, strict=True)}
    for cine in cines:
        meta = stacks[cine.view].meta
        assert meta.slice_positions_mm == cine.meta.slice_positions_mm
        assert meta.row_direction == pytest.approx(cine.meta.row_direction)
        assert meta.column_direction == pytest.approx(cine.meta.column_direction)
        assert meta.trigger_times_ms == cine.meta.trigger_times_ms
        pixels = load_pixels(meta, by_uid.__getitem__)
        assert pixels[0, 2] == pytest.approx(np.clip(np.rint(cine.pixels[0, 2]), 0, 4095))


def test_the_planes_alone_tell_the_view(tmp_path: Path) -> None:
    """Without descriptions, geometry beside the short-axis stack must not call 2CH 4CH."""
    cines = [simulate_cine(HeartParameters(), n_slices=6, n_phases=5, seed=1, scene=BESIDE)]
    cines += _both(HeartParameters(), n_phases=5)
    headers = [
        read_header(f)
        for cine in cines
        for f in write_cine_dicom(cine, tmp_path, extra={"SeriesDescription": ""})
    ]
    told = {s.meta.slice_positions_mm: s.meta.view for s in assemble_stacks(headers)}
    for cine in cines[1:]:
        assert told[cine.meta.slice_positions_mm] in {str(cine.view), "3CH", "unknown"}


def test_blood_is_brighter_than_muscle_in_every_chamber() -> None:
    for cine in _both(HeartParameters()):
        shape = cine.pixels.shape[2:]
        masks = {c: rasterise(p, shape) for c, p in cine.labels.frames[0].structures.items()}
        muscle = cine.pixels[0, 0][masks["lv_epi"] & ~masks["lv_endo"]].mean()
        for code in set(masks) - {"lv_epi"}:
            assert cine.pixels[0, 0][masks[code]].mean() > 1.5 * muscle, code


@pytest.mark.parametrize(
    "call",
    [
        lambda: AtriaParameters(la_radius_mm=0),
        lambda: AtriaParameters(emptying=1.0),
        lambda: simulate_long_axis(HeartParameters(), LongAxisView.TWO_CHAMBER, n_phases=1),
        lambda: LongAxisSection(0.0, 80.0),
        lambda: LongAxisSection(2000.0, float("nan")),
        lambda: LongAxisSection(float("inf"), 80.0),
    ],
)
def test_impossible_input_is_refused(call) -> None:
    with pytest.raises(InvalidGeometry):
        call()
