"""The viewer paints on a 2D canvas: without a graphics card and without WebGL it draws and saves."""

import pytest
from playwright.sync_api import expect

from tests.browser.strokes import Circle, Ledger, Seat

pytestmark = pytest.mark.browser
NO_WEBGL = ("--disable-gpu", "--disable-webgl", "--disable-webgl2", "--disable-3d-apis")


def test_drawing_and_saving_need_no_webgl(seat: Seat, assigned_read: str) -> None:
    desk = seat("old computer", *NO_WEBGL)
    desk.open(assigned_read)
    for kind in ("webgl", "webgl2"):
        script = f"document.createElement('canvas').getContext('{kind}') === null"
        assert desk.page.evaluate(script), f"this browser still has {kind}"
    ledger = Ledger({place: row["version"] for place, row in desk.stored().items()})
    place, circle = ("rv_endo", 4, 3), Circle(60.0, 66.0, 15.0)
    desk.draw(place, circle)
    ledger.accepted(place, circle)
    desk.wait_saved()
    ledger.check(desk.stored())
    expect(desk.page.locator('[data-painted="4/3"]').first).to_be_attached()
