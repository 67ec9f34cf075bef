"""A read of a real oblique slice, open in the reading room and zoomed in, ready to be drawn on.

The case lives in a project of its own, so that no other test sees it or counts it.
"""

import io
import json
import math
import tempfile
import uuid
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import expect
from pydicom import dcmread

from cmrkit.contracts import StackLabels, StackMeta
from cmrkit.geometry import polygon_area_px
from cmrkit.volumes import Function, lv_rv_function
from tests.browser.geometry import circle
from tests.browser.people import Person, ReadingRoom
from tests.browser.portal import Portal

STUDY = "SCD0000101.zip"  # an oblique short-axis cine
SCALE = 16.0  # screen pixels per image column: one screen pixel is 1/16 of an image pixel
# of a stack's description, what volumes don't depend on
UNUSED = {
    "row_direction": [1, 0, 0],
    "column_direction": [0, 1, 0],
    "slice_positions_mm": [],
    "frame_of_reference_uid": "",
}
SignIn = Callable[..., Person]
Point = tuple[float, float]


@dataclass
class Drawing:
    """One reader's open read, and the mouse."""

    reader: Person
    read_id: str
    stack: dict[str, Any]
    files: list[list[dict[str, Any]]]  # the frames under the names that the files have
    room: ReadingRoom = field(init=False)

    def __post_init__(self) -> None:
        self.room = ReadingRoom(self.reader)

    @property
    def page(self) -> Any:
        return self.reader.page

    def open(self) -> None:
        self.reader.go(f"/read/{self.read_id}")
        self.room.wait_for_image()
        self.room.single()

    def go(self, slice_index: int, phase: int) -> None:
        """Show a frame, and wait until its pixels are painted."""
        self.room.go(slice_index, phase)
        painted = self.page.locator(f'[data-painted="{slice_index}/{phase}"]')
        expect(painted.first).to_be_attached()

    def zoom_to(self, centre: Point, scale: float = SCALE) -> None:
        """Fit, then Ctrl + wheel at the point and pan, until it stands in the middle."""
        self.room.press("f")
        for _ in range(12):
            now = self.view()["scale"]
            if abs(now / scale - 1) < 0.02:
                break
            self.page.mouse.move(*self.room.on_screen(centre))
            self._wheel(now, scale)
        self._pan(centre)

    def _wheel(self, now: float, wanted: float) -> None:
        self.page.keyboard.down("Control")
        self.page.mouse.wheel(0, -math.log(wanted / now) / 0.002)
        self.page.keyboard.up("Control")
        self.page.wait_for_function(
            "before => JSON.parse(document.querySelector('[data-testid=viewport]')"
            ".dataset.view).scale !== before",
            arg=now,
        )

    def _pan(self, centre: Point) -> None:
        """With the middle button, whatever the tool."""
        box = self.room.viewport.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        at = self.room.on_screen(centre)
        self.page.mouse.move(x, y)
        self.page.mouse.down(button="middle")
        self.page.mouse.move(2 * x - at[0], 2 * y - at[1])
        self.page.mouse.up(button="middle")

    def view(self) -> dict[str, float]:
        """The mapping that the viewport publishes (``view.ts``)."""
        found: dict[str, float] = json.loads(self.room.viewport.get_attribute("data-view") or "{}")
        return found

    def tool(self, name: str) -> None:
        """Take a tool by its button."""
        button = self.page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")

    def structure(self, code: str) -> None:
        """Choose the structure by its number key."""
        read = self.reader.get(f"/api/v1/reads/{self.read_id}/")
        codes = [s["code"] for s in read["protocol"]["structures"]]
        self.room.press(str(codes.index(code) + 1))

    def whole(self, points: Sequence[Point]) -> list[tuple[Point, Point]]:
        """Each point at the nearest whole screen pixel, where a mouse can be: (page, image)."""
        view, box = self.view(), self.room.viewport.bounding_box()
        assert box is not None
        found = []
        for point in points:
            x, y = (round(v) for v in self.room.on_screen(point))
            assert 0 < x - box["x"] < box["width"], f"{point} is beside the viewport"
            assert 0 < y - box["y"] < box["height"], f"{point} is beside the viewport"
            column = (x - box["x"] - view["x"]) / view["scale"] - 0.5
            row = (y - box["y"] - view["y"]) / (view["scale"] * view["ratio"]) - 0.5
            found.append(((float(x), float(y)), (column, row)))
        return found

    def stroke(self, points: Sequence[Point], *, release: bool = True) -> list[Point]:
        """Press, drag through the points, let go; the image points where the mouse was."""
        path = self.whole(points)
        self.page.mouse.move(*path[0][0])
        self.page.mouse.down()
        for at, _ in path[1:]:
            self.page.mouse.move(*at)
        if release:
            self.page.mouse.up()
        return [image for _, image in path]

    def clicks(self, points: Sequence[Point]) -> list[Point]:
        """Click at each point; the image points where the mouse was."""
        path = self.whole(points)
        for at, _ in path:
            self.page.mouse.click(*at)
        return [image for _, image in path]

    def stored(self, structure: str) -> dict[str, Any] | None:
        """The contour of the frame shown, once everything is saved, as the server holds it."""
        self.room.wait_saved()
        return self.room.contour(self.read_id, structure)

    def parts(self, structure: str) -> list[list[Point]]:
        """The polygons of the frame shown; none where there is no contour."""
        held = self.stored(structure)
        return [[(x, y) for x, y in part] for part in held["parts"]] if held else []

    def area_cm2(self, parts: list[list[Point]]) -> float:
        """What cmrkit says that these polygons enclose."""
        row_mm, column_mm = self.stack["meta"]["pixel_spacing_mm"]
        return polygon_area_px([np.asarray(part) for part in parts]) * row_mm * column_mm / 100

    def area_shown_cm2(self, title: str) -> float:
        """The area of one structure in the panel of this frame."""
        rows = self.page.get_by_role("region", name="This frame").get_by_role("row")
        return float(rows.filter(has_text=title).get_by_text("cm²").inner_text().split()[0])

    def function(self) -> Function:
        """cmrkit's volumes of what the server holds."""
        frames: dict[tuple[int, int], dict[str, Any]] = {}
        places = {
            (cell["sop_instance_uid"], cell["frame_number"]): (s, p)
            for s, row in enumerate(self.stack["frames"])
            for p, cell in enumerate(row)
            if cell
        }
        for row in self.outlines():
            if row["parts"]:
                place = places[row["sop_instance_uid"], row["frame_number"]]
                frames.setdefault(place, {})[row["structure"]] = row["parts"]
        labels = [
            {"slice": s, "phase": p, "structures": structures}
            for (s, p), structures in frames.items()
        ]
        meta = {**UNUSED, **self.stack["meta"], "frames": []}
        return lv_rv_function(StackMeta.from_json(meta), StackLabels.from_json({"frames": labels}))

    def overlay_alpha(self, point: Point) -> int:
        """How opaque the contours' canvas is at an image point, 0 to 255."""
        x, y = self.room.on_screen(point)
        return int(
            self.page.evaluate(
                """async ([x, y]) => {
                  await new Promise(requestAnimationFrame)
                  await new Promise(requestAnimationFrame)
                  const canvas = document.querySelector('[data-testid=overlay]')
                  const box = canvas.getBoundingClientRect()
                  const scale = canvas.width / box.width
                  const spot = document.createElement('canvas').getContext('2d')
                  spot.drawImage(canvas, (box.left - x) * scale, (box.top - y) * scale)
                  return spot.getImageData(0, 0, 1, 1).data[3]
                }""",
                [x, y],
            )
        )

    def pixels(self, shared_data: Path) -> NDArray[np.int64]:
        """The frame shown, [row, column], as the file in the archive has it."""
        slice_index, phase = self.room.place()
        uid = self.files[slice_index][phase]["sop_instance_uid"]
        with zipfile.ZipFile(shared_data / "sunnybrook" / STUDY) as archive:
            for name in archive.namelist():
                if not name.endswith(".dcm"):
                    continue
                content = archive.read(name)
                if uid.encode() in content:
                    return np.asarray(dcmread(io.BytesIO(content)).pixel_array, dtype=np.int64)
        raise AssertionError(f"{uid} is not in {STUDY}")

    def shades(self, points: list[Point]) -> list[int]:
        """How bright the screen is at image points, contours left out, 0 to 255."""
        where = [list(self.room.on_screen(point)) for point in points]
        found: list[int] = self.page.evaluate(
            """async (where) => {
              await new Promise(requestAnimationFrame)
              const canvas = document.querySelector('[data-testid=pixels]')
              const box = canvas.getBoundingClientRect()
              const scale = canvas.width / box.width
              const copy = new OffscreenCanvas(canvas.width, canvas.height)
              const context = copy.getContext('2d', { willReadFrequently: true })
              context.drawImage(canvas, 0, 0)
              return where.map(([x, y]) =>
                context.getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1).data[0])
            }""",
            where,
        )
        return found

    def fill_stack(self, structures: Sequence[str]) -> None:
        """A contour of each structure on every frame that has none, sent as a browser would."""
        here = {
            (row["structure"], row["sop_instance_uid"], row["frame_number"])
            for row in self.outlines()
        }
        operations = [
            {
                "kind": "contour",
                "op_id": str(uuid.uuid4()),
                "base_version": 0,
                "structure": code,
                "sop_instance_uid": cell["sop_instance_uid"],
                "frame_number": cell["frame_number"],
                "parts": [[list(p) for p in circle((128, 128), 12 + 3 * k, 60)]],
            }
            for row in self.stack["frames"]
            for cell in row
            for k, code in enumerate(structures)
            if cell and (code, cell["sop_instance_uid"], cell["frame_number"]) not in here
        ]
        for start in range(0, len(operations), 200):
            self.reader.post(
                f"/api/v1/reads/{self.read_id}/operations/",
                {"operations": operations[start : start + 200]},
            )

    def watch_painting(self) -> None:
        """From now on ``window.paintWaits`` lists how many of the browser's frames began between
        each pointer move and the painting of the contours' canvas. Frames and not milliseconds: a
        busy machine makes fewer of them."""
        self.page.evaluate(
            """() => {
              window.paintWaits = []
              let moved = null, frames = 0
              const tick = () => { frames++; requestAnimationFrame(tick) }
              requestAnimationFrame(tick)
              addEventListener('pointermove', () => { moved ??= frames }, true)
              const canvas = document.querySelector('[data-testid=overlay]')
              const context = canvas.getContext('2d')
              const clear = context.clearRect.bind(context)
              context.clearRect = (...box) => {
                clear(...box)
                if (moved !== null) window.paintWaits.push(frames - moved)
                moved = null
              }
            }"""
        )

    def outlines(self) -> list[dict[str, Any]]:
        """Every contour of the read, as the server holds it."""
        self.room.wait_saved()
        path = f"/api/v1/reads/{self.read_id}/annotations/"
        found: list[dict[str, Any]] = self.reader.get(path)["annotations"]
        return found


