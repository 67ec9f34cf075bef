"""A full set of contours: how long until it is there, and how a drag feels on top of it."""

import statistics
from typing import Any

from playwright.sync_api import Page

from bench import load
from bench.coordinator import Coordinator
from bench.data import cine_series
from bench.dicomweb import storing
from bench.reading import on_endocardium
from bench.servers import Server
from tests.factories.installation import Installation

MOVES = 300
# from the click until the numbers that need every contour are in the page
WATCH = """() => {
  const seen = (window.accordContours = {});
  document.addEventListener('click', () => (seen.click ??= performance.now()), {capture: true});
  new MutationObserver(() => {
    const ef = document.querySelector('[data-testid=ef]');
    if (ef && /[0-9]/.test(ef.textContent)) seen.numbers ??= performance.now();
  }).observe(document, {subtree: true, childList: true, characterData: true});
}"""
# from a pointer's move to the end of the frame that shows it: a message posted by the first frame
# callback is taken after that frame was painted
WATCH_DRAG = """() => {
  const times = (window.accordDrag = []);
  document.addEventListener('pointermove', (e) => {
    if (!e.buttons) return;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => times.push(performance.now() - e.timeStamp);
    requestAnimationFrame(() => channel.port2.postMessage(0));
  }, {capture: true});
}"""


def drafted(accord: Server, ours: Installation, *, n_slices: int, n_phases: int) -> str:
    """A case of that size with the AI's contours on every frame of the heart; its label."""
    (cine,) = cine_series(1, n_slices=n_slices, n_phases=n_phases)
    load.run(storing(accord, cine.files))
    ours.assemble()
    coordinator = Coordinator(ours)
    studies = coordinator.get("studies/?page_size=200")["results"]
    case = next(row["case"] for row in studies if row["study_uid"] == cine.study)
    coordinator.draft(case)
    (label,) = coordinator.assign([case])
    return label


def measure(page: Page, label: str) -> dict[str, Any]:
    """``page`` shows the work list with the case in it."""
    page.reload()
    link = page.get_by_role("link").filter(has_text=label).first
    link.wait_for()
    page.evaluate(WATCH)
    link.click()
    page.wait_for_function("() => window.accordContours.numbers", timeout=120_000)
    seen = page.evaluate("() => window.accordContours")
    page.wait_for_timeout(3000)  # every frame is here
    read_id = page.url.rsplit("/", 1)[1]
    rows = page.request.get(f"/api/v1/reads/{read_id}/annotations/").json()["annotations"]
    return {
        "contours": len(rows),
        "click_to_numbers_ms": round(seen["numbers"] - seen["click"]),
        "drag_to_painted_ms": _drag(page),
    }


def _drag(page: Page) -> dict[str, Any]:
    """The endocardium pulled round and round in one stroke."""
    page.keyboard.press("e")
    page.wait_for_timeout(300)
    x, y = on_endocardium(page)
    page.evaluate(WATCH_DRAG)
    page.mouse.move(x, y)
    page.mouse.down()
    for number in range(MOVES):
        page.mouse.move(x + 8 + 6 * (number % 2), y + (number % 20) - 10)
    page.mouse.up()
    times = sorted(page.evaluate("() => window.accordDrag"))
    return {
        "median": round(statistics.median(times), 1),
        "p95": round(times[int(0.95 * len(times))], 1),
        "n": len(times),
    }
