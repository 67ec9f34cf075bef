"""Each contour tool, drawn with on a real oblique slice: what is stored is what was drawn.

Every test has a frame of its own. Offsets are in image pixels; a screen pixel is 1/16 of one.
"""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.drawing import Drawing, Point, new_drawing
from tests.browser.geometry import area_px, assert_follows, circle, offset
from tests.browser.heart import HEART, at, drawn_circle
from tests.browser.people import Person
from tests.browser.portal import Portal
from tests.browser.shapes import catmull_rom, joined_with_sweep, livewire

pytestmark = pytest.mark.browser
SignIn = Callable[..., Person]


@pytest.fixture(scope="module")
def drawing(portal: Portal, people: SignIn, shared_data: Path) -> Drawing:
    return new_drawing(portal, people, shared_data, "contours")


def test_the_measure_sees_half_a_pixel() -> None:
    drawn = circle(HEART, 14)
    assert_follows(drawn, circle(HEART, 14.08))
    for wrong in (circle((128.5, 128), 14), circle((128, 127.5), 14), circle(HEART, 14.5)):
        with pytest.raises(AssertionError):
            assert_follows(drawn, wrong)


def test_freehand(drawing: Drawing) -> None:
    at(drawing, 4, 0)
    drawn = drawn_circle(drawing, 14)
    (stored,) = drawing.parts("lv_endo")
    assert_follows(drawn, stored)
    assert abs(area_px(stored) / area_px(drawn) - 1) < 0.005
    assert len(stored) < 150
    held = drawing.stored("lv_endo")
    assert held is not None
    assert (held["origin"], held["state"]) == ("manual", "edited")


def test_freehand_on_a_small_image(drawing: Drawing) -> None:
    """Not zoomed in: a screen pixel is a third of an image pixel, and the hand's circle is meant."""
    drawing.go(4, 1)
    drawing.structure("lv_endo")
    drawing.room.press("f")
    drawn_circle(drawing, 14)
    (stored,) = drawing.parts("lv_endo")
    assert_follows(circle(HEART, 14), stored)


def test_parts_and_holes(drawing: Drawing) -> None:
    at(drawing, 4, 2)
    outer = drawn_circle(drawing, 14)
    drawing.page.keyboard.down("Shift")
    hole = drawing.stroke(circle(HEART, 5))
    apart = drawing.stroke(circle((150, 128), 4))
    drawing.page.keyboard.up("Shift")
    parts = drawing.parts("lv_endo")
    assert len(parts) == 3
    for drawn, stored in zip((outer, hole, apart), parts, strict=True):
        assert_follows(drawn, stored)
    shown_cm2 = drawing.area_shown_cm2("LV endocardium")
    assert shown_cm2 == pytest.approx(drawing.area_cm2(parts), abs=0.051)

    drawing.page.mouse.move(*drawing.room.on_screen((150, 128)))
    drawing.room.press("Control+Delete")
    assert drawing.parts("lv_endo") == parts[:2]
    drawing.page.mouse.move(*drawing.room.on_screen((138, 128)))
    drawing.room.press("Control+Delete")
    assert drawing.parts("lv_endo") == [], "the part went with the hole in it"


def test_a_part_across_the_contour_is_joined_to_it(drawing: Drawing) -> None:
    at(drawing, 4, 3)
    drawn_circle(drawing, 12)
    drawing.page.keyboard.down("Shift")
    drawing.stroke(circle((139, 128), 5))
    drawing.page.keyboard.up("Shift")
    (stored,) = drawing.parts("lv_endo")
    expected = joined_with_sweep(circle(HEART, 12), [(139, 128)], 5, HEART, joins=True)
    assert_follows(expected, stored)


def test_spline(drawing: Drawing) -> None:
    at(drawing, 5, 0)
    drawing.tool("Spline")
    wanted = [(142, 128), (138, 138), (128, 141), (117, 137), (115, 126), (121, 116), (134, 117)]
    clicked = drawing.clicks(wanted)
    wrong = drawing.clicks([(146, 112)])
    drawing.room.press("Backspace")
    drawing.room.press("Enter")
    (stored,) = drawing.parts("lv_endo")
    assert_follows(catmull_rom(clicked), stored)
    with pytest.raises(AssertionError):
        assert_follows(catmull_rom([*clicked, *wrong]), stored)


