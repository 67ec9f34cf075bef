"""A reading on a tablet (1180 x 820, fingers alone): scroll, zoom, answer, submit."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.drawing import Drawing, new_drawing
from tests.browser.people import Person, ReadingRoom
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser
SignIn = Callable[..., Person]
LEAST_PX = 24
# what a finger may have to hit, smaller than 24 px; a label belongs to its radio or tick
SMALL = """(least) => [...document.querySelectorAll('button, a, input, select, [role=radio]')]
  .map((element) => [element, (element.closest('label') ?? element).getBoundingClientRect()])
  .filter(([element, box]) => box.width > 0 && (box.width < least || box.height < least)
    && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && !element.closest('p, footer'))
  .map(([element, box]) => `${element.ariaLabel ?? element.textContent}: ` +
    `${box.width.toFixed(1)} x ${box.height.toFixed(1)}`)"""


class Fingers:
    """Touches through the browser's own input."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def _send(self, kind: str, at: Sequence[tuple[float, float]]) -> None:
        points = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(at)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def move(self, *ways: tuple[tuple[float, float], tuple[float, float]], steps: int = 8) -> None:
        """One finger for each way, from here to there."""
        self._send("touchStart", [start for start, _ in ways])
        for k in range(1, steps + 1):
            part = k / steps
            self._send(
                "touchMove",
                [(a + (c - a) * part, b + (d - b) * part) for (a, b), (c, d) in ways],
            )
        self._send("touchEnd", [])


@pytest.fixture(scope="module")
def tablet(
    browser: Browser, portal: Portal, people: SignIn, shared_data: Path
) -> Iterator[Drawing]:
    desk = new_drawing(portal, people, shared_data, "tablet")
    context = browser.new_context(
        base_url=portal.address,
        viewport={"width": 1180, "height": 820},
        has_touch=True,
        color_scheme="dark",
        storage_state=desk.page.context.storage_state(),
    )
    drawing = Drawing(
        Person(desk.reader.name, context.new_page()), desk.read_id, desk.stack, desk.files
    )
    drawing.open()
    yield drawing
    context.close()


@pytest.fixture
def middle(tablet: Drawing) -> tuple[float, float]:
    box = tablet.room.viewport.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def place_is(room: ReadingRoom, slice_index: int, phase: int) -> None:
    expect(room.viewport).to_have_attribute("data-slice", str(slice_index))
    expect(room.viewport).to_have_attribute("data-phase", str(phase))


def test_everything_is_in_reach(tablet: Drawing) -> None:
    page = tablet.page
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]
    assert page.evaluate(SMALL, LEAST_PX) == []
    box = tablet.room.viewport.bounding_box()
    assert box is not None
    assert box["height"] > 300


def test_a_swipe_scrolls_slices_and_phases(tablet: Drawing, middle: tuple[float, float]) -> None:
    x, y = middle
    fingers, room = Fingers(tablet.page), tablet.room
    tablet.go(4, 3)
    fingers.move(((x, y + 40), (x, y - 20)))  # up: two slices on
    place_is(room, 6, 3)
    fingers.move(((x, y - 40), (x, y - 5)))
    place_is(room, 5, 3)
    fingers.move(((x + 40, y), (x - 12, y)))  # to the left: three phases on
    place_is(room, 5, 6)
    assert tablet.outlines() == []


def test_two_fingers_zoom_and_what_was_under_them_stays(
    tablet: Drawing, middle: tuple[float, float]
) -> None:
    x, y = middle
    before = tablet.view()
    place = tablet.room.place()
    Fingers(tablet.page).move(((x - 40, y), (x - 100, y)), ((x + 40, y), (x + 100, y)))
    after: dict[str, Any] = json.loads(tablet.room.viewport.get_attribute("data-view") or "{}")
    assert after["scale"] / before["scale"] == pytest.approx(2.5, rel=0.02)
    assert tablet.room.place() == place
    tablet.page.get_by_role("button", name="Fit").tap()


def test_a_finger_is_told_that_it_does_not_draw(
    tablet: Drawing, middle: tuple[float, float]
) -> None:
    tablet.page.get_by_role("toolbar").get_by_role("button", name="Draw", exact=True).tap()
    tablet.page.touchscreen.tap(*middle)
    notice = tablet.page.get_by_text("Fingers scroll and zoom. Draw with a pen or a mouse.")
    expect(notice).to_be_visible()
    assert tablet.outlines() == []


def test_questions_are_answered_and_the_read_submitted(tablet: Drawing) -> None:
    page = tablet.page
    form = page.get_by_test_id("question-assessable")
    form.get_by_text("No", exact=True).tap()
    reason = page.get_by_test_id("question-reason").get_by_role("textbox")
    reason.tap()
    reason.fill("Images of another body part")
    reason.blur()
    tablet.room.wait_saved()
    page.get_by_role("button", name="Submit read", exact=True).tap()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Submit", exact=True).tap()
    expect(page.get_by_text("submitted", exact=True)).to_be_visible()
