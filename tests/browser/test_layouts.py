"""Layouts of the reading room on a patient with every kind of stack: what stands where, in step."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Response, expect

from cmrkit.contracts import StackMeta
from cmrkit.geometry import image_to_patient, patient_to_image, stack_normal
from tests.browser.many_stacks import write_patient
from tests.browser.people import Person, ReadingRoom
from tests.browser.portal import Portal

pytestmark = pytest.mark.browser
SignIn = Callable[..., Person]
SLUG = "layouts"
LAYOUTS = (
    "single", "mosaic", "ed-es", "sax-lax", "lge", "map", "perfusion", "flow", "mpr",
)  # fmt: skip


@dataclass
class Opened:
    """The read, open in the reading room."""

    reader: Person
    read: dict[str, Any]
    room: ReadingRoom

    @property
    def page(self) -> Page:
        return self.reader.page

    def layout(self, name: str) -> Locator:
        """Choose a layout by its key and wait until every pane shows an image."""
        self.page.keyboard.press(f"Shift+Digit{LAYOUTS.index(name) + 1}")
        shown = self.page.locator(f'[data-testid=layout][data-layout="{name}"]')
        expect(shown).to_be_visible()
        for pane in shown.locator(":scope > *").all():
            expect(pane.locator("[data-painted]").first).to_be_attached(timeout=60_000)
        return shown

    def meta(self, stack_id: str) -> StackMeta:
        stack = self.reader.get(f"/api/v1/projects/{SLUG}/stacks/{stack_id}/")
        return StackMeta.from_json({**stack["meta"], "frames": [], "slice_thickness_mm": None})

    def stack(self, kind: str, view: str | None = None) -> dict[str, Any]:
        return next(
            s
            for s in self.read["stacks"]
            if s["sequence_kind"] == kind and (view is None or s["view"] == view)
        )

    def look(self, stack: dict[str, Any]) -> Locator:
        return self.page.locator(f'[data-testid=look-pane][data-stack="{stack["id"]}"]')

    def place(self, pane: Locator) -> tuple[int, int]:
        viewport = pane.get_by_test_id("viewport")
        return (
            int(viewport.get_attribute("data-slice") or -1),
            int(viewport.get_attribute("data-phase") or -1),
        )


@pytest.fixture(scope="module")
def opened(portal: Portal, people: SignIn, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    folder = tmp_path_factory.mktemp("patient")
    write_patient(folder)
    admin, owner, coordinator = people("admin"), people("owner"), people("coordinator")
    project = {"name": "Layouts", "slug": SLUG, "owner_email": owner.email, "ai_visible": False}
    admin.post("/api/v1/projects/", project)
    reader = people("reader.b", "dark")
    for person, role in ((coordinator, "coordinator"), (reader, "reader")):
        owner.post(f"/api/v1/projects/{SLUG}/members/", {"email": person.email, "roles": [role]})
    portal.manage("import_dicom", str(folder), "--project", SLUG)
    case = coordinator.get(f"/api/v1/projects/{SLUG}/cases/")["results"][0]
    user_id = coordinator.get(f"/api/v1/projects/{SLUG}/readers/")[0]["user_id"]
    chosen = {"case_ids": [case["id"]], "user_ids": [user_id]}
    coordinator.post(f"/api/v1/projects/{SLUG}/assignments/", chosen)
    items = reader.get("/api/v1/my-work/")["sections"][0]["items"]
    read_id = next(item["id"] for item in items if item["project"]["slug"] == SLUG)
    found = Opened(reader, reader.get(f"/api/v1/reads/{read_id}/"), ReadingRoom(reader))
    reader.go(f"/read/{read_id}")
    found.room.wait_for_image()
    for phase, key in ((0, "Shift+E"), (8, "Shift+S")):
        found.room.go(4, phase)
        found.page.keyboard.press(key)
    found.room.wait_saved()
    # keys go to the room again, not to the button pressed last
    found.page.evaluate("() => document.activeElement.blur()")
    return found


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_opens(opened: Opened, shot: Callable[[Page, str], None], name: str) -> None:
    shown = opened.layout(name)
    panes = {"single": 1, "mosaic": 1, "sax-lax": 4, "mpr": 4}.get(name, 2)
    expect(shown.locator(":scope > *")).to_have_count(panes)
    shot(opened.page, f"layout-{name}")


def test_a_map_has_colours_and_a_scale_in_ms(opened: Opened) -> None:
    opened.layout("map")
    expect(opened.page.get_by_test_id("colour-scale")).to_contain_text(re.compile(r"\d+ ms"))


def test_only_the_read_is_edited(opened: Opened) -> None:
    opened.layout("sax-lax")
    opened.room.press("d")
    for view in ("2CH", "3CH", "4CH"):
        pane = opened.look(opened.stack("cine", view)).get_by_test_id("viewport")
        expect(pane).to_have_attribute("data-tool", "pan")
    opened.room.press("w")


def test_keys_act_on_the_image_that_was_pressed(opened: Opened) -> None:
    opened.layout("single")
    opened.room.go(4, 5)
    opened.room.press("w")
    shown = opened.layout("ed-es")
    current = shown.locator("[data-current] [data-testid=viewport]")
    expect(current).to_have_count(1)
    expect(current).to_have_attribute("data-phase", "0")
    shown.locator('[data-testid=viewport][data-phase="8"]').click()
    expect(current).to_have_attribute("data-phase", "8")
    # nothing on the screen shows the phase after it
    opened.room.press("ArrowRight")
    opened.layout("single")
    expect(opened.room.viewport).to_have_attribute("data-phase", "8")


def test_parallel_stacks_follow_to_the_nearest_plane(opened: Opened) -> None:
    opened.layout("lge")
    lge = opened.stack("lge")
    pane = opened.look(lge)
    sax, other = opened.meta(opened.read["stack_id"]), opened.meta(lge["id"])
    normal = stack_normal(sax.row_direction, sax.column_direction)
    heights = np.asarray(sax.slice_positions_mm) @ normal
    others = np.asarray(other.slice_positions_mm) @ normal
    for slice_index in (0, 4, 8):
        opened.room.go(slice_index, 0)
        nearest = int(np.abs(others - heights[slice_index]).argmin())
        expect(pane.get_by_test_id("viewport")).to_have_attribute("data-slice", str(nearest))
    # the other way round: every one of its slices can be reached by its own wheel
    box = pane.bounding_box()
    assert box is not None
    opened.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for wanted in range(opened.place(pane)[0] - 1, -1, -1):
        opened.page.mouse.wheel(0, -100)
        expect(pane.get_by_test_id("viewport")).to_have_attribute("data-slice", str(wanted))
        nearest = int(np.abs(heights - others[wanted]).argmin())
        expect(opened.room.viewport).to_have_attribute("data-slice", str(nearest))


def _line(opened: Opened, view: str) -> list[list[float]]:
    lines = json.loads(opened.look(opened.stack("cine", view)).get_attribute("data-lines") or "[]")
    return next(line["ends"] for line in lines if line["id"] == opened.read["stack_id"])


def test_the_reference_line_lies_in_both_planes(opened: Opened) -> None:
    opened.layout("sax-lax")
    sax = opened.meta(opened.read["stack_id"])
    for slice_index in (1, 6):
        opened.room.go(slice_index, 0)
        expect(opened.room.viewport).to_have_attribute("data-slice", str(slice_index))
        back = patient_to_image(sax, slice_index)
        for view in ("2CH", "3CH", "4CH"):
            across = image_to_patient(opened.meta(opened.stack("cine", view)["id"]), 0)
            ends = np.array([[column, row, 0, 1] for column, row in _line(opened, view)])
            off_mm = (back @ across @ ends.T)[2]
            assert np.abs(off_mm).max() < 0.01, (view, off_mm)  # half a slice would be 4.5 mm
            assert np.linalg.norm(ends[1] - ends[0]) > 100, "it crosses the image"


def test_dragging_the_line_moves_the_short_axis(opened: Opened) -> None:
    opened.layout("sax-lax")
    opened.room.go(2, 0)
    expect(opened.room.viewport).to_have_attribute("data-slice", "2")
    stack = opened.stack("cine", "4CH")
    pane = opened.look(stack)
    viewport = pane.get_by_test_id("viewport")
    view, box = json.loads(viewport.get_attribute("data-view") or "{}"), viewport.bounding_box()
    assert box is not None

    def on_screen(point: np.ndarray) -> tuple[float, float]:
        return (
            box["x"] + view["x"] + (point[0] + 0.5) * view["scale"],
            box["y"] + view["y"] + (point[1] + 0.5) * view["scale"] * view["ratio"],
        )

    sax, lax = opened.meta(opened.read["stack_id"]), opened.meta(stack["id"])
    start = np.asarray(_line(opened, "4CH")).mean(axis=0)
    step = np.asarray(sax.slice_positions_mm[6]) - np.asarray(sax.slice_positions_mm[2])
    at = image_to_patient(lax, 0) @ [*start, 0, 1] + [*step, 0]
    end = (patient_to_image(lax, 0) @ at)[:2]
    opened.page.mouse.move(*on_screen(start))
    opened.page.mouse.down()
    opened.page.mouse.move(*on_screen((start + end) / 2))
    opened.page.mouse.move(*on_screen(end))
    opened.page.mouse.up()
    expect(opened.room.viewport).to_have_attribute("data-slice", "6")


def test_cines_run_in_step_by_the_beat(opened: Opened) -> None:
    """20 phases of 850 ms beside 30 of 900 ms that begin 10 ms later."""
    opened.layout("sax-lax")
    sax, stack = opened.meta(opened.read["stack_id"]), opened.stack("cine", "2CH")
    lax = opened.meta(stack["id"])
    assert sax.rr_interval_ms is not None
    assert lax.rr_interval_ms is not None
    lax_times = np.array(lax.trigger_times_ms[0], dtype=float)
    for phase in (0, 7, 13, 19):
        opened.room.go(4, phase)
        fraction = float(sax.trigger_times_ms[4][phase] or 0) / sax.rr_interval_ms
        apart = np.abs(lax_times / lax.rr_interval_ms - fraction)
        expected = int(np.minimum(apart, 1 - apart).argmin())
        viewport = opened.look(stack).get_by_test_id("viewport")
        expect(viewport).to_have_attribute("data-phase", str(expected))
        if phase:
            assert expected != phase, "by index it would be the same"


def test_mosaic_plays_in_step_and_opens_a_slice(opened: Opened) -> None:
    opened.layout("mosaic")
    tiles = opened.page.locator("[data-testid=mosaic] [data-slice]")
    expect(tiles).to_have_count(9)
    opened.room.press(" ")
    opened.page.wait_for_function(
        "() => document.querySelector('[data-testid=mosaic]').dataset.phase !== '19'"
    )
    painted = opened.page.evaluate(
        "() => [...document.querySelectorAll('[data-testid=mosaic] [data-painted]')]"
        ".map(t => t.dataset.painted.split('/')[1])"
    )
    assert len(painted) == 9
    assert len(set(painted)) == 1, painted
    opened.room.press(" ")
    tiles.nth(7).dblclick()
    expect(opened.page.locator('[data-layout="single"]')).to_be_visible()
    expect(opened.room.viewport).to_have_attribute("data-slice", "7")


def test_three_planes_meet_where_one_clicks(opened: Opened) -> None:
    opened.layout("mpr")
    axial = opened.page.locator("[data-plane=axial]")
    before = axial.get_attribute("data-point") or ""
    box = axial.bounding_box()
    assert box is not None
    opened.page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.55)
    expect(axial).not_to_have_attribute("data-point", before)
    after = axial.get_attribute("data-point") or ""
    assert before.split()[2] == after.split()[2], "a click in the axial plane keeps its height"
    for plane in ("coronal", "sagittal"):
        expect(opened.page.locator(f"[data-plane={plane}]")).to_have_attribute("data-point", after)


def test_speed_of_the_cine(opened: Opened) -> None:
    opened.layout("single")
    rate = opened.page.get_by_test_id("cine-rate")
    expect(rate).to_contain_text("1×")
    opened.room.press(",")
    expect(rate).to_contain_text("0.75×")
    opened.room.press(".")
    expect(rate).to_contain_text(f"{20 / 0.85:.0f}/s")


def stored(layout: str) -> Callable[[Response], bool]:
    """That this layout was stored; what an earlier test chose may still be on its way."""
    return lambda answer: (
        answer.url.endswith("/me/preferences/")
        and answer.request.method == "PUT"
        and layout in (answer.request.post_data or "")
    )


def test_the_layout_is_remembered(opened: Opened) -> None:
    with opened.page.expect_response(stored("sax-lax")):
        opened.layout("sax-lax")
    opened.page.evaluate("() => localStorage.clear()")
    opened.page.reload()
    expect(opened.page.locator('[data-layout="sax-lax"]')).to_be_visible()
    with opened.page.expect_response(stored("ed-es")):
        opened.room.press("b")
    expect(opened.page.locator('[data-layout="ed-es"]')).to_be_visible()
    menu = opened.page.get_by_test_id("layout-menu")
    opened.room.press("l")
    opened.page.get_by_role("menuitem", name="One image").click()
    expect(menu).to_have_attribute("title", "One image")
