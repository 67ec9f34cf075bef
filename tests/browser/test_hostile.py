"""Text from a DICOM file is text, whatever it says."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cmrkit.phantom import write_cine_dicom
from tests.browser.people import Person
from tests.browser.portal import Portal
from tests.factories.imaging import small_phantom

pytestmark = pytest.mark.browser

MARKUP = "<img src=x onerror=\"document.title='owned'\"><b>bold</b>"
BIDI = "cine \u202efdp.exe\u202c \u2066end\u2069"
LONG = "long " * 13_000  # 65 kB


@pytest.mark.parametrize(
    ("seed", "description"),
    [(501, MARKUP), (502, BIDI), (503, LONG)],
    ids=["markup", "bidi", "64k"],
)
@pytest.mark.filterwarnings("ignore::UserWarning")  # pydicom: longer than LO allows, on purpose
def test_descriptions_are_text_everywhere(
    people: Callable[..., Person],
    portal: Portal,
    shot: Callable[[Page, str], None],
    tmp_path: Path,
    seed: int,
    description: str,
) -> None:
    write_cine_dicom(
        small_phantom(seed),
        tmp_path,
        extra={"StudyDescription": description, "SeriesDescription": description},
    )
    report = json.loads(portal.manage("import_dicom", str(tmp_path), "--project", "demo", "--json"))
    (study,) = report["studies"]
    cora = people("coordinator")
    for path in ("/p/demo/studies", "/p/demo/cases", f"/p/demo/imports/{report['import']}"):
        cora.go(path)
        expect(cora.page.get_by_role("link", name=study["study"]).first).to_be_visible()
        assert cora.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    cora.page.get_by_role("link", name=study["study"]).first.click()
    shown = description.strip()[:20]
    expect(cora.page.get_by_text(shown, exact=False).first).to_be_visible()
    shot(cora.page, f"hostile-{seed}")
    assert "owned" not in cora.page.title()
    assert cora.page.locator("img[src='x']").count() == 0
    assert cora.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
