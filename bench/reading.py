"""What a reader waits for, in a real Chromium: from the click to the first image and to the whole
cine of the slice, and from moving a contour to the new EF on the screen."""

import json
import shutil
import statistics
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.coordinator import Coordinator
from tests.factories.installation import EMAIL, PASSWORD, SLUG, Installation

REPEATS = 12
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# times of the click, the first painted frame and the last of the slice's frames
WATCH_OPENING = """() => {
  const seen = (window.accordBench = {});
  document.addEventListener('click', () => (seen.click = performance.now()), {capture: true});
  new MutationObserver(() => {
    if (!seen.first && document.querySelector('[data-painted]')) seen.first = performance.now();
    const caption = document.querySelector('[data-testid=caption]');
    if (seen.first && !seen.full && caption && !caption.textContent.includes('loading'))
      seen.full = performance.now();
  }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
}"""
# from the pointer's last move or drop to the EF that follows it, as soon as it is in the page
WATCH_EF = """() => {
  const times = (window.accordEf = []);
  let moved = null;
  for (const kind of ['pointermove', 'pointerup'])
    document.addEventListener(
      kind,
      (e) => { if (e.buttons || kind === 'pointerup') moved = performance.now(); },
      {capture: true},
    );
  const ef = document.querySelector('[data-testid=ef]');
  new MutationObserver(() => {
    if (moved !== null) times.push(performance.now() - moved);
    moved = null;
  }).observe(ef, {subtree: true, childList: true, characterData: true});
}"""


def measure(portal: Installation) -> dict[str, Any] | None:
    """None where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return None
    label = _assign_drafted_case(portal)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, base_url=portal.web)
        _sign_in(page)
        opening = _open(page, label)
        ef = _move_contours(page)
        found = {"chromium": browser.version, **opening, **ef}
        browser.close()
    return found


def _assign_drafted_case(portal: Installation) -> str:
    """Give the drafted case to the bench's own reader; its label."""
    coordinator = Coordinator(portal)
    cases = coordinator.get("cases/?page_size=200")["results"]
    case = next(row for row in cases if row["draft"] not in (None, "none"))
    (label,) = coordinator.assign([case])
    return label


def _sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()


def _open(page: Page, label: str) -> dict[str, Any]:
    page.evaluate(WATCH_OPENING)
    page.get_by_role("link").filter(has_text=label).first.click()
    page.locator("[data-painted]").first.wait_for(state="attached", timeout=60_000)
    while "full" not in (seen := page.evaluate("() => window.accordBench")):
        page.wait_for_timeout(50)
    return {
        "click_to_first_image_ms": round(seen["first"] - seen["click"]),
        "click_to_full_cine_ms": round(seen["full"] - seen["click"]),
    }


def _move_contours(page: Page) -> dict[str, Any]:
    """Pull the endocardium outwards again and again, each time a little elsewhere."""
    page.keyboard.press("e")
    page.wait_for_timeout(300)
    page.evaluate(WATCH_EF)
    x, y = on_endocardium(page)
    for number in range(REPEATS):
        step = 6 if number % 2 == 0 else -6
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + step, y)
        page.mouse.up()
        x += step
        page.wait_for_timeout(250)
    times = page.evaluate("() => window.accordEf")
    return {
        "contour_to_ef_ms": {
            "median": round(statistics.median(times), 1),
            "worst": round(max(times), 1),
            "n": len(times),
        }
    }


def on_endocardium(page: Page) -> tuple[float, float]:
    """The rightmost point of the endocardium shown, on the screen."""
    viewport = page.get_by_test_id("viewport").first
    view = json.loads(viewport.get_attribute("data-view") or "{}")
    box = viewport.bounding_box()
    assert box is not None
    column, row = _rightmost(page)
    return (
        box["x"] + view["x"] + (column + 0.5) * view["scale"],
        box["y"] + view["y"] + (row + 0.5) * view["scale"] * view["ratio"],
    )


def _rightmost(page: Page) -> tuple[float, float]:
    """The endocardium's rightmost point on the frame shown, from what the server holds."""
    read_id = page.url.rsplit("/", 1)[1]
    get = page.request.get
    read = get(f"/api/v1/reads/{read_id}/").json()
    stack = get(f"/api/v1/projects/{SLUG}/stacks/{read['stack_id']}/").json()
    shown = page.get_by_test_id("viewport").first
    s, p = (int(shown.get_attribute(f"data-{name}") or 0) for name in ("slice", "phase"))
    uid = stack["frames"][s][p]["sop_instance_uid"]
    rows = get(f"/api/v1/reads/{read_id}/annotations/").json()["annotations"]
    held = next(r for r in rows if r["sop_instance_uid"] == uid and r["structure"] == "lv_endo")
    column, row = max(held["parts"][0], key=lambda point: point[0])
    return float(column), float(row)
