"""A refused file on the data steward's screen: tried again, and let go."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]
SignIn = Callable[..., Person]


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
