"""Tools that change a contour, on a real oblique slice; and what is shown of it.

Every test has a frame of its own. Offsets are in image pixels; a screen pixel is 1/16 of one.
"""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.drawing import Drawing, Point, new_drawing
from tests.browser.geometry import area_px, assert_follows, circle, offset
from tests.browser.heart import HEART, at, drawn_circle
from tests.browser.people import Person
from tests.browser.portal import Portal
from tests.browser.shapes import dragged, joined_with_sweep

pytestmark = pytest.mark.browser
SignIn = Callable[..., Person]


@pytest.fixture(scope="module")
def drawing(portal: Portal, people: SignIn, shared_data: Path) -> Drawing:
    return new_drawing(portal, people, shared_data, "editing")


def test_edit_pulls_what_is_near(drawing: Drawing) -> None:
    at(drawing, 6, 0)
    drawn_circle(drawing, 14)
    (before,) = drawing.parts("lv_endo")
    drawing.tool("Edit")
    path = drawing.stroke([(142, 128), (143, 128), (144.5, 127.5), (146, 127)])
    by = (path[-1][0] - path[0][0], path[-1][1] - path[0][1])
    (stored,) = drawing.parts("lv_endo")
    assert_follows(dragged(before, path[0], by), stored)
    far = [p for p in before if p[0] < 116]
    assert all(p in stored for p in far), "beyond the reach nothing moves"


def test_push_outwards_and_inwards(drawing: Drawing) -> None:
    at(drawing, 6, 1)
    drawn_circle(drawing, 12)
    (before,) = drawing.parts("lv_endo")
    drawing.tool("Push")
    drawing.room.viewport.hover()
    radius_px = 6.0
    path = drawing.stroke([HEART, (131, 128), (134, 129), (137, 130), (139, 131)])
    (grown,) = drawing.parts("lv_endo")
    assert_follows(joined_with_sweep(before, path, radius_px, HEART, joins=True), grown)

    drawing.room.press("[")
    path = drawing.stroke([(108, 128), (110, 128), (112, 127), (113, 126)])
    (shrunk,) = drawing.parts("lv_endo")
    assert_follows(joined_with_sweep(grown, path, 5, HEART, joins=False), shrunk)
    assert area_px(shrunk) < area_px(grown)

    drawing.page.keyboard.down("Shift")
    drawing.page.mouse.wheel(0, -100)
    drawing.page.keyboard.up("Shift")
    slice_and_phase = drawing.room.place()
    path = drawing.stroke([(153, 131), (151, 131), (149, 131)])
    assert slice_and_phase == drawing.room.place() == (6, 1), "Shift + wheel is the radius"
    (again,) = drawing.parts("lv_endo")
    assert_follows(joined_with_sweep(shrunk, path, 6, HEART, joins=False), again)


def test_push_that_touches_nothing_changes_nothing(drawing: Drawing) -> None:
    at(drawing, 6, 2)
    drawn_circle(drawing, 14)
    before = drawing.stored("lv_endo")
    drawing.tool("Push")
    drawing.stroke([HEART, (129, 128), (128, 129)])
    assert drawing.stored("lv_endo") == before


def test_smooth_keeps_the_size(drawing: Drawing) -> None:
    at(drawing, 6, 3)
    rough = [
        (
            128 + (13 + 0.6 * (-1) ** i) * math.cos(i / 20),
            128 + (13 + 0.6 * (-1) ** i) * math.sin(i / 20),
        )
        for i in range(126)
    ]
    drawing.tool("Draw")
    drawing.stroke(rough)
    (before,) = drawing.parts("lv_endo")
    drawing.room.press("Shift+R")
    (after,) = drawing.parts("lv_endo")
    assert offset(circle(HEART, 13), before).largest_px > 0.5
    assert_follows(circle(HEART, 13), after)


def test_undo_takes_each_tool_back(drawing: Drawing) -> None:
    at(drawing, 6, 4)
    drawn_circle(drawing, 14)
    before = drawing.parts("lv_endo")
    drawing.tool("Push")
    drawing.stroke([HEART, (134, 128), (140, 128)])
    assert drawing.parts("lv_endo") != before
    drawing.room.press("Control+z")
    assert drawing.parts("lv_endo") == before


def test_snapping_shares_the_border(drawing: Drawing) -> None:
    at(drawing, 7, 0, "lv_epi")
    drawn_circle(drawing, 16)
    (wall,) = drawing.parts("lv_epi")
    drawing.structure("rv_endo")
    # up the septum 4 screen pixels off the LV's wall, then round the RV
    septum = [
        (128 + 16.25 * math.cos(a), 128 + 16.25 * math.sin(a))
        for a in (math.radians(180 + d) for d in range(-40, 41, 8))
    ]
    free_wall = [(112, 112), (106, 116), (102, 122), (101, 128), (102, 134), (106, 140), (112, 144)]
    drawing.page.keyboard.down("Control")
    drawing.stroke([*septum, *free_wall])
    drawing.page.keyboard.up("Control")
    (stored,) = drawing.parts("rv_endo")
    shared = [p for p in stored if math.dist(p, HEART) < 17 and abs(p[1] - 128) < 9]
    assert len(shared) >= 4
    nearest = [min(math.dist(p, q) for q in _dense(wall)) for p in shared]
    assert max(nearest) < 0.06, "points within 6 screen pixels lie on the wall"