@pytest.mark.parametrize(("closing", "phase"), [("double click", 1), ("first point", 2)])
def test_a_spline_is_closed_by_the_mouse(drawing: Drawing, closing: str, phase: int) -> None:
    at(drawing, 5, phase)
    drawing.tool("Spline")
    wanted: list[Point] = [(140, 128), (128, 140), (116, 128), (128, 116)]
    if closing == "double click":
        clicked = drawing.clicks(wanted[:-1])
        (((x, y), last),) = drawing.whole(wanted[-1:])
        drawing.page.mouse.dblclick(x, y)
        clicked.append(last)
    else:
        clicked = drawing.clicks(wanted)
        drawing.clicks(wanted[:1])
    (stored,) = drawing.parts("lv_endo")
    assert_follows(catmull_rom(clicked), stored)


def test_a_spline_is_dropped_by_escape_and_by_leaving(drawing: Drawing) -> None:
    at(drawing, 5, 3)
    for leaves in ("Escape", "ArrowRight"):
        drawing.tool("Spline")
        drawing.clicks([(140, 128), (128, 140), (116, 128)])
        drawing.room.press(leaves)
        drawing.room.press("Enter")
    drawing.go(5, 3)
    assert drawing.parts("lv_endo") == []
    drawing.go(5, 4)
    assert drawing.parts("lv_endo") == []


def test_control_points(drawing: Drawing) -> None:
    at(drawing, 5, 5)
    drawing.tool("Spline")
    wanted: list[Point] = [(142, 128), (136, 138), (126, 140), (116, 132), (117, 120), (130, 115)]
    clicked = drawing.clicks(wanted)
    drawing.room.press("Enter")
    drawing.tool("Points")
    start, end = drawing.stroke([clicked[0], (144, 126), (147, 125)])[::2]
    moved = [(clicked[0][0] + end[0] - start[0], clicked[0][1] + end[1] - start[1]), *clicked[1:]]
    (stored,) = drawing.parts("lv_endo")
    assert_follows(catmull_rom(moved), stored)

    drawing.page.mouse.move(*drawing.room.on_screen(clicked[2]))
    drawing.room.press("Backspace")
    left = [*moved[:2], *moved[3:]]
    (stored,) = drawing.parts("lv_endo")
    assert_follows(catmull_rom(left), stored)


def test_control_points_of_a_contour_that_had_none(drawing: Drawing) -> None:
    """Pressed between two of them, the contour gets one more; the far side stays as it was."""
    at(drawing, 5, 6)
    drawn_circle(drawing, 14)
    (before,) = drawing.parts("lv_endo")
    drawing.open()
    at(drawing, 5, 6)
    drawing.tool("Points")
    angle = math.radians(22)
    start = (128 + 14 * math.cos(angle), 128 + 14 * math.sin(angle))
    end = drawing.stroke([start, (143, 134), (144, 135)])[-1]
    (stored,) = drawing.parts("lv_endo")
    assert min(math.dist(end, p) for p in stored) < 0.2
    far = [p for p in before if p[0] < 122]
    assert far
    assert max(min(math.dist(p, q) for q in stored) for p in far) < 0.1
    assert 0.3 < offset(before, stored).largest_px < 5


def test_livewire_follows_the_edges(drawing: Drawing, shared_data: Path) -> None:
    at(drawing, 5, 7)
    drawing.tool("Edges")
    seeds = drawing.clicks([(141, 128), (134, 139), (122, 140), (115, 129), (120, 117), (133, 116)])
    drawing.room.press("Enter")
    (stored,) = drawing.parts("lv_endo")
    assert_follows(livewire(drawing.pixels(shared_data), seeds), stored)
    assert offset(seeds, stored).largest_px > 0.5, "straight lines would not do"
