"""Computed contours on a real cine: between slices, over phases; each waits until a reader accepts it.

The expert's contours of the study stand in for what a reader drew, and judge what was computed.
"""

import io
import re
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from playwright.sync_api import Page, expect

from cmrkit.dicomio.sunnybrook import read_contours
from cmrkit.geometry import rasterise
from tests.browser.conftest import SignIn
from tests.browser.drawing import STUDY, Drawing, new_drawing
from tests.browser.people import NUMBER
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser
LONG_MS = 180_000  # for a slice of 20 phases on a busy machine
Place = tuple[int, int]  # slice, phase
Shot = Callable[[Page, str], None]
Expert = dict[tuple[str, int, int], list[list[tuple[float, float]]]]


@pytest.fixture(scope="module")
def drawing(portal: Portal, people: SignIn, shared_data: Path) -> Drawing:
    return new_drawing(portal, people, shared_data, "smart")


@pytest.fixture(scope="module")
def expert(drawing: Drawing, shared_data: Path) -> Expert:
    """What the expert drew: (structure, slice, phase) -> parts."""
    places: dict[str, Place] = {
        address["sop_instance_uid"]: (s, p)
        for s, row in enumerate(drawing.files)
        for p, address in enumerate(row)
    }
    by_number: dict[int, Place] = {}
    with zipfile.ZipFile(shared_data / "sunnybrook" / STUDY) as archive:
        for name in archive.namelist():
            if name.endswith(".dcm"):
                file = io.BytesIO(archive.read(name))
                header = pydicom.dcmread(file, stop_before_pixels=True)
                by_number[int(header.InstanceNumber)] = places[str(header.SOPInstanceUID)]
    drawn = read_contours(shared_data / "sunnybrook" / "SC-HF-I-1")
    return {
        (code, *by_number[number]): [[(round(x, 3), round(y, 3)) for x, y in polygon]]
        for (number, code), polygon in drawn.items()
    }


@pytest.fixture(scope="module")
def phases(expert: Expert) -> tuple[int, int]:
    """The expert's ED and ES: the epicardium was drawn at ED alone."""
    ed = next(p for code, _, p in expert if code == "lv_epi")
    es = next(p for code, _, p in expert if code == "lv_endo" and p != ed)
    return ed, es


@pytest.fixture(scope="module")
def slices(expert: Expert, phases: tuple[int, int]) -> list[int]:
    return sorted(s for code, s, p in expert if (code, p) == ("lv_endo", phases[0]))


def draw(drawing: Drawing, expert: Expert, keys: list[tuple[str, int, int]]) -> None:
    """The expert's contours as this reader's, sent as the browser sends them."""
    operations = [
        {
            "kind": "contour",
            "op_id": str(uuid.uuid4()),
            "base_version": 0,
            "structure": code,
            "sop_instance_uid": drawing.stack["frames"][s][p]["sop_instance_uid"],
            "frame_number": 1,
            "parts": expert[code, s, p],
        }
        for code, s, p in keys
    ]
    path = f"/api/v1/reads/{drawing.read_id}/operations/"
    results = drawing.reader.post(path, {"operations": operations})["results"]
    assert {r["outcome"] for r in results} == {"applied"}
    drawing.open()


def held(drawing: Drawing, structure: str) -> dict[Place, dict[str, Any]]:
    """The read's contours of a structure that are not empty, by place, as the server holds them."""
    places = {
        address["sop_instance_uid"]: (s, p)
        for s, row in enumerate(drawing.stack["frames"])
        for p, address in enumerate(row)
    }
    return {
        places[row["sop_instance_uid"]]: row
        for row in drawing.outlines()
        if row["structure"] == structure and row["parts"]
    }


def dice(drawing: Drawing, a: Any, b: Any) -> float:
    shape = (drawing.stack["meta"]["rows"], drawing.stack["meta"]["columns"])
    p, q = (rasterise(parts, shape).astype(bool) for parts in (a, b))
    return float(2 * np.count_nonzero(p & q) / (np.count_nonzero(p) + np.count_nonzero(q)))


def finished(drawing: Drawing, words: str) -> str:
    message = drawing.page.get_by_test_id("smart-message")
    expect(message).to_contain_text(re.compile(words), timeout=LONG_MS)
    drawing.room.wait_saved()
    return str(message.inner_text())


def cell(drawing: Drawing, place: Place) -> Any:
    name = f"Slice {place[0] + 1}, phase {place[1] + 1}:"
    return drawing.page.get_by_test_id("grid").get_by_role("button", name=name)


