"""OHIF, a viewer of others, opens a study from our DICOMweb root in a real Chromium."""

import re
import time
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pydicom import Dataset

from tests.factories.installation import ROOT, Installation
from tests.factories.required import absent
from tests.peers.material import Files
from tests.peers.ohif import DIST, Viewer, serving
from tests.peers.stowing import store

pytestmark = pytest.mark.browser
ARTIFACTS = ROOT / "test-artifacts" / "peers"
LONG_MS = 60_000


@pytest.fixture(scope="module")
def viewer(accord: Installation, heart: Files, other_heart: Files) -> Iterator[Viewer]:
    if not (DIST / "index.html").is_file():
        absent(f"OHIF's built viewer is not at {DIST} (npm pack @ohif/app)")
    store(accord, heart)
    store(accord, other_heart)
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    with serving(accord.root, accord.token) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, viewer: Viewer) -> Iterator[Page]:
    """One window; what the viewer would fetch from elsewhere it doesn't get."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=viewer.url)
    elsewhere = re.compile(rf"^(?!{re.escape(viewer.url)}|data:|blob:)")
    context.route(elsewhere, lambda route: route.abort())
    yield context.new_page()
    context.close()


def test_the_list_shows_the_studies(page: Page, heart: Files, other_heart: Files) -> None:
    page.goto("/")
    for files in (heart, other_heart):
        row = page.get_by_role("row").filter(has_text=str(files.first.PatientName))
        expect(row).to_be_visible(timeout=LONG_MS)
        cells = row.inner_text().split()
        assert cells[0] == str(files.first.PatientName)
        assert "MR" in cells
        assert cells[-1] == str(len(files.contents))  # images
    page.screenshot(path=ARTIFACTS / "ohif-list.png")


def test_the_list_is_searched_on_the_server(page: Page, viewer: Viewer, heart: Files) -> None:
    name = str(heart.first.PatientName)
    page.get_by_role("textbox").first.fill(name[-5:])
    rows = page.get_by_role("row").filter(has_text="MR")
    expect(rows).to_have_count(1, timeout=LONG_MS)
    expect(rows).to_contain_text(name)


def test_a_study_opens_and_shows_its_images(page: Page, viewer: Viewer, heart: Files) -> None:
    page.goto(f"/viewer?StudyInstanceUIDs={heart.study}")
    page.get_by_text("Skip all").click(timeout=LONG_MS)
    page.get_by_text("Confirm and hide").click()
    expect(page.get_by_text(f"S:{heart.first.SeriesNumber}", exact=True)).to_be_visible()
    first = recognised(wait_for_picture(page), heart)
    assert first.TriggerTime == min(d.TriggerTime for d in heart.datasets)
    page.screenshot(path=ARTIFACTS / "ohif-study.png")


def test_it_scrolls_through_slices_and_plays_phases(page: Page, heart: Files) -> None:
    one = recognised(wait_for_picture(page), heart)
    page.mouse.move(760, 450)
    page.mouse.wheel(0, 100)
    expect(page.locator("[data-cy=viewport-overlay-bottom-right]").first).to_contain_text("(2/2)")
    other = recognised(wait_for_picture(page), heart)
    assert one.SliceLocation != other.SliceLocation
    play = page.locator("[data-cy=cine-player-play-pause]")
    expect(play.locator("xpath=..")).to_contain_text("/20")
    play.click()
    phases = set()
    for _ in range(15):
        phases.add(recognised(picture(page), heart).InstanceNumber)
        page.wait_for_timeout(60)
    play.click()
    assert len(phases) >= 3, "the cine stands still"
    page.screenshot(path=ARTIFACTS / "ohif-cine.png")


def test_every_frame_was_asked_and_nothing_was_refused(viewer: Viewer, heart: Files) -> None:
    deadline = time.monotonic() + 60  # the last frames come in the background
    while (asked := frames_asked(viewer)) != set(heart.instances):
        assert time.monotonic() < deadline, set(heart.instances) - asked
        time.sleep(0.2)
    assert [a for a in viewer.answers if a[0] >= 400] == []


def frames_asked(viewer: Viewer) -> set[str]:
    """SOP instance UIDs of all frames that were asked for."""
    return {
        unquote(path).split("/instances/")[1].split("/")[0]
        for _, path in list(viewer.answers)
        if "/frames/" in path
    }


def picture(page: Page) -> np.ndarray:
    """The square of the viewport that the image fills, grey, 128 × 128."""
    data = page.locator("canvas.cornerstone-canvas").first.screenshot(type="png")
    image = Image.open(BytesIO(data)).convert("L")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    return np.asarray(square.resize((128, 128), Image.Resampling.BOX), float)


def wait_for_picture(page: Page) -> np.ndarray:
    """The viewport once it shows something and stays as it is."""
    last = picture(page)
    for _ in range(100):
        page.wait_for_timeout(200)
        now = picture(page)
        if now.std() > 10 and np.array_equal(now, last):
            return now
        last = now
    raise AssertionError("the viewport stays empty")


def recognised(shown: np.ndarray, files: Files) -> Dataset:
    """The frame that is shown, told by its pixels alone: it must be one of the study's, as its
    own window shows it."""
    alike = {number: likeness(shown, windowed(d)) for number, d in enumerate(files.datasets)}
    best = max(alike, key=lambda number: alike[number])
    assert alike[best] > 0.97, f"this is none of the frames; the most alike is so by {alike[best]}"
    return files.datasets[best]


def windowed(dataset: Dataset) -> np.ndarray:
    """A frame at its own window, 128 × 128."""
    low = float(dataset.WindowCenter) - float(dataset.WindowWidth) / 2
    shown = np.clip((dataset.pixel_array - low) / float(dataset.WindowWidth), 0, 1) * 255
    image = Image.fromarray(shown.astype(np.uint8))
    return np.asarray(image.resize((128, 128), Image.Resampling.BOX), float)


def likeness(shown: np.ndarray, source: np.ndarray) -> float:
    """Correlation, away from the edges, where the viewer writes over the image."""
    inner = slice(16, -16)
    return float(np.corrcoef(shown[inner, inner].ravel(), source[inner, inner].ravel())[0, 1])
