"""Where the heart of the tests' study lies, and drawing on it."""

from tests.browser.drawing import Drawing, Point
from tests.browser.geometry import circle

HEART: Point = (128, 128)


def at(drawing: Drawing, slice_index: int, phase: int, structure: str = "lv_endo") -> None:
    """A frame of the test's own, zoomed to the heart."""
    drawing.go(slice_index, phase)
    drawing.structure(structure)
    drawing.zoom_to(HEART)


def drawn_circle(drawing: Drawing, radius_px: float, centre: Point = HEART) -> list[Point]:
    drawing.tool("Draw")
    return drawing.stroke(circle(centre, radius_px))
