"""AI on this slice and smart click in the reading room, on a real slice, with the real service."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from cmrkit.geometry import rasterise
from tests.browser.conftest import SignIn
from tests.browser.drawing import Drawing, new_drawing
from tests.browser.portal import Portal
from tests.browser.test_smart_tools import Expert, Shot, dice, expert, finished, phases, slices

__all__ = ["expert", "phases", "slices"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def drawing(portal: Portal, people: SignIn, shared_data: Any) -> Drawing:
    return new_drawing(portal, people, shared_data, "ai-tools", ai_visible=True)


def held(drawing: Drawing, structure: str) -> dict[str, Any] | None:
    drawing.room.wait_saved()
    found = drawing.room.contour(drawing.read_id, structure)
    return found if found and found["parts"] else None


def covers(drawing: Drawing, row: dict[str, Any], point: tuple[float, float]) -> bool:
    shape = (drawing.stack["meta"]["rows"], drawing.stack["meta"]["columns"])
    return bool(rasterise(row["parts"], shape)[round(point[1]), round(point[0])])


def centre(parts: Any) -> tuple[float, float]:
    column, row = np.mean([p for part in parts for p in part], axis=0)
    return round(float(column)), round(float(row))


@pytest.fixture(scope="module")
def missed(expert: Expert, phases: tuple[int, int], slices: list[int]) -> tuple[float, float]:
    """A point that the expert has in the cavity, halfway from its middle to its lower edge."""
    parts = expert["lv_endo", slices[4], phases[0]]
    column, row = centre(parts)
    return column, round((row + max(y for _, y in parts[0])) / 2)


def test_ai_on_this_slice_waits_to_be_accepted(
    drawing: Drawing, expert: Expert, phases: tuple[int, int], slices: list[int], shot: Shot
) -> None:
    place = slices[4], phases[0]
    drawing.go(*place)
    drawing.room.press("0")
    finished(drawing, "by the AI, dashed till accepted")
    row = held(drawing, "lv_endo")
    assert row is not None
    assert (row["origin"], row["state"]) == ("ai", "auto")
    assert row["model"].startswith("cine-sax")
    assert dice(drawing, row["parts"], expert["lv_endo", *place]) > 0.85
    shot(drawing.page, "ai-1-slice")
    drawing.room.press("Control+z")
    assert held(drawing, "lv_endo") is None
    drawing.room.press("Control+Shift+Z")
    assert held(drawing, "lv_endo") == {**row, "version": row["version"] + 2}


def test_a_click_takes_in_what_was_missed(
    drawing: Drawing, expert: Expert, phases: tuple[int, int], slices: list[int], missed: Any
) -> None:
    """Half of the cavity is drawn by hand; one click brings the other half, and is one step."""
    truth = expert["lv_endo", slices[4], phases[0]]
    middle = centre(truth)[1]
    half = [[[x, min(y, middle)] for x, y in part] for part in truth]
    before = held(drawing, "lv_endo")
    assert before is not None
    drawing.reader.post(
        f"/api/v1/reads/{drawing.read_id}/operations/",
        {
            "operations": [
                {
                    **{k: before[k] for k in ("structure", "sop_instance_uid", "frame_number")},
                    "kind": "contour",
                    "op_id": "half",
                    "base_version": before["version"],
                    "parts": half,
                }
            ]
        },
    )
    drawing.open()
    drawing.go(slices[4], phases[0])
    drawing.structure("lv_endo")
    drawing.tool("Smart click")
    drawing.zoom_to(centre(truth), 6)
    drawing.page.mouse.click(*drawing.room.on_screen(missed))
    finished(drawing, "on this contour")
    row = held(drawing, "lv_endo")
    assert row is not None
    assert covers(drawing, row, missed)
    assert row["state"] == "edited", "a person had drawn it"
    assert dice(drawing, row["parts"], truth) > dice(drawing, half, truth) + 0.1


def test_the_right_button_takes_out_and_undo_brings_back(
    drawing: Drawing, missed: Any, shot: Shot
) -> None:
    before = held(drawing, "lv_endo")
    assert before is not None
    drawing.page.mouse.click(*drawing.room.on_screen(missed), button="right")
    finished(drawing, "on this contour")
    row = held(drawing, "lv_endo")
    assert row is None or not covers(drawing, row, missed)
    shot(drawing.page, "ai-2-click")
    drawing.room.press("Control+z")
    again = held(drawing, "lv_endo")
    assert again is not None
    assert again["parts"] == before["parts"]


def test_a_click_on_an_untouched_contour_leaves_it_to_be_accepted(
    drawing: Drawing, phases: tuple[int, int], slices: list[int], missed: Any
) -> None:
    drawing.go(slices[3], phases[0])
    drawing.room.press("0")
    finished(drawing, "by the AI")
    drawing.page.keyboard.down("Alt")
    drawing.page.mouse.click(*drawing.room.on_screen(missed))
    drawing.page.keyboard.up("Alt")
    finished(drawing, "Corrected by the AI")
    row = held(drawing, "lv_endo")
    assert row is not None
    assert (row["origin"], row["state"]) == ("ai", "auto")
    assert not covers(drawing, row, missed)
    drawing.room.press("y")
    row = held(drawing, "lv_endo")
    assert row is not None
    assert row["state"] == "accepted"


def test_a_service_that_is_away_is_said_and_nothing_is_lost(
    drawing: Drawing, people: SignIn, phases: tuple[int, int], slices: list[int]
) -> None:
    before = drawing.outlines()
    drawing.page.route(
        "**/segment-frame/",
        lambda route: route.fulfill(
            status=503,
            json={
                "error": {
                    "code": "model_service_away",
                    "message": "AI on this slice isn’t running.",
                }
            },
        ),
    )
    drawing.go(slices[2], phases[0])
    drawing.room.press("0")
    finished(drawing, "isn’t running")
    drawing.page.unroute("**/segment-frame/")
    people.complaints.clear()  # type: ignore[attr-defined]
    assert drawing.outlines() == before
    expect(drawing.page.get_by_role("button", name="AI on this slice")).to_be_enabled()


def test_a_read_without_ai_has_neither(portal: Portal, people: SignIn, shared_data: Any) -> None:
    blind = new_drawing(portal, people, shared_data, "ai-hidden")
    expect(blind.page.get_by_role("button", name="Propagate slice")).to_be_visible()
    expect(blind.page.get_by_role("button", name="AI on this slice")).to_have_count(0)
    expect(blind.page.get_by_role("button", name="Smart click")).to_have_count(0)
    blind.room.press("0")
    blind.room.press(";")
    expect(blind.room.viewport).not_to_have_attribute("data-tool", "smart-click")
    assert blind.outlines() == []
