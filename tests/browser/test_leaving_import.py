"""An import that is left while it sends: asked about, stopped, and never heard of again."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.people import Person

pytestmark = pytest.mark.browser
ASKED = "**/known/"  # the first request of an upload: which files are there already


def test_leaving_an_import_asks_first_and_then_stops_it(
    people: Callable[..., Person], study_folder: Path
) -> None:
    page = people("coordinator").page
    page.goto("/p/demo/imports")

    def hold(_: Route) -> None:
        """As on a line that has gone dead."""

    page.route(ASKED, hold)
    with page.expect_request(ASKED):
        page.get_by_test_id("folder").set_input_files(study_folder)
    project = page.get_by_role("link", name="Project", exact=True)
    project.click()
    dialog = page.get_by_role("dialog", name="Stop sending?")
    dialog.get_by_role("button", name="Stay").click()
    expect(page).to_have_url(re.compile(r"/imports$"))
    project.click()
    dialog.get_by_role("button", name="Leave").click()
    expect(page).to_have_url(re.compile(r"/p/demo$"))
    page.unroute(ASKED)  # what was held goes on, if anybody still wants it
    page.wait_for_timeout(2_000)
    expect(page).to_have_url(re.compile(r"/p/demo$"))
