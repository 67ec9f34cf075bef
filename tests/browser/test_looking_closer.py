"""The magnifier, the line through time, and the length of a curve."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from cmrkit.geometry.measure import polyline_length_mm
from cmrkit.geometry.plane import image_to_patient
from tests.browser.drawing import Drawing, new_drawing
from tests.browser.people import Person
from tests.browser.portal import Portal
from tests.browser.test_measure_tools import assert_where, at, in_pixels, meta_of, the_object, value

pytestmark = pytest.mark.browser
SignIn = Callable[..., Person]


@pytest.fixture(scope="module")
def drawing(portal: Portal, people: SignIn, shared_data: Path) -> Drawing:
    return new_drawing(portal, people, shared_data, "closer")


def test_the_length_of_a_curve(drawing: Drawing) -> None:
    at(drawing, 4, 2)
    drawing.tool("Curve")
    set_by_hand = drawing.clicks([(118, 120), (128, 128), (131, 136), (140, 134)])
    drawing.room.press("Enter")
    assert_where(in_pixels(drawing, the_object(drawing, "curve")), set_by_hand)
    to_patient = image_to_patient(meta_of(drawing), 4)
    wanted = polyline_length_mm([(to_patient @ [*p, 0, 1])[:3] for p in set_by_hand])
    assert f"{wanted:.1f} mm" in value(drawing)


def test_the_magnifier_follows_the_mouse_three_times_as_large(drawing: Drawing) -> None:
    drawing.go(4, 3)
    drawing.room.press("f")
    lens = drawing.page.get_by_test_id("lens")
    drawing.page.mouse.move(*drawing.room.on_screen((110, 120)))
    expect(lens).to_have_count(0)
    drawing.room.press("F7")
    for point in [(110, 120), (140, 131)]:
        ((screen, image),) = drawing.whole([point])
        drawing.page.mouse.move(*screen)
        expect(lens).to_be_visible()
        box = lens.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] / 2 == pytest.approx(screen[0], abs=1)
        assert box["y"] + box["height"] / 2 == pytest.approx(screen[1], abs=1)
        view = json.loads(lens.get_attribute("data-view") or "{}")
        assert view["scale"] == pytest.approx(3 * drawing.view()["scale"])
        middle = [
            (box["width"] / 2 - view["x"]) / view["scale"] - 0.5,
            (box["height"] / 2 - view["y"]) / (view["scale"] * view["ratio"]) - 0.5,
        ]
        assert middle == pytest.approx(list(image), abs=1e-6)
    # it shows what lies there, with the same brightness
    (below,) = drawing.shades([image])
    assert abs(_middle_of_lens(drawing) - below) <= 12
    drawing.room.press("F7")
    expect(lens).to_have_count(0)


def _middle_of_lens(drawing: Drawing) -> int:
    return int(
        drawing.page.evaluate(
            """() => {
              const canvas = document.querySelector('[data-testid=lens] canvas')
              const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d')
              copy.drawImage(canvas, 0, 0)
              return copy.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0]
            }"""
        )
    )


def test_a_line_through_time_is_as_long_as_in_the_patient_and_leads_to_its_phases(
    drawing: Drawing,
) -> None:
    drawing.go(4, 0)
    drawing.room.press("f")
    drawing.tool("M-mode")
    drawn = drawing.stroke([(105, 110), (120, 120), (150, 145)])
    strip = drawing.page.get_by_test_id("time-strip")
    expect(strip.locator("[data-painted]")).to_be_attached()
    to_patient = image_to_patient(meta_of(drawing), 4)
    a, b = ((to_patient @ [*drawn[i], 0, 1])[:3] for i in (0, -1))
    shown_mm = float(strip.get_attribute("data-length-mm") or "nan")
    assert shown_mm == pytest.approx(float(np.linalg.norm(b - a)), abs=0.01)
    slider = strip.get_by_role("slider")
    axes = json.loads(strip.get_attribute("data-axes") or "{}")
    box = slider.bounding_box()
    assert box is not None
    wanted = 7
    part = (axes["edges"][wanted] + axes["edges"][wanted + 1]) / 2
    x = box["x"] + axes["left"] + part * axes["width"]
    drawing.page.mouse.click(x, box["y"] + axes["top"] + 5)
    expect(drawing.room.viewport).to_have_attribute("data-phase", str(wanted))
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^phase 8 of "))
    now = drawing.page.get_by_test_id("time-strip-now").bounding_box()
    assert now is not None
    assert abs(now["x"] + now["width"] / 2 - x) < axes["width"] / len(axes["edges"])
    strip.get_by_role("button", name="Close the strip").click()
    expect(strip).to_have_count(0)
