"""A real Chromium against a real portal. Any console error, page error or CSP violation fails."""

import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    expect,
)

from cmrkit.phantom import HeartParameters, simulate_cine, write_cine_dicom
from tests.browser.people import Person
from tests.browser.portal import ROOT, Portal, serving
from tests.browser.strokes import READER, Desk, Seat
from tests.conftest import find_shared_data

expect.set_options(timeout=60_000)  # machines that test are busy
FAILED_STEP = pytest.StashKey[str]()
ARTIFACTS = ROOT / "test-artifacts" / "browser"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Steps of a story remember the first that failed; fixtures that complain count too."""
    report = yield
    if report.failed and item.get_closest_marker("story"):
        item.session.stash.setdefault(FAILED_STEP, item.name)
    return report


def pytest_sessionstart(session: pytest.Session) -> None:
    """The pictures are this run's own; its processes share the folder."""
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(ARTIFACTS, ignore_errors=True)


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with serving(tmp_path_factory.mktemp("portal")) as running:
        yield running


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real Sunnybrook study where there is one, else a phantom."""
    folder = tmp_path_factory.mktemp("study")
    shared = find_shared_data()
    if shared is not None and shared.is_dir():
        with zipfile.ZipFile(shared / "sunnybrook" / "SCD0000301.zip") as archive:
            archive.extractall(folder)
    elif os.environ.get("ACCORD_REQUIRE") == "all":
        pytest.fail("ACCORD_REQUIRE=all, but no real images: set ACCORD_TEST_DATA")
    else:
        write_cine_dicom(simulate_cine(HeartParameters(), n_slices=10, seed=77), folder)
    return folder


@pytest.fixture(scope="session")
def shot() -> Callable[[Page, str], None]:
    """Keeps a picture of the page under ``test-artifacts/browser``."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        settled(page)
        page.screenshot(path=ARTIFACTS / f"{name}.png", animations="disabled")

    return take


def settled(page: Page) -> None:
    """Nothing loads any more, and colours have faded in."""
    busy = page.get_by_role("status").filter(has_text=re.compile("^(Loading|Opening)"))
    expect(busy).to_have_count(0, timeout=20_000)
    page.wait_for_timeout(200)


SignIn = Callable[..., Person]


@pytest.fixture(scope="session")
def people(browser: Browser, portal: Portal) -> Iterator[SignIn]:
    """Sign somebody in: ``people("reader.a")``; the same person again is the same window."""
    yield from signed_in(browser, portal)


def signed_in(browser: Browser, portal: Portal) -> Iterator[SignIn]:
    """The people of one portal; their windows are closed at the end."""
    known: dict[tuple[str, str], Person] = {}
    complaints: list[str] = []

    def open_for(name: str, theme: str = "light") -> Person:
        if (name, theme) not in known:
            known[name, theme] = _new_person(browser, portal, name, theme, complaints)
        return known[name, theme]

    open_for.complaints = complaints  # type: ignore[attr-defined]
    yield open_for
    for person in known.values():
        person.page.context.close()


@pytest.fixture(autouse=True)
def _no_complaints(people: SignIn) -> Iterator[None]:
    complaints: list[str] = people.complaints  # type: ignore[attr-defined]
    complaints.clear()
    yield
    assert complaints == []


def _new_person(
    browser: Browser, portal: Portal, name: str, theme: str, complaints: list[str]
) -> Person:
    context = browser.new_context(
        base_url=portal.address,
        viewport={"width": 1440, "height": 900},
        color_scheme=theme,  # type: ignore[arg-type]
        accept_downloads=True,
    )

    def listen(page: Page) -> None:
        def console(message: ConsoleMessage) -> None:
            # a page that says "no" by a status is heard by the test itself
            expected = "Failed to load resource" in message.text
            if message.type in ("error", "warning") and not expected:
                complaints.append(f"{name}: {message.text[:400]}")

        page.on("console", console)
        page.on(
            "response",
            lambda r: complaints.append(f"{name}: {r.status} {r.url}") if r.status >= 500 else None,
        )
        page.on("pageerror", lambda error: complaints.append(f"{name}: {error}"[:400]))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((portal.address, "data:", "blob:"))
                else complaints.append(f"{name}: outbound request to {request.url}")
            ),
        )

    context.on("page", listen)
    person = Person(name, context.new_page())
    if name:
        person.sign_in()
    return person


@pytest.fixture(scope="session")
def assigned_read(people: SignIn) -> str:
    """The demo's assigned read, by its id. Others may have drawn on it before."""
    return people(READER).read_of(people("coordinator"), "C0008")


@pytest.fixture
def seat(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    portal: Portal,
    tmp_path: Path,
) -> Iterator[Seat]:
    """A reader at a computer of their own: ``seat("desk", "--disable-gpu")``."""
    desks: list[Desk] = []

    def sit(computer: str, *flags: str) -> Desk:
        def start(profile: Path) -> BrowserContext:
            launch = browser_type_launch_args
            return browser_type.launch_persistent_context(
                profile,
                **{**launch, "args": [*launch["args"], *flags]},
                base_url=portal.address,
                viewport={"width": 1440, "height": 900},
                color_scheme="dark",
            )

        desks.append(Desk(start, tmp_path / computer))
        return desks[-1]

    yield sit
    for desk in desks:
        desk.context.close()
    assert [error for desk in desks for error in desk.errors] == []
