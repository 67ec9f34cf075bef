"""What the data steward does on the screen: a refused file goes, a subject goes."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cmrkit.phantom import write_cine_dicom
from tests.browser.people import Person
from tests.browser.portal import PASSWORD, Portal
from tests.factories.imaging import small_phantom

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]
SignIn = Callable[..., Person]
SUBJECTS = "/api/v1/projects/demo/subjects/?page_size=200"


def test_a_file_set_aside_is_tried_again_and_deleted(people: SignIn, shot: Shot) -> None:
    cora, stella = people("coordinator"), people("steward")
    cora.refused_import("demo")
    stella.go("/p/demo/quarantine")
    row = stella.page.get_by_role("row").nth(1)
    row.get_by_role("button", name="Try again").click()
    expect(stella.page.get_by_text("This is not a DICOM file").last).to_be_visible()
    before = stella.get("/api/v1/projects/demo/quarantine/")["count"]
    row.get_by_role("button", name="Delete").click()
    shot(stella.page, "quarantine-delete")
    stella.in_dialog("Delete it")
    expect(stella.page.get_by_role("dialog")).to_have_count(0)
    assert stella.get("/api/v1/projects/demo/quarantine/")["count"] == before - 1


def test_a_subject_is_withdrawn_with_the_consequences_seen(
    people: SignIn, portal: Portal, shot: Shot, tmp_path: Path
) -> None:
    write_cine_dicom(small_phantom(601), tmp_path)
    portal.manage("import_dicom", str(tmp_path), "--project", "demo")
    stella = people("steward")
    label = stella.get(SUBJECTS)["results"][-1]["label"]
    stella.go("/p/demo/withdrawal")
    stella.press(f"Withdraw {label}")
    dialog = stella.page.get_by_role("dialog")
    expect(dialog.get_by_text(re.compile(r"instances \d+"))).to_be_visible()
    expect(dialog.get_by_text("No dataset, test set or model used it.")).to_be_visible()
    expect(stella.button("Withdraw for good")).to_be_disabled()
    dialog.get_by_label("Reason").fill("consent withdrawn")
    dialog.get_by_label("Your password").fill("not the password")
    stella.in_dialog("Withdraw for good")
    expect(dialog.get_by_role("alert")).to_contain_text("not your password")
    assert stella.get(SUBJECTS)["results"][-1]["withdrawn"] is None
    dialog.get_by_label("Your password").fill(PASSWORD)
    shot(stella.page, "withdrawal-consequences")
    stella.in_dialog("Withdraw for good")
    expect(stella.page.get_by_text(f"{label} is withdrawn.")).to_be_visible()
    assert stella.get(SUBJECTS)["results"][-1]["n_studies"] == 0
    stella.press(f"What went of {label}")
    expect(dialog.get_by_text("Reason: consent withdrawn", exact=False)).to_be_visible()
    shot(stella.page, "withdrawal-done")
