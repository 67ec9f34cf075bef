"""How images are looked at: turned, mirrored, windowed; the header; keys that a person changes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.drawing import Drawing, new_drawing
from tests.browser.geometry import assert_follows, circle
from tests.browser.heart import HEART
from tests.browser.people import Person
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser
SignIn = Callable[..., Person]


@pytest.fixture(scope="module")
def drawing(portal: Portal, people: SignIn, shared_data: Path) -> Drawing:
    return new_drawing(portal, people, shared_data, "display")


def looked_at(drawing: Drawing) -> list[int]:
    """Shades of four points around the heart: they tell one orientation from another."""
    return drawing.shades([(100.0, 128.0), (128.0, 100.0), (156.0, 128.0), (128.0, 156.0)])


@pytest.mark.parametrize(
    ("keys", "phase"), [(["j"], 1), (["j", "Shift+H"], 2), (["j", "j", "Shift+J"], 3)]
)
def test_what_is_drawn_on_a_turned_image_lies_where_it_was_drawn(
    drawing: Drawing, keys: list[str], phase: int
) -> None:
    drawing.go(4, phase)
    drawing.structure("lv_endo")
    drawing.room.press("f")
    before, upright = looked_at(drawing), drawing.view()
    for key in keys:
        drawing.room.press(key)
    drawing.page.wait_for_function(
        "before => document.querySelector('[data-testid=viewport]').dataset.view !== before",
        arg=drawing.page.evaluate("v => JSON.stringify(v)", upright),
    )
    assert drawing.view()["turn"] != upright["turn"] or drawing.view()["flip"]
    # the same image points have the same shades, wherever they are now
    assert max(abs(a - b) for a, b in zip(before, looked_at(drawing), strict=True)) <= 20
    drawing.tool("Draw")
    drawing.stroke(circle(HEART, 14))
    (stored,) = drawing.parts("lv_endo")
    assert_follows(circle(HEART, 14), stored)
    drawing.room.press("f")
    expect(drawing.room.viewport).to_have_attribute(
        "data-view", re.compile('"turn":0,"flip":false')
    )


def test_invert_and_window(drawing: Drawing) -> None:
    drawing.go(4, 4)
    drawing.room.press("f")
    before = looked_at(drawing)
    drawing.room.press("i")
    assert max(abs(a + b - 255) for a, b in zip(before, looked_at(drawing), strict=True)) <= 3
    drawing.room.press("f")
    assert looked_at(drawing) == before
    shown = drawing.page.get_by_test_id("window")
    automatic = shown.inner_text()
    drawing.page.get_by_role("button", name="Display").click()
    drawing.page.get_by_role("menuitem", name="Full range").click()
    expect(shown).not_to_have_text(automatic)
    drawing.room.press("f")
    expect(shown).to_have_text(automatic)


def test_the_heart_fills_the_image(drawing: Drawing) -> None:
    drawing.go(4, 5)
    drawing.structure("lv_endo")
    drawing.room.press("f")
    whole = drawing.view()["scale"]
    drawing.tool("Draw")
    drawing.stroke(circle((110, 140), 14))
    drawing.room.wait_saved()
    drawing.room.press("z")
    drawing.page.wait_for_function(
        "whole => JSON.parse(document.querySelector('[data-testid=viewport]')"
        ".dataset.view).scale > 2 * whole",
        arg=whole,
    )
    box = drawing.room.viewport.bounding_box()
    assert box is not None
    x, y = drawing.room.on_screen((110, 140))
    assert abs(x - box["x"] - box["width"] / 2) < 12
    assert abs(y - box["y"] - box["height"] / 2) < 12
    drawing.room.press("f")


def test_the_header_of_the_frame_is_read(drawing: Drawing) -> None:
    drawing.go(4, 6)
    drawing.page.get_by_role("button", name="Display").click()
    drawing.page.get_by_role("menuitem", name="DICOM header…").click()
    header = drawing.page.get_by_role("dialog", name="DICOM header")
    uid = drawing.stack["frames"][4][6]["sop_instance_uid"]
    header.get_by_label("Search the header").fill("sopinstance")
    row = header.get_by_role("row").filter(has_text="(0008,0018)")
    expect(row).to_contain_text(uid)
    header.get_by_label("Search the header").fill("nothing is called that")
    expect(header.get_by_text("No element matches.")).to_be_visible()
    header.get_by_role("button", name="Close").click()
    expect(header).to_be_hidden()


def test_a_key_is_changed_and_stays_changed(drawing: Drawing) -> None:
    page = drawing.page
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_label("Search keys").fill("pan")
    keys.get_by_role("button", name="Key of Pan").click()
    page.keyboard.press("a")
    expect(keys.get_by_role("status")).to_contain_text("A is taken: Accept")
    with page.expect_response(lambda r: "preferences" in r.url and r.request.method == "PUT"):
        page.keyboard.press("F4")
    expect(keys.get_by_role("button", name="Key of Pan: F4")).to_be_visible()
    keys.get_by_role("button", name="Close").click()
    drawing.open()
    page.keyboard.press("F4")
    pan = page.get_by_role("toolbar").get_by_role("button", name="Pan", exact=True)
    expect(pan).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("?")
    with page.expect_response(lambda r: "preferences" in r.url and r.request.method == "PUT"):
        page.get_by_role("button", name="Usual keys").click()
    page.get_by_role("dialog", name="Keys").get_by_role("button", name="Close").click()
