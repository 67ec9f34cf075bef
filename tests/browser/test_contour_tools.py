"""Each contour tool, drawn with on a real oblique slice: what is stored is what was drawn."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.drawing import Drawing, new_drawing
from tests.browser.geometry import assert_follows, circle
from tests.browser.people import Person
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser
SignIn = Callable[..., Person]


@pytest.fixture(scope="module")
def drawing(portal: Portal, people: SignIn, shared_data: Path) -> Drawing:
    return new_drawing(portal, people, shared_data, "contours")


def test_freehand(drawing: Drawing) -> None:
    drawing.go(4, 0)
    drawing.zoom_to((128, 128))
    drawing.structure("lv_endo")
    drawing.tool("Draw")
    drawn = drawing.stroke(circle((128, 128), 14))
    assert_follows(drawn, drawing.parts("lv_endo")[0])


def test_the_measure_sees_half_a_pixel() -> None:
    drawn = circle((128, 128), 14)
    assert_follows(drawn, circle((128, 128), 14.08))
    for shifted in (
        circle((128.5, 128), 14),
        circle((128, 127.5), 14),
        circle((128, 128), 14.5),
    ):
        with pytest.raises(AssertionError):
            assert_follows(drawn, shifted)