def new_drawing(
    portal: Portal,
    people: SignIn,
    shared_data: Path,
    slug: str,
    reader: str = "reader.a",
    *,
    ai_visible: bool = False,
) -> Drawing:
    """A project with one real case, read by one reader, open on the middle slice.

    ``slug``: one for each test file. AI stays out of it unless asked for: nobody but the test
    draws.
    """
    admin, owner, coordinator = people("admin"), people("owner"), people("coordinator")
    admin.post(
        "/api/v1/projects/",
        {
            "name": f"Drawing: {slug}",
            "slug": slug,
            "owner_email": owner.email,
            "ai_visible": ai_visible,
        },
    )
    hands = people(reader, "dark")
    for person, role in ((coordinator, "coordinator"), (hands, "reader")):
        member = {"email": person.email, "roles": [role]}
        owner.post(f"/api/v1/projects/{slug}/members/", member)
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(shared_data / "sunnybrook" / STUDY) as archive:
            archive.extractall(folder)
        portal.manage("import_dicom", folder, "--project", slug)
    case = coordinator.get(f"/api/v1/projects/{slug}/cases/")["results"][0]
    user_id = coordinator.get(f"/api/v1/projects/{slug}/readers/")[0]["user_id"]
    coordinator.post(
        f"/api/v1/projects/{slug}/assignments/", {"case_ids": [case["id"]], "user_ids": [user_id]}
    )
    to_read = hands.get("/api/v1/my-work/")["sections"][0]["items"]
    read_id = next(item["id"] for item in to_read if item["project"]["slug"] == slug)
    read = hands.get(f"/api/v1/reads/{read_id}/")
    stack = hands.get(f"/api/v1/projects/{slug}/stacks/{read['stack_id']}/")
    known = coordinator.get(f"/api/v1/projects/{slug}/cases/{case['id']}/")["stack_id"]
    files = coordinator.get(f"/api/v1/projects/{slug}/stacks/{known}/")["frames"]
    drawing = Drawing(hands, read_id, stack, files)
    drawing.open()
    return drawing
