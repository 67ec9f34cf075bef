"""Wall thickness: closed form on circles, orientation, shared fixtures, and input that must fail."""

import json
import math
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from cmrkit.contracts import FrameLabels, StackLabels, StackMeta
from cmrkit.errors import InvalidGeometry
from cmrkit.volumes.wall_thickness import WallThickness, wall_thickness

from .make_fixtures import FIXTURES, meta

R_ENDO, R_EPI = 20.0, 30.0


def ring(x: float, y: float, r: float, n: int = 180) -> tuple[tuple[float, float], ...]:
    """A circle of mm on pixels of 1.5 mm between rows and 1.25 mm between columns."""
    turns = [2 * math.pi * k / n for k in range(n)]
    return tuple(((x + r * math.cos(a)) / 1.25, (y + r * math.sin(a)) / 1.5) for a in turns)


def hearts(
    n_slices: int = 6, *, offset: float = 0.0, rv: tuple[float, float] | None = (-45.0, 0.0)
) -> StackLabels:
    """Endocardium at (60, 60) mm; epicardium ``offset`` mm to the right of it."""
    frames = []
    for s in range(n_slices):
        structures = {
            "lv_endo": (ring(60, 60, R_ENDO),),
            "lv_epi": (ring(60 + offset, 60, R_EPI - 0.01 * s),),
        }
        if rv is not None:
            structures["rv_endo"] = (ring(60 + rv[0], 60 + rv[1], 12),)
        frames.append(FrameLabels(s, 0, structures))
    return StackLabels(tuple(frames))


# as scanners write a short axis seen from the apex: the front wall of the heart is up
SEEN_FROM_APEX = replace(
    meta(6, 1), row_direction=(0.6, 0.8, 0.0), column_direction=(0.0, 0.0, -1.0)
)


def test_concentric_circles_are_equally_thick_everywhere() -> None:
    found = wall_thickness(SEEN_FROM_APEX, hearts(), 0)
    assert found.segments_mm == pytest.approx([R_EPI - R_ENDO] * 16, abs=0.07)
    assert found.mean_mm == pytest.approx(10, abs=0.05)
    assert found.oriented_by == "rv"
    assert found.slices_of[0] == (0, 1)
    assert found.slices_of[6] == (2, 3)
    assert found.slices_of[12] == (4, 5)


def radial(degrees: float, offset: float) -> float:
    """Closed form: from the endocardium's centre to a circle whose centre lies to the right."""
    a = math.radians(degrees)
    along = offset * math.cos(a) + math.sqrt(R_EPI**2 - (offset * math.sin(a)) ** 2)
    return along - R_ENDO


def mean_radial(first: float, last: float, offset: float) -> float:
    n = 2000
    return sum(radial(first + (last - first) * (k + 0.5) / n, offset) for k in range(n)) / n


def test_an_eccentric_wall_in_closed_form() -> None:
    """The RV lies to the left, so the septum is thin and the lateral wall thick."""
    found = wall_thickness(SEEN_FROM_APEX, hearts(offset=4.0), 0)
    septum = mean_radial(120, 180, 4.0)
    lateral = mean_radial(0, 60, 4.0)
    front = mean_radial(60, 120, 4.0)
    expected = {1: front, 2: septum, 3: septum, 4: front, 5: lateral, 6: lateral}
    for segment, mm in expected.items():
        assert found.segments_mm[segment - 1] == pytest.approx(mm, abs=0.05), segment
    assert found.segments_mm[13] == pytest.approx(mean_radial(135, 225, 4.0), abs=0.07)
    assert found.segments_mm[15] == pytest.approx(mean_radial(-45, 45, 4.0), abs=0.07)


def bulge(found: WallThickness) -> int:
    """The basal segment that is thickest."""
    return max(range(6), key=lambda k: found.segments_mm[k] or 0) + 1


def up() -> StackLabels:
    """The wall is thick where the image is up."""
    frames = [
        FrameLabels(
            s,
            0,
            {
                "lv_endo": (ring(60, 60, R_ENDO),),
                "lv_epi": (ring(60, 56, R_EPI),),
                "rv_endo": (ring(15, 60, 12),),
            },
        )
        for s in range(6)
    ]
    return StackLabels(tuple(frames))


def test_front_and_back_follow_the_patient_not_the_picture() -> None:
    assert bulge(wall_thickness(SEEN_FROM_APEX, up(), 0)) == 1
    upside_down = replace(SEEN_FROM_APEX, column_direction=(0.0, 0.0, 1.0))
    assert bulge(wall_thickness(upside_down, up(), 0)) == 4


def test_the_insertion_point_comes_first() -> None:
    """Put where the RV's direction says it is, it changes nothing; turned by 60°, all turn."""
    by_rv = wall_thickness(SEEN_FROM_APEX, hearts(offset=4.0), 0)

    def at(degrees: float) -> WallThickness:
        a = math.radians(degrees)
        point = (60 + 30 * math.cos(a)) / 1.25, (60 + 30 * math.sin(a)) / 1.5
        labels = hearts(offset=4.0)
        return wall_thickness(SEEN_FROM_APEX, labels, 0, insertion=(1, *point))

    same = at(240)
    assert same.oriented_by == "insertion"
    assert same.segments_mm == pytest.approx(by_rv.segments_mm, abs=1e-6)
    turned = at(300)
    assert turned.segments_mm[1] == pytest.approx(by_rv.segments_mm[0], abs=1e-6)


def test_without_anything_to_orient_by_it_says_so() -> None:
    found = wall_thickness(SEEN_FROM_APEX, hearts(rv=None), 0)
    assert found.oriented_by == "none"
    assert any("Unoriented" in note for note in found.notes)


def test_the_chosen_base_and_apex_cut_and_turn_the_stack() -> None:
    found = wall_thickness(SEEN_FROM_APEX, hearts(), 0, basal_slice=4, apical_slice=1)
    assert found.slices_of[0] == (3, 4)
    assert found.slices_of[12] == (1,)


def test_two_slices_are_not_enough() -> None:
    found = wall_thickness(SEEN_FROM_APEX, hearts(2), 0)
    assert found.segments_mm == (None,) * 16
    assert "three slices" in found.notes[0]


def test_an_epicardium_inside_the_endocardium_is_left_out_and_said() -> None:
    crossed = [
        FrameLabels(s, 0, {"lv_endo": (ring(60, 60, 20),), "lv_epi": (ring(60, 60, 10),)})
        for s in range(3)
    ]
    found = wall_thickness(SEEN_FROM_APEX, StackLabels(tuple(crossed)), 0)
    assert found.mean_mm is None
    assert any("met no wall" in note for note in found.notes)


@pytest.mark.parametrize("bad", [{"pixel_spacing_mm": (0.0, 1.0)}, {"n_phases": 0}])
def test_what_can_not_be_measured_is_refused(bad) -> None:
    with pytest.raises(InvalidGeometry):
        wall_thickness(replace(SEEN_FROM_APEX, **bad), hearts(), 0)


@pytest.mark.parametrize("path", sorted((FIXTURES / "wall").glob("*.json")), ids=lambda p: p.stem)
def test_fixture(path: Path) -> None:
    case = json.loads(path.read_text())
    result = wall_thickness(
        StackMeta.from_json(case["meta"]),
        StackLabels.from_json(case["labels"]),
        case["phase"],
        **case["options"],
    )
    got = json.loads(json.dumps(asdict(result)))
    for name, expected in case["expected"].items():
        if name in ("segments_mm", "mean_mm", "max_mm"):
            assert got[name] == pytest.approx(expected), name
        else:
            assert got[name] == expected, name
