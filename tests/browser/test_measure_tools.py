"""Each measuring tool on a real oblique slice: the points stored in the patient are those that were
set, and the number on the screen is cmrkit's. A screen pixel is 1/16 of an image pixel.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from cmrkit.contracts import StackMeta
from cmrkit.geometry.measure import angle_degrees, ellipse_area_mm2, length_mm, roi_statistics
from cmrkit.geometry.plane import image_to_patient, patient_to_image
from tests.browser.drawing import Drawing, Point, new_drawing
from tests.browser.geometry import LARGEST_PX, MEAN_PX
from tests.browser.heart import HEART
from tests.browser.people import Person
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser
SignIn = Callable[..., Person]


@pytest.fixture(scope="module")
def drawing(portal: Portal, people: SignIn, shared_data: Path) -> Drawing:
    return new_drawing(portal, people, shared_data, "measures")


def at(drawing: Drawing, slice_index: int, phase: int) -> None:
    drawing.go(slice_index, phase)
    drawing.zoom_to(HEART)


def meta_of(drawing: Drawing) -> StackMeta:
    return StackMeta.from_json({**drawing.stack["meta"], "frames": []})


def objects(drawing: Drawing) -> list[dict[str, Any]]:
    """Landmarks and measurements of the frame shown, as the server holds them."""
    drawing.room.wait_saved()
    slice_index, phase = drawing.room.place()
    uid = drawing.stack["frames"][slice_index][phase]["sop_instance_uid"]
    rows = drawing.reader.get(f"/api/v1/reads/{drawing.read_id}/annotations/")["objects"]
    return [r for r in rows if r["object"] and r["object"]["sop_instance_uid"] == uid]


def the_object(drawing: Drawing, kind: str) -> dict[str, Any]:
    (row,) = objects(drawing)
    found: dict[str, Any] = row["object"]
    assert found["type"] == kind
    meta = meta_of(drawing)
    assert found["frame_of_reference_uid"] == meta.frame_of_reference_uid
    return found


def in_pixels(drawing: Drawing, found: dict[str, Any]) -> np.ndarray:
    """Stored points as (column, row); they lie in the slice's plane."""
    slice_index, _ = drawing.room.place()
    back = patient_to_image(meta_of(drawing), slice_index)
    points = np.asarray([(back @ [*p, 1])[:3] for p in found["points_lps_mm"]])
    assert np.abs(points[:, 2]).max() < 1e-6
    return points[:, :2]


def assert_where(stored: np.ndarray, wanted: list[Point]) -> None:
    away = stored - np.asarray(wanted)
    assert np.abs(away.mean(axis=0)).max() <= MEAN_PX, away
    assert np.hypot(*away.T).max() <= LARGEST_PX, away


def value(drawing: Drawing) -> str:
    """What the panel says of the measurement that was made last."""
    return drawing.page.get_by_test_id("measurement").last.inner_text()


def test_half_a_pixel_is_seen() -> None:
    assert_where(np.asarray([(10.05, 20.0)]), [(10, 20)])
    with pytest.raises(AssertionError):
        assert_where(np.asarray([(10.5, 20.0)]), [(10, 20)])


def test_length(drawing: Drawing) -> None:
    at(drawing, 4, 2)
    drawing.tool("Length")
    drawn = drawing.stroke([(120, 122), (128, 130), (137, 135)])
    found = the_object(drawing, "length")
    ends = [drawn[0], drawn[-1]]
    assert_where(in_pixels(drawing, found), ends)
    to_patient = image_to_patient(meta_of(drawing), 4)
    wanted = length_mm(*[(to_patient @ [*end, 0, 1])[:3] for end in ends])
    assert f"{wanted:.1f} mm" in value(drawing)


def test_an_end_is_moved_by_its_handle_and_undone(drawing: Drawing) -> None:
    at(drawing, 4, 3)
    drawing.tool("Length")
    drawn = drawing.stroke([(120, 122), (128, 130), (137, 135)])
    moved = drawing.stroke([drawn[-1], (135, 130), (134, 124)])
    assert_where(in_pixels(drawing, the_object(drawing, "length")), [drawn[0], moved[-1]])
    drawing.room.press("Control+z")
    assert_where(in_pixels(drawing, the_object(drawing, "length")), [drawn[0], drawn[-1]])
    drawing.room.press("Control+z")
    assert objects(drawing) == []


