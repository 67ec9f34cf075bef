"""What people of the trial do in their pages."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.people import Person, ReadingRoom
from tests.browser.portal import PASSWORD
from tests.browser.trial.hearts import Cell, Heart, Polygon
from tests.browser.trial.pictures import picture


def by_mouse(heart: Heart) -> list[Cell]:
    """The middle slice at one phase: what is left for the mouse."""
    phase = min(p for code, _, p in heart.truth if code == "lv_epi")
    slices = sorted(s for code, s, p in heart.truth if (code, p) == ("lv_epi", phase))
    return [(code, slices[len(slices) // 2], phase) for code in ("lv_endo", "lv_epi")]


def draw_by_mouse(room: ReadingRoom, cell: Cell, polygon: Polygon) -> None:
    structure, s, p = cell
    room.go(s, p)
    expect(room.page.locator(f'[data-painted="{s}/{p}"]').first).to_be_attached()
    room.press("1" if structure == "lv_endo" else "2")
    path = [room.on_screen((x, y)) for x, y in [*polygon, polygon[0]]]
    room.page.mouse.move(*path[0])
    room.page.mouse.down()
    for x, y in path[1:]:
        room.page.mouse.move(x, y)
    room.page.mouse.up()
    room.wait_saved()


def sign(anna: Person) -> None:
    """A wrong password first, then the right one."""
    anna.press("Sign and lock")
    dialog = anna.page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill("not my password")
    anna.in_dialog("Sign and lock")
    expect(dialog.get_by_text(re.compile("password", re.I)).last).to_be_visible()
    dialog.get_by_label("Your password").fill(PASSWORD)
    picture(anna.page, "sign")
    anna.in_dialog("Sign and lock")
    expect(anna.page.get_by_text("signed and locked", exact=True)).to_be_visible(timeout=30_000)


def downloaded(person: Person, entry: str, path: Path) -> Path:
    """A file of the export menu."""
    person.press("Export")
    picture(person.page, "export")
    with person.page.expect_download() as waiting:
        person.page.get_by_role("menuitem", name=entry).click()
    waiting.value.save_as(path)
    return path
