"""Each painting tool on a real oblique slice: what is stored is the mask that must have been painted,
computed here from the same path with NumPy and SciPy alone. A screen pixel is 1/16 of an image pixel.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import points_in_poly

from tests.browser.drawing import Drawing, Point, new_drawing
from tests.browser.geometry import circle
from tests.browser.heart import HEART
from tests.browser.people import Person
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser
SignIn = Callable[..., Person]
RADIUS_PX, TOLERANCE = 5.0, 0.12  # as they are before anybody changes them
FINE = 8  # samples per pixel and direction
LOW, HIGH = 96, 160  # columns and rows that are looked at
LEAST_DICE, MOST_SHIFT_PX = 0.995, 0.05
Mask = NDArray[np.bool_]


@pytest.fixture(scope="module")
def drawing(portal: Portal, people: SignIn, shared_data: Path) -> Drawing:
    return new_drawing(portal, people, shared_data, "masks")


def at(drawing: Drawing, phase: int) -> None:
    drawing.go(4, phase)
    drawing.structure("lv_endo")
    drawing.zoom_to(HEART)


def samples() -> NDArray[np.float64]:
    """(column, row) of every sample; pixel centres are at whole numbers."""
    ticks = np.arange(LOW, HIGH, 1 / FINE) + 0.5 / FINE
    return np.stack(np.meshgrid(ticks, ticks), axis=-1)


SAMPLES = samples()


def swept(path: list[Point], radius_px: float = RADIUS_PX) -> Mask:
    """What a round brush covers that is led along the path."""
    covered = np.zeros(SAMPLES.shape[:2], bool)
    for start, end in zip(path, path[1:] or path, strict=False):
        a, b = np.asarray(start), np.asarray(end)
        along = b - a
        length2 = float(along @ along)
        t = np.clip((SAMPLES - a) @ along / length2, 0, 1) if length2 else np.zeros(covered.shape)
        covered |= np.linalg.norm(SAMPLES - a - t[..., None] * along, axis=-1) <= radius_px
    return covered


def inside(parts: list[list[Point]]) -> Mask:
    """Even-odd."""
    found = np.zeros(SAMPLES.shape[:2], bool)
    for part in parts:
        found ^= points_in_poly(SAMPLES.reshape(-1, 2), part).reshape(found.shape)
    return found


def of_pixels(mask: Mask) -> Mask:
    """Whole pixels, as samples."""
    cut = mask[LOW:HIGH, LOW:HIGH]
    fine = np.kron(cut, np.ones((FINE, FINE), bool))
    # pixel 96 begins at 95.5, the samples at 96
    return np.roll(fine, (-FINE // 2, -FINE // 2), axis=(0, 1))


def assert_same(stored: Mask, wanted: Mask) -> None:
    dice = 2 * (stored & wanted).sum() / (stored.sum() + wanted.sum())
    shift = np.subtract(ndimage.center_of_mass(stored), ndimage.center_of_mass(wanted)) / FINE
    assert dice >= LEAST_DICE, (dice, shift)
    assert np.abs(shift).max() <= MOST_SHIFT_PX, (dice, shift)


def alike(image: NDArray[np.int64], seed: Point) -> Mask:
    """Pixels about as bright as the one at the seed."""
    ordered = np.sort(image.ravel())
    spread = ordered[int(0.95 * ordered.size)] - ordered[int(0.05 * ordered.size)]
    value = image[round(seed[1]), round(seed[0])]
    found: Mask = np.abs(image - value) <= TOLERANCE * spread
    return found


def disc(centre: Point, radius_px: float, shape: tuple[int, ...]) -> Mask:
    rows, columns = np.indices(shape)
    return np.asarray(np.hypot(columns - centre[0], rows - centre[1]) <= radius_px)


def test_half_a_pixel_is_seen() -> None:
    there = swept([(120, 120), (136, 132)])
    assert_same(there, swept([(120.02, 120), (136.02, 132)]))
    with pytest.raises(AssertionError):
        assert_same(there, swept([(120.5, 120), (136.5, 132)]))


def test_brush(drawing: Drawing) -> None:
    at(drawing, 2)
    drawing.tool("Brush")
    path = drawing.stroke([(120, 120), (128, 124), (136, 132)])
    assert_same(inside(drawing.parts("lv_endo")), swept(path))


def test_painting_one_spot_leaves_the_rest_of_the_contour(drawing: Drawing) -> None:
    at(drawing, 3)
    drawing.tool("Draw")
    drawing.stroke(circle(HEART, 14))
    before = drawing.parts("lv_endo")
    drawing.tool("Brush")
    path = drawing.stroke([(142, 126), (143, 130)])
    after = drawing.parts("lv_endo")
    assert_same(inside(after), inside(before) | swept(path))
    kept = {point for part in before for point in part}
    far = [p for part in after for p in part if p[0] < HEART[0]]
    assert sum(p in kept for p in far) >= 0.9 * len(far)


def test_eraser_and_undo(drawing: Drawing) -> None:
    at(drawing, 4)
    drawing.tool("Draw")
    drawing.stroke(circle(HEART, 14))
    before = drawing.parts("lv_endo")
    drawing.tool("Eraser")
    path = drawing.stroke([(139, 118), (141, 128), (139, 138)])
    assert_same(inside(drawing.parts("lv_endo")), inside(before) & ~swept(path))
    drawing.room.press("Control+z")
    assert drawing.parts("lv_endo") == before


def test_shift_takes_off_and_a_hole_is_a_hole(drawing: Drawing) -> None:
    at(drawing, 5)
    drawing.tool("Draw")
    drawing.stroke(circle(HEART, 14))
    before = drawing.parts("lv_endo")
    drawing.tool("Brush")
    drawing.page.keyboard.down("Shift")
    path = drawing.stroke([(127, 128), (129, 128)])
    drawing.page.keyboard.up("Shift")
    holed = drawing.parts("lv_endo")
    assert len(holed) == 2
    assert_same(inside(holed), inside(before) & ~swept(path))
    drawing.page.get_by_role("button", name="Fill holes").click()
    assert_same(inside(drawing.parts("lv_endo")), inside(before))


def test_threshold_brush(drawing: Drawing, shared_data: Path) -> None:
    at(drawing, 6)
    image = drawing.pixels(shared_data)
    drawing.tool("Threshold brush")
    path = drawing.stroke([(126, 126), (132, 130)])
    covered = np.zeros(image.shape, bool)
    for t in np.linspace(0, 1, 200):
        here = (1 - t) * np.asarray(path[0]) + t * np.asarray(path[-1])
        covered |= disc((here[0], here[1]), RADIUS_PX, image.shape)
    wanted = of_pixels(covered & alike(image, path[0]))
    assert_same(inside(drawing.parts("lv_endo")), wanted)


def test_fill(drawing: Drawing, shared_data: Path) -> None:
    at(drawing, 7)
    image = drawing.pixels(shared_data)
    drawing.tool("Fill")
    (seed,) = drawing.clicks([(129, 129)])
    near = alike(image, seed) & disc(seed, 40, image.shape)
    labels, _ = ndimage.label(near)
    wanted = labels == labels[round(seed[1]), round(seed[0])]
    parts = drawing.parts("lv_endo")
    rows, columns = np.nonzero(wanted)
    if min(rows.min(), columns.min()) < LOW or max(rows.max(), columns.max()) >= HIGH - 1:
        pytest.fail("the filled region leaves the window of this test")
    assert_same(inside(parts), of_pixels(wanted))


def test_the_brush_changes_its_size(drawing: Drawing) -> None:
    at(drawing, 8)
    drawing.tool("Brush")
    drawing.room.press("=")
    drawing.room.press("=")
    path = drawing.clicks([HEART])
    assert_same(inside(drawing.parts("lv_endo")), swept(path, RADIUS_PX * 1.2**2))
    for _ in range(2):
        drawing.room.press("-")
