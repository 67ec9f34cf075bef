"""Owners build a protocol, put it into use, amend it; what they lose they are asked about."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.story]
SignIn = Callable[..., Person]
Shot = Callable[[Page, str], None]
SLUG = "protocols"


@pytest.fixture(scope="module")
def owner(people: SignIn) -> Person:
    admin, found = people("admin"), people("owner")
    project = {"name": "Protocols", "slug": SLUG, "owner_email": found.email}
    assert admin.post("/api/v1/projects/", project)["slug"] == SLUG
    return found


def save_bar(page: Page) -> Any:
    return page.get_by_test_id("save-bar")


def test_a_ready_protocol_is_tried_out_and_created(owner: Person, shot: Shot) -> None:
    page = owner.page
    owner.go(f"/p/{SLUG}/protocols")
    shot(page, "protocols")
    page.get_by_role("button", name="New from…").click()
    page.get_by_role("button", name="Begin with Cardiomyopathy classification").click()
    preview = page.get_by_test_id("preview")
    expect(preview.get_by_test_id("question-class")).to_have_count(0)
    preview.get_by_text("Yes", exact=True).click()
    preview.get_by_test_id("question-class").get_by_text("Hypertrophic").click()
    wall = preview.get_by_role("textbox", name="Largest end-diastolic wall thickness")
    wall.fill("61")
    expect(preview.get_by_text("At most 60 mm.")).to_be_visible()
    wall.fill("17,5")
    expect(preview.get_by_text("At most 60 mm.")).to_have_count(0)
    shot(page, "protocol-new")
    expect(save_bar(page).get_by_role("button", name="Create the protocol")).to_be_enabled()
    save_bar(page).get_by_role("button", name="Create the protocol").click()
    expect(page.get_by_role("heading", name="Cardiomyopathy classification")).to_be_visible()
    owner.go(f"/p/{SLUG}/protocols")
    row = page.get_by_test_id("protocol-Cardiomyopathy classification")
    row.get_by_role("button", name="Use for new reads").click()
    expect(row.get_by_text("in use")).to_be_visible()


def test_what_is_wrong_is_said_while_it_is_written(owner: Person) -> None:
    page = owner.page
    owner.go(f"/p/{SLUG}/protocols")
    page.get_by_role("link", name="Cardiomyopathy classification").click()
    card = page.get_by_test_id("card-wall_mm")
    card.get_by_role("button", expanded=False).click()
    card.get_by_label("To", exact=True).fill("1")
    expect(card.get_by_text("The largest number lies above the smallest.")).to_be_visible()
    expect(save_bar(page)).to_contain_text("1 field to correct")
    expect(save_bar(page).get_by_role("button", name="Save")).to_be_disabled()
    # leaving is asked about, and staying keeps what was written
    page.get_by_role("link", name="Team").click()
    dialog = page.get_by_role("dialog", name="Leave without saving?")
    dialog.get_by_role("button", name="Stay").click()
    expect(card.get_by_label("To", exact=True)).to_have_value("1")
    thresholds = page.get_by_label("EF lies on both sides of, %")
    layouts = page.get_by_role("textbox", name="Layouts of the reading room")
    before = thresholds.input_value(), layouts.input_value()
    thresholds.fill("41, 52")
    layouts.fill("[1]")
    save_bar(page).get_by_role("button", name="Discard").click()
    expect(card.get_by_label("To", exact=True)).to_have_value("60")
    assert (thresholds.input_value(), layouts.input_value()) == before


def test_questions_are_moved_by_keyboard_and_saved(owner: Person) -> None:
    page = owner.page
    grip = page.get_by_role("button", name=re.compile("^Move Image quality"))
    grip.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text("Image quality is now question 4 of")).to_be_attached()
    expect(page.get_by_role("button", name=re.compile("^Move Image quality"))).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(save_bar(page).get_by_role("button", name="Save")).to_be_disabled()  # as it was
    page.get_by_role("textbox", name="Washout").fill("21")
    save_bar(page).get_by_role("button", name="1 change").click()
    expect(page.get_by_test_id("changes")).to_contain_text("14 → 21")
    save_bar(page).get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    (saved, _) = owner.get(f"/api/v1/projects/{SLUG}/protocols/")
    assert (saved["washout_days"], saved["version"]) == (21, 1)


def test_a_file_goes_out_and_comes_in(owner: Person, tmp_path: Path, shot: Shot) -> None:
    page = owner.page
    owner.go(f"/p/{SLUG}/protocols")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export LV and RV function").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    document = json.loads(path.read_text())
    assert (document["format"], path.name) == ("accord-protocol", "lv-and-rv-function-v1.json")
    document["bands"]["edv_ml"] = -1
    path.write_text(json.dumps(document))
    page.get_by_role("button", name="New from…").click()
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_test_id("import-problems")).to_contain_text("bands.edv_ml: Give a number")
    shot(page, "protocol-import-refused")
    document["bands"]["edv_ml"] = 9
    path.write_text(json.dumps(document))
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_label("Name", exact=True)).to_have_value("LV and RV function 2")