def test_a_slice_between_two_contoured_ones_is_interpolated(
    drawing: Drawing, expert: Expert, phases: tuple[int, int], slices: list[int]
) -> None:
    ed = phases[0]
    above, middle, below = slices[3], slices[4], slices[5]
    draw(drawing, expert, [("lv_endo", above, ed), ("lv_endo", below, ed)])
    drawing.go(middle, ed)
    drawing.structure("lv_endo")
    drawing.room.press("Shift+I")
    finished(drawing, "1 contour interpolated")
    found = held(drawing, "lv_endo")[middle, ed]
    assert (found["state"], found["origin"]) == ("auto", "propagated")
    assert dice(drawing, found["parts"], expert["lv_endo", middle, ed]) > 0.9
    expect(drawing.page.get_by_test_id("caption")).to_contain_text("Propagated: accept")
    drawing.room.press("y")
    drawing.room.wait_saved()
    assert held(drawing, "lv_endo")[middle, ed]["state"] == "accepted"


def test_a_slice_is_propagated_from_ed_over_all_phases(
    drawing: Drawing, expert: Expert, phases: tuple[int, int], slices: list[int], shot: Shot
) -> None:
    ed, es = phases
    s = slices[3]
    n_phases = drawing.stack["meta"]["n_phases"]
    drawing.go(s, ed)
    drawing.room.press("Shift+P")
    finished(drawing, f"{n_phases - 1} contours propagated")
    found = held(drawing, "lv_endo")
    assert found[s, ed]["state"] == "edited", "what the reader drew stays"
    assert found[s, ed]["parts"] == [[list(p) for p in part] for part in expert["lv_endo", s, ed]]
    others = [found[s, p] for p in range(n_phases) if p != ed]
    assert {(row["state"], row["origin"]) for row in others} == {("auto", "propagated")}
    truth = expert["lv_endo", s, es]
    copied = dice(drawing, expert["lv_endo", s, ed], truth)
    assert dice(drawing, found[s, es]["parts"], truth) > max(0.85, copied + 0.03)
    beside = (s, (es + 2) % n_phases)
    expect(cell(drawing, beside)).to_have_attribute("data-cell", "propagated")
    drawing.go(*beside)
    shot(drawing.page, "smart-1-propagated")


def test_propagation_is_one_step_to_undo_and_redo(
    drawing: Drawing, phases: tuple[int, int], slices: list[int]
) -> None:
    s = slices[3]
    n_phases = drawing.stack["meta"]["n_phases"]
    before = held(drawing, "lv_endo")
    drawing.room.press("Control+z")
    drawing.room.wait_saved()
    assert [p for (at, p) in held(drawing, "lv_endo") if at == s] == [phases[0]]
    drawing.room.press("Control+Shift+Z")
    drawing.room.wait_saved()
    again = held(drawing, "lv_endo")
    assert sum(at == s for at, _ in again) == n_phases
    other = (s, (phases[0] + 3) % n_phases)
    assert again[other]["parts"] == before[other]["parts"]
    assert (again[other]["state"], again[other]["origin"]) == ("auto", "propagated")


def test_what_is_accepted_is_never_propagated_over(
    drawing: Drawing, phases: tuple[int, int], slices: list[int]
) -> None:
    ed, es = phases
    s = slices[3]
    drawing.go(s, es)
    drawing.room.press("a")
    drawing.room.wait_saved()
    accepted = held(drawing, "lv_endo")[s, es]
    assert (accepted["state"], accepted["origin"]) == ("accepted", "propagated")
    expect(cell(drawing, (s, es))).to_have_attribute("data-cell", "done")
    drawing.go(s, ed)
    drawing.room.press("Shift+P")
    finished(drawing, f"{drawing.stack['meta']['n_phases'] - 2} contours propagated")
    now = held(drawing, "lv_endo")[s, es]
    assert (now["state"], now["version"]) == ("accepted", accepted["version"])


def test_propagation_can_be_stopped_and_then_changes_nothing(
    drawing: Drawing, phases: tuple[int, int], slices: list[int]
) -> None:
    before = held(drawing, "lv_endo")
    drawing.go(slices[5], phases[0])
    drawing.room.press("Shift+P")
    drawing.page.get_by_role("button", name="Stop").click()
    finished(drawing, "stopped, nothing was changed")
    assert held(drawing, "lv_endo") == before


