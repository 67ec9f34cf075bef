"""A subject is withdrawn on the screen: the consequences come first, and afterwards pages tell it."""

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
CASES = "/api/v1/projects/demo/cases/?page_size=200"


def test_a_subject_is_withdrawn_by_the_keyboard(
    people: SignIn, portal: Portal, shot: Shot, tmp_path: Path
) -> None:
    # a patient of their own: a withdrawn one may not come in again
    write_cine_dicom(small_phantom(607), tmp_path, patient_id="LEAVING")
    portal.manage("import_dicom", str(tmp_path), "--project", "demo")
    stella, cora = people("steward"), people("coordinator")
    label = stella.get(SUBJECTS)["results"][-1]["label"]
    case = cora.get(CASES)["results"][-1]["label"]
    cora.go(f"/p/demo/cases?search={case}")
    cases = cora.page.get_by_role("row").filter(has_text=case)
    expect(cases.get_by_role("checkbox")).to_be_enabled()

    page = stella.page
    stella.go(f"/p/demo/subjects?search={label}")
    page.get_by_role("button", name=f"Withdraw {label}").press("Enter")
    dialog = page.get_by_role("dialog")
    n_files = len(list(tmp_path.rglob("*.dcm")))
    expect(dialog.get_by_text(re.compile(rf"1 study, .*\b{n_files} instances"))).to_be_visible()
    expect(dialog.get_by_text("No dataset, test set or model used it.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name=f"Withdraw {label}")).to_be_focused()
    assert stella.get(SUBJECTS)["results"][-1]["withdrawn"] is None

    page.keyboard.press("Enter")
    expect(stella.button("Withdraw for good")).to_be_disabled()
    dialog.get_by_label("Reason").fill("consent withdrawn")
    dialog.get_by_label("Your password").fill("not the password")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("not your password")
    assert stella.get(SUBJECTS)["results"][-1]["withdrawn"] is None
    dialog.get_by_label("Your password").fill(PASSWORD)
    shot(page, "withdraw-subject")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text(f"{label} is withdrawn.")).to_be_visible(timeout=30_000)
    page.keyboard.press("Enter")  # Close has the focus
    expect(dialog).to_have_count(0)
    row = stella.get(SUBJECTS)["results"][-1]
    assert (row["n_studies"], row["withdrawn"]["reason"]) == (0, "consent withdrawn")

    page.get_by_role("button", name=f"What went of {label}").press("Enter")
    expect(dialog.get_by_text("Reason: consent withdrawn")).to_be_visible()
    # the coordinator's list tells it without a reload, and the case can't be chosen any more
    expect(cases.get_by_text("withdrawn", exact=True)).to_be_visible()
    expect(cases.get_by_role("checkbox")).to_be_disabled()
    cases.get_by_role("link", name=case).click()
    expect(cora.page.get_by_text("The subject was withdrawn from the project")).to_be_visible()
    shot(cora.page, "withdrawn-case")