def test_two_diameters(drawing: Drawing) -> None:
    at(drawing, 4, 4)
    drawing.tool("Two diameters")
    drawn = drawing.stroke([(118, 128), (128, 128), (138, 128)])
    found = the_object(drawing, "bidirectional")
    points = in_pixels(drawing, found)
    assert_where(points[:2], [drawn[0], drawn[-1]])
    long_axis, short_axis = points[1] - points[0], points[3] - points[2]
    assert abs(long_axis @ short_axis) < 1e-3 * (long_axis @ long_axis)
    a, b, c, d = found["points_lps_mm"]
    assert f"{length_mm(a, b):.1f} × {length_mm(c, d):.1f} mm" in value(drawing)


def test_angle(drawing: Drawing) -> None:
    at(drawing, 4, 5)
    drawing.tool("Angle")
    drawn = drawing.stroke([(120, 135), (124, 130), (128, 124)])
    third = drawing.clicks([(139, 133)])
    found = the_object(drawing, "angle")
    assert_where(in_pixels(drawing, found), [drawn[0], drawn[-1], third[0]])
    assert f"{angle_degrees(*found['points_lps_mm']):.1f}°" in value(drawing)


def test_ellipse(drawing: Drawing, shared_data: Path) -> None:
    at(drawing, 4, 6)
    drawing.tool("Ellipse")
    drawn = drawing.stroke([(118, 120), (128, 128), (138, 134)])
    found = the_object(drawing, "ellipse")
    (x1, y1), (x2, y2) = drawn[0], drawn[-1]
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    assert_where(in_pixels(drawing, found), [(x1, y), (x2, y), (x, y1), (x, y2)])
    area = ellipse_area_mm2(found["points_lps_mm"]) / 100
    assert f"{area:.2f} cm²" in value(drawing)
    turns = np.linspace(0, 2 * math.pi, 96, endpoint=False)
    outline = [(x + (x2 - x) * math.cos(t), y + (y2 - y) * math.sin(t)) for t in turns]
    statistics = roi_statistics([outline], drawing.pixels(shared_data).astype(float))
    assert statistics is not None
    assert statistics.n > 150


def test_region_by_clicks(drawing: Drawing) -> None:
    at(drawing, 4, 7)
    drawing.tool("Region")
    corners = drawing.clicks([(120, 120), (136, 121), (138, 134), (121, 136)])
    drawing.clicks([(128, 140)])
    drawing.room.press("Backspace")  # the last point was one too many
    drawing.room.press("Enter")
    assert_where(in_pixels(drawing, the_object(drawing, "polygon")), corners)


def test_escape_drops_what_was_begun(drawing: Drawing) -> None:
    at(drawing, 4, 8)
    drawing.tool("Region")
    drawing.clicks([(120, 120), (136, 121)])
    drawing.room.press("Escape")
    drawing.tool("Length")
    assert objects(drawing) == []


def test_a_landmark_is_seen_on_every_phase_and_deleted(drawing: Drawing) -> None:
    at(drawing, 4, 9)
    drawing.tool("Landmark")
    drawing.page.get_by_label("The next landmark is").select_option("rv_insertion_inferior")
    drawn = drawing.clicks([(125, 133)])
    found = the_object(drawing, "landmark")
    assert found["code"] == "rv_insertion_inferior"
    assert_where(in_pixels(drawing, found), drawn)
    drawing.go(4, 10)
    assert drawing.overlay_alpha((drawn[0][0] + 3 / 16, drawn[0][1])) > 0
    rows = drawing.page.get_by_test_id("measurement").filter(has_text="RV insertion, inferior")
    rows.get_by_role("button", name="Delete RV insertion, inferior").click()
    expect(rows).to_have_count(0)
    drawing.go(4, 9)
    assert objects(drawing) == []


def test_a_name_is_kept(drawing: Drawing) -> None:
    at(drawing, 5, 2)
    drawing.tool("Length")
    drawing.stroke([(120, 122), (128, 130), (137, 135)])
    name = drawing.page.get_by_label("Name of the measurement")
    name.fill("Septum, basal")
    name.press("Enter")
    expect(drawing.page.get_by_test_id("measurement").last).to_contain_text("Septum, basal")
    assert the_object(drawing, "length")["label"] == "Septum, basal"
    drawing.open()
    expect(drawing.page.get_by_text("Septum, basal")).to_be_visible()