def test_carrying_on_goes_to_the_next_phase_with_the_contour(
    drawing: Drawing, phases: tuple[int, int], slices: list[int]
) -> None:
    s, ed = slices[5], phases[0]
    drawing.go(s, ed)
    drawing.room.press("g")
    to = (ed + 1) % drawing.stack["meta"]["n_phases"]
    expect(drawing.room.viewport).to_have_attribute("data-phase", str(to), timeout=LONG_MS)
    finished(drawing, "1 contour propagated")
    assert held(drawing, "lv_endo")[s, to]["origin"] == "propagated"


def test_the_next_unseen_frame_has_an_untouched_contour(drawing: Drawing) -> None:
    drawing.room.press("u")
    found = held(drawing, "lv_endo")[drawing.room.place()]
    assert found["state"] == "auto"


def test_accepting_all_asks_first_and_says_how_many(drawing: Drawing) -> None:
    untouched = sum(row["state"] == "auto" for row in held(drawing, "lv_endo").values())
    drawing.reader.press("Accept all…")
    dialog = drawing.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{untouched} contours")
    drawing.reader.in_dialog(f"Accept {untouched}")
    drawing.room.wait_saved()
    assert {row["state"] for row in held(drawing, "lv_endo").values()} <= {"accepted", "edited"}


def test_a_choice_of_es_says_first_what_it_changes(
    drawing: Drawing, phases: tuple[int, int], slices: list[int], shot: Shot
) -> None:
    """The EF said beforehand is the EF shown afterwards, and once more takes it back."""
    drawing.go(slices[3], (phases[1] + 2) % drawing.stack["meta"]["n_phases"])
    before = drawing.reader.number("ef")
    then = drawing.page.locator("#then-es_phase").inner_text()
    said = re.search(r"EF ([\d.]+) → ([\d.]+) %", then)
    assert said, then
    assert float(said[1]) == before
    drawing.page.get_by_test_id("choice-es_phase").scroll_into_view_if_needed()
    shot(drawing.page, "smart-2-choice")
    drawing.room.press("Shift+S")
    expect(drawing.page.get_by_test_id("ef")).to_contain_text(said[2])
    drawing.room.press("Shift+S")
    expect(drawing.page.get_by_test_id("ef")).to_contain_text(said[1])


def test_a_segment_of_the_bulls_eye_leads_to_its_contours(
    drawing: Drawing, expert: Expert, phases: tuple[int, int], slices: list[int], shot: Shot
) -> None:
    ed = phases[0]
    drawn = held(drawing, "lv_endo")
    keys = [("lv_endo", s, ed) for s in slices if (s, ed) not in drawn]
    draw(drawing, expert, keys + [k for k in expert if k[0] == "lv_epi"])
    wall = drawing.page.get_by_test_id("wall")
    segment = wall.locator("[data-segment='10']")
    expect(segment).to_contain_text(NUMBER)
    assert 4 < float(segment.locator("text").text_content() or "nan") < 20, (
        "millimetres of a human wall"
    )
    segment.click()
    place = drawing.room.place()
    assert place[1] == ed
    assert place[0] in slices[2:-2], "a mid slice"
    expect(wall).to_contain_text("Unoriented")
    wall.scroll_into_view_if_needed()
    shot(drawing.page, "smart-3-wall")


def test_a_number_leads_to_its_contours(drawing: Drawing, phases: tuple[int, int]) -> None:
    """From a slice without contours, in another phase."""
    drawing.go(0, 0)
    drawing.page.get_by_test_id("edv").get_by_role("button").click()
    place = drawing.room.place()
    assert place[1] == phases[0]
    assert place in held(drawing, "lv_endo")


def test_the_grid_is_one_tab_stop_and_walked_by_arrows(drawing: Drawing) -> None:
    grid = drawing.page.get_by_test_id("grid")
    expect(grid).to_have_attribute("tabindex", "0")
    expect(grid.locator("button:not([tabindex='-1'])")).to_have_count(0)
    grid.focus()
    slice_index, phase = drawing.room.place()
    drawing.room.press("ArrowRight")
    following = (phase + 1) % drawing.stack["meta"]["n_phases"]
    expect(cell(drawing, (slice_index, following))).to_have_attribute("aria-current", "true")
    expect(grid).to_be_focused()
    drawing.room.press("Home")
    expect(cell(drawing, (slice_index, 0))).to_have_attribute("aria-current", "true")
