"""Circles drawn by mouse in the reading room of a browser that can be killed, and what must be stored.

A stroke counts once the mouse button is up: then the contour is on the screen.
"""

import math
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.browser.people import Person, ReadingRoom

STRUCTURES = ("lv_endo", "lv_epi", "rv_endo")
Place = tuple[str, int, int]  # structure, slice, phase
Start = Callable[[Path], BrowserContext]
READER = "reader.a"


@dataclass(frozen=True)
class Circle:
    """In image pixels, (column, row)."""

    x: float
    y: float
    radius: float

    def points(self, n: int = 28) -> list[tuple[float, float]]:
        turns = [2 * math.pi * i / n for i in range(n + 1)]
        return [
            (self.x + self.radius * math.cos(t), self.y + self.radius * math.sin(t)) for t in turns
        ]

    def is_contour(self, parts: list[Any]) -> bool:
        """Whether one polygon follows this circle to half a pixel."""
        if len(parts) != 1:
            return False
        return all(
            abs(math.hypot(x - self.x, y - self.y) - self.radius) < 0.5 for x, y in parts[0]
        ) and any(x > self.x for x, _ in parts[0])


@dataclass
class Ledger:
    """Every accepted stroke, by where it was drawn; the last one is what must be stored."""

    start: dict[Place, int]
    strokes: dict[Place, list[Circle]] = field(default_factory=dict)

    def accepted(self, place: Place, circle: Circle) -> None:
        self.strokes.setdefault(place, []).append(circle)

    def check(self, stored: dict[Place, dict[str, Any]]) -> None:
        """Each once, none lost, none elsewhere, the last one's shape."""
        for place, circles in self.strokes.items():
            held = stored[place]
            assert held["version"] == self.start.get(place, 0) + len(circles), place
            assert circles[-1].is_contour(held["parts"]), (place, circles[-1], held["parts"])
        untouched = {place: row["version"] for place, row in stored.items()}
        for place in untouched.keys() - self.strokes.keys():
            assert untouched[place] == self.start[place], place


class Desk:
    """One reader at one computer: a browser with a profile of its own, and a read that is open."""

    def __init__(self, start: Start, profile: Path, name: str = READER) -> None:
        self.start, self.profile, self.name = start, profile, name
        self.errors: list[str] = []
        self.read_id = ""
        self._begin()
        self.person.sign_in()

    def _begin(self) -> None:
        self.context = self.start(self.profile)
        self.context.on("weberror", lambda e: self.errors.append(f"{self.name}: {e.error}"[:300]))
        self.person = Person(self.name, self.context.pages[0])

    @property
    def page(self) -> Page:
        return self.person.page

    @property
    def room(self) -> ReadingRoom:
        return ReadingRoom(self.person)

    def open(self, read_id: str) -> None:
        self.read_id = read_id
        self.person.go(f"/read/{read_id}")
        self.room.wait_for_image()
        self.room.single()
        self.room.press("d")

    def second_window(self) -> "Desk":
        """The same read once more in the same browser."""
        other = object.__new__(Desk)
        other.__dict__ = dict(self.__dict__)
        other.person = Person(self.name, self.context.new_page())
        other.open(self.read_id)
        return other

    def draw(self, place: Place, circle: Circle, *, until: int | None = None) -> None:
        """Draw it; ``until``: hold the button after that many points."""
        structure, slice_index, phase = place
        self.room.go(slice_index, phase)
        self.room.press(str(STRUCTURES.index(structure) + 1))
        path = [self.room.on_screen(point) for point in circle.points()]
        self.page.mouse.move(*path[0])
        self.page.mouse.down()
        for x, y in path[1:until]:
            self.page.mouse.move(x, y)
        if until is None:
            self.page.mouse.up()

    def kill_window(self, how: str) -> None:
        """Close the window, crash its process, or kill the browser; then come back."""
        if how == "browser":
            os.kill(_browser_of(self.profile), signal.SIGKILL)
            _gone(self.profile)
            self._begin()
            self.context.clear_cookies()  # a killed browser may or may not have kept its session
            self.person.sign_in()
        else:
            self._end_page(how)
        self.open(self.read_id)

    def _end_page(self, how: str) -> None:
        old = self.page
        if how == "crash":
            with old.expect_event("crash"):
                _crash(old)
        old.close()
        self.person = Person(self.name, self.context.new_page())

    def stored(self) -> dict[Place, dict[str, Any]]:
        """What the server holds, by structure, slice and phase."""
        read = self.person.get(f"/api/v1/reads/{self.read_id}/")
        path = f"/api/v1/projects/{read['project']['slug']}/stacks/{read['stack_id']}/"
        frames = {
            (address["sop_instance_uid"], address["frame_number"]): (s, p)
            for s, row in enumerate(self.person.get(path)["frames"])
            for p, address in enumerate(row)
            if address
        }
        rows = self.person.get(f"/api/v1/reads/{self.read_id}/annotations/")["annotations"]
        return {
            (row["structure"], *frames[row["sop_instance_uid"], row["frame_number"]]): row
            for row in rows
        }

    def wait_saved(self) -> None:
        expect(self.page.get_by_test_id("saved")).to_have_attribute(
            "data-state", "saved", timeout=60_000
        )


Seat = Callable[..., Desk]


def _crash(page: Page) -> None:
    # no command over the debugging protocol: a crashed page may never answer it
    with suppress(Error):
        page.goto("chrome://crash", timeout=10_000)


def _browser_of(profile: Path) -> int:
    """The process of the browser that has this profile."""
    found = [pid for pid, line in _processes() if f"--user-data-dir={profile}" in line]
    return min(found)


def _processes() -> list[tuple[int, str]]:
    rows = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if "--type=" not in line:
            rows.append((int(entry.name), line))
    return rows


def _gone(profile: Path) -> None:
    """The next browser may have the profile."""
    deadline = time.monotonic() + 20
    while any(f"--user-data-dir={profile}" in line for _, line in _processes()):
        assert time.monotonic() < deadline, "the browser lives on"
        time.sleep(0.05)
    (profile / "SingletonLock").unlink(missing_ok=True)