def _dense(polygon: list[Point]) -> list[Point]:
    following = [*polygon[1:], polygon[0]]
    return [
        (a[0] + (b[0] - a[0]) * k / 50, a[1] + (b[1] - a[1]) * k / 50)
        for a, b in zip(polygon, following, strict=True)
        for k in range(50)
    ]


def test_copy_paste_and_from_neighbours(drawing: Drawing) -> None:
    at(drawing, 7, 5)
    drawn_circle(drawing, 13)
    first = drawing.parts("lv_endo")
    drawing.room.press("Control+c")
    drawing.go(3, 7)
    drawing.structure("lv_epi")
    drawing.room.press("Control+v")
    assert drawing.parts("lv_epi") == first, "as the chosen structure, at the same place"
    drawing.structure("lv_endo")
    for place, key in (((7, 6), "c"), ((8, 5), "Shift+C"), ((6, 5), "Shift+V")):
        drawing.go(*place)
        drawing.room.press(key)
        assert drawing.parts("lv_endo") == first, key


def test_a_locked_structure_is_not_changed(drawing: Drawing) -> None:
    at(drawing, 8, 0)
    drawn_circle(drawing, 12)
    before = drawing.stored("lv_endo")
    lock = drawing.page.get_by_role("button", name="Lock LV endocardium")
    lock.click()
    drawing.stroke(circle(HEART, 15))
    drawing.room.press("Delete")
    drawing.room.press("c")
    assert drawing.stored("lv_endo") == before
    lock.click()
    drawn = drawing.stroke(circle(HEART, 15))
    (stored,) = drawing.parts("lv_endo")
    assert_follows(drawn, stored)


def test_hide_fill_and_opacity_are_seen(drawing: Drawing) -> None:
    at(drawing, 8, 1)
    drawn_circle(drawing, 12)
    drawing.page.mouse.move(5, 5)
    rim, middle = (140.0, 128.0), HEART
    full = drawing.overlay_alpha(rim)
    assert full > 200
    assert drawing.overlay_alpha(middle) == 0
    drawing.page.get_by_role("button", name="Fill LV endocardium").click()
    assert 40 < drawing.overlay_alpha(middle) < 90
    drawing.page.get_by_role("slider", name="Opacity of LV endocardium").fill("0.4")
    assert 5 < drawing.overlay_alpha(middle) < 40
    assert drawing.overlay_alpha(rim) < full - 40
    drawing.page.get_by_role("button", name="Hide LV endocardium").click()
    assert drawing.overlay_alpha(rim) == drawing.overlay_alpha(middle) == 0
    for name in ("Hide", "Fill"):
        drawing.page.get_by_role("button", name=f"{name} LV endocardium").click()
    drawing.page.get_by_role("slider", name="Opacity of LV endocardium").fill("1")


def test_area_and_volumes_are_cmrkits(drawing: Drawing) -> None:
    """On every frame drawn so far and two more, so that there are ED, ES and muscle."""
    for phase, radius_px in ((0, 15.0), (8, 10.0)):
        for slice_index in (3, 4, 5):
            at(drawing, slice_index, phase)
            drawing.zoom_to(HEART, 11.0)  # the epicardium has room
            drawn_circle(drawing, radius_px)
            drawing.structure("lv_epi")
            drawing.stroke(circle(HEART, radius_px + 5))
    parts = drawing.parts("lv_epi")
    shown_cm2 = drawing.area_shown_cm2("LV epicardium")
    assert shown_cm2 == pytest.approx(drawing.area_cm2(parts), abs=0.051)
    expected = drawing.function()
    for test_id, value in (
        ("edv", expected.edv_ml),
        ("esv", expected.esv_ml),
        ("sv", expected.sv_ml),
        ("ef", expected.ef_percent),
        ("mass", expected.mass_g),
    ):
        assert value is not None
        expect(drawing.page.get_by_test_id(test_id)).to_contain_text(f"{value:.1f}")


def test_the_image_lies_where_contours_lie(drawing: Drawing, shared_data: Path) -> None:
    """What is painted at the place of a pixel's centre is that pixel's value; half a pixel beside
    it is not."""
    drawing.go(5, 8)
    drawing.zoom_to(HEART)
    columns, rows = np.meshgrid(np.arange(116, 141), np.arange(116, 141))
    values = drawing.pixels(shared_data)[rows, columns].ravel().astype(float)

    def likeness(shift: Point) -> float:
        places = np.stack([columns.ravel() + shift[0], rows.ravel() + shift[1]], axis=1)
        shades = drawing.shades([(float(x), float(y)) for x, y in places])
        # below and above the window all shades are alike
        seen = (np.asarray(shades) > 2) & (np.asarray(shades) < 253)
        return float(np.corrcoef(values[seen], np.asarray(shades)[seen])[0, 1])

    true = likeness((0, 0))
    assert true > 0.999
    for shift in ((0.5, 0), (-0.5, 0), (0, 0.5), (0, -0.5)):
        assert likeness(shift) < true - 0.002, shift


def test_a_fast_drag_is_painted_at_once(drawing: Drawing) -> None:
    """With every frame of the stack contoured: what a move changes is painted at once."""
    drawing.fill_stack(("lv_endo", "lv_epi", "rv_endo"))
    drawing.open()
    at(drawing, 4, 6)
    drawing.tool("Edit")
    drawing.watch_painting()
    drawing.stroke([(140 + i / 20, 128 + i / 40) for i in range(100)])
    waits: list[int] = drawing.page.evaluate("window.paintWaits")
    assert len(waits) > 30
    assert float(np.percentile(waits, 95)) <= 3, "three frames are 50 ms of a screen at 60 Hz"
