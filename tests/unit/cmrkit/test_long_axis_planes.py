"""Biplane volumes: half an ellipsoid cut along its axes is exact; one view alone says nothing."""

import math
from dataclasses import replace

import pytest

from cmrkit.contracts import FrameLabels, StackLabels, StackMeta
from cmrkit.contracts.labels import Polygon
from cmrkit.volumes.area_length import single_plane_ml
from cmrkit.volumes.long_axis import long_axis_function
from cmrkit.volumes.long_axis_planes import Plane, biplane_of
from tests.factories.reading import stack_meta

BASE, MIDDLE, LENGTH = 120.0, 80.0, 90.0
META = replace(
    stack_meta([["1.1", "1.2"]]),
    n_slices=1,
    n_phases=2,
    rows=200,
    columns=160,
    pixel_spacing_mm=(1.0, 1.0),
    slice_positions_mm=((0.0, 0.0, 0.0),),
    trigger_times_ms=((0.0, 300.0),),
)


def half_ellipse(half_width: float, height: float) -> Polygon:
    """Standing on the base line, or hanging from it where ``height`` is negative."""
    turns = [math.pi * n / 120 for n in range(121)]
    return tuple((MIDDLE + half_width * math.cos(t), BASE - height * math.sin(t)) for t in turns)


def plane(view: str, half_widths: tuple[float, ...], meta: StackMeta = META) -> Plane:
    frames = tuple(
        FrameLabels(
            0, phase, {"lv_endo": (half_ellipse(a, LENGTH),), "la": (half_ellipse(a, -40.0),)}
        )
        for phase, a in enumerate(half_widths)
    )
    return Plane(view, meta, StackLabels(frames))


def ellipsoid_ml(a: float, b: float, length: float = LENGTH) -> float:
    """Half an ellipsoid: 2/3 π a b L."""
    return 2 / 3 * math.pi * a * b * length / 1000


def test_half_an_ellipsoid_of_two_widths_has_its_volume() -> None:
    found = biplane_of([plane("4CH", (25.0, 18.0)), plane("2CH", (30.0, 20.0))])
    assert found is not None
    assert found.edv_ml == pytest.approx(ellipsoid_ml(25, 30), rel=0.015)
    assert found.esv_ml == pytest.approx(ellipsoid_ml(18, 20), rel=0.015)
    assert found.ef_percent == pytest.approx(100 * (1 - 18 * 20 / (25 * 30)), abs=0.5)
    # the atrium's phase is ES; it is as wide as the ventricle here and 40 mm long
    assert found.la_max_ml == pytest.approx(ellipsoid_ml(18, 20, 40), rel=0.03)
    single = long_axis_function(META, plane("4CH", (25.0, 18.0)).labels)
    assert single is not None
    section = single.sections["lv_endo"]
    assert single_plane_ml(section) == pytest.approx(ellipsoid_ml(25, 25), rel=0.015)


def test_spacing_counts() -> None:
    stretched = replace(META, pixel_spacing_mm=(1.0, 2.0))
    wide = [plane(view, (25.0, 18.0), stretched) for view in ("2CH", "4CH")]
    found = biplane_of(wide)
    assert found is not None
    assert found.edv_ml == pytest.approx(ellipsoid_ml(50, 50), rel=0.015)


def test_one_view_one_phase_or_no_valve_gives_none() -> None:
    two, four = plane("2CH", (30.0, 20.0)), plane("4CH", (25.0, 18.0))
    assert biplane_of([four]) is None
    assert biplane_of([four, replace(two, view="3CH")]) is None
    assert biplane_of([four, plane("2CH", (30.0,))]) is None
    without = tuple(
        replace(f, structures={"lv_endo": f.structures["lv_endo"]}) for f in two.labels.frames
    )
    assert biplane_of([four, replace(two, labels=StackLabels(without))]) is None


@pytest.mark.parametrize("view", ["2CH", "4CH"])
def test_one_view_whose_spacing_is_assumed_marks_both(view: str) -> None:
    assumed = replace(META, spacing_assumed=True)
    both = [plane(v, (25.0, 18.0), assumed if v == view else META) for v in ("2CH", "4CH")]
    found = biplane_of([*both, plane("3CH", (25.0, 18.0), assumed)])
    assert found is not None
    assert found.to_json()["spacing_assumed"] is True
    one_kept = [plane(v, (25.0, 18.0)) for v in ("2CH", "4CH")]
    rest = biplane_of([*one_kept, plane("3CH", (25.0, 18.0), assumed)])
    assert rest is not None
    assert not rest.spacing_assumed


def test_what_is_written_is_rounded_and_says_its_rule() -> None:
    found = biplane_of([plane("4CH", (25.0, 18.0)), plane("2CH", (30.0, 20.0))])
    assert found is not None
    said = found.to_json()
    assert (said["length"], said["code_version"]) == ("mean", "long-axis-1")
    assert said["spacing_assumed"] is False
    assert said["edv_ml"] == round(found.edv_ml or 0, 1)
