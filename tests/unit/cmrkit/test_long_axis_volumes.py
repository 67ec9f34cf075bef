"""Valves, apex and volumes from long-axis contours: against closed form, and where there is none."""

import math

import numpy as np
import pytest

from cmrkit.contracts import FrameLabels, LandmarkCode, StackLabels
from cmrkit.phantom import HeartParameters, LongAxisView, random_cut, simulate_long_axis
from cmrkit.phantom.long_axis_cine import contours_px, landmarks_px
from cmrkit.phantom.picture import Scene
from cmrkit.volumes.area_length import LengthRule, LongAxisSection, single_plane_ml
from cmrkit.volumes.long_axis import (
    biplane_function,
    long_axis_function,
    measure_frame,
    name_hinges,
    valve_landmarks,
)

MM = 2.1
SCENE = Scene(seed=1, matrix=(128, 128), spacing_mm=MM, centre_mm=(140.0, 150.0))
SMALL = {"scene": SCENE, "n_phases": 6, "seed": 1}


def test_hinges_and_apex_lie_where_the_phantom_puts_them() -> None:
    for seed in range(30):
        cut = random_cut(np.random.default_rng(seed))
        truth = landmarks_px(SCENE, cut)
        found = measure_frame(contours_px(SCENE, cut), (MM, MM))
        assert math.dist(found.ends["lv_endo"], truth["lv_apex"]) * MM < 1.0
        for name, valve in found.valves.items():
            hinges = [point for key, point in truth.items() if key.startswith(name)]
            apart = [
                max(math.dist(a, b) for a, b in zip((valve.first, valve.second), way, strict=True))
                for way in (hinges, hinges[::-1])
            ]
            assert min(apart) * MM < 1.2, (seed, name)
        assert set(found.valves) == (
            {"mitral"} if "ra" not in contours_px(SCENE, cut) else {"mitral", "tricuspid"}
        )


def test_sections_agree_with_closed_form_at_any_spacing() -> None:
    """Rows and columns of different size: an area by pixels alone would be wrong."""
    cut = random_cut(np.random.default_rng(3))
    squeezed = {
        code: tuple(tuple((x, y * 2) for x, y in part) for part in parts)
        for code, parts in contours_px(SCENE, cut).items()
    }
    found = measure_frame(squeezed, (MM / 2, MM)).sections["lv_endo"]
    real = LongAxisSection(cut.areas_mm2()["lv_endo"], cut.heart.length_mm)
    assert found.area_mm2 == pytest.approx(real.area_mm2, rel=0.01)
    assert single_plane_ml(found) == pytest.approx(single_plane_ml(real), rel=0.02)
    wrong = measure_frame(squeezed, (MM, MM)).sections["lv_endo"]
    assert wrong.area_mm2 > 1.5 * real.area_mm2


@pytest.mark.parametrize("view", list(LongAxisView))
def test_function_of_a_cine_is_the_hearts(view: LongAxisView) -> None:
    cine = simulate_long_axis(HeartParameters(), view, **SMALL)
    found = long_axis_function(cine.meta, cine.labels)
    assert found is not None
    assert (found.ed_phase, found.es_phase) == (0, cine.es_phase)
    ed, es = (
        single_plane_ml(LongAxisSection(cine.areas_mm2[p]["lv_endo"], length))
        for p, length in ((0, 88.0), (cine.es_phase, 88.0 * 0.88))
    )
    assert found.edv_ml == pytest.approx(ed, rel=0.03)
    assert found.ef_percent is not None
    assert found.ef_percent == pytest.approx(100 * (ed - es) / ed, abs=2.5)
    assert found.la_max_ml is not None
    assert found.la_min_ml is not None
    assert found.la_max_ml > found.la_min_ml > 10


def test_biplane_joins_two_views() -> None:
    two, four = (
        (LongAxisSection(3000.0, 88.0), LongAxisSection(1900.0, 80.0)),
        (
            LongAxisSection(3200.0, 90.0),
            LongAxisSection(2000.0, 78.0),
        ),
    )
    edv, esv, ef = biplane_function(two, four, LengthRule.SHORTER)
    assert edv == pytest.approx(8 * 3000 * 3200 / (3 * math.pi * 88) / 1000)
    assert esv == pytest.approx(8 * 1900 * 2000 / (3 * math.pi * 78) / 1000)
    assert ef == pytest.approx(100 * (1 - esv / edv))


def test_landmarks_are_proposed_at_end_diastole() -> None:
    cine = simulate_long_axis(HeartParameters(), LongAxisView.FOUR_CHAMBER, **SMALL)
    found = {mark.code: mark for mark in valve_landmarks(cine.meta, cine.labels)}
    assert set(found) == {
        LandmarkCode.APEX,
        LandmarkCode.MITRAL_VALVE,
        LandmarkCode.TRICUSPID_VALVE,
    }
    assert {mark.phase_index for mark in found.values()} == {0}
    truth = cine.landmarks[0]
    assert math.dist(found[LandmarkCode.APEX].point, truth["lv_apex"]) * MM < 1.5


@pytest.mark.parametrize("view", list(LongAxisView))
def test_hinges_get_the_names_of_their_sides(view: LongAxisView) -> None:
    cine = simulate_long_axis(HeartParameters(), view, **SMALL)
    structures = cine.labels.frames[0].structures
    valve = measure_frame(structures, cine.meta.pixel_spacing_mm).valves["mitral"]
    for name, point in name_hinges(structures, valve, cine.meta).items():
        assert math.dist(point, cine.landmarks[0][name]) * MM < 1.5, name


def test_nothing_is_made_up_where_the_valve_is_missing() -> None:
    cut = random_cut(np.random.default_rng(0))
    shapes = contours_px(SCENE, cut)
    alone = {code: parts for code, parts in shapes.items() if code.startswith("lv")}
    assert measure_frame(alone, (MM, MM)).sections == {}
    away = alone | {"la": (tuple((x, y + 40) for x, y in shapes["la"][0]),)}
    assert measure_frame(away, (MM, MM)).valves == {}
    cine = simulate_long_axis(HeartParameters(), LongAxisView.TWO_CHAMBER, **SMALL)
    labels = StackLabels((FrameLabels(0, 0, alone),))
    assert long_axis_function(cine.meta, labels) is None
    assert valve_landmarks(cine.meta, labels) == ()
    one = StackLabels(cine.labels.frames[:1])
    found = long_axis_function(cine.meta, one)
    assert found is not None
    assert (found.esv_ml, found.ef_percent) == (None, None)
