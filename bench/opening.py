"""The same studies opened in Accord's reading room and in OHIF over Orthanc, in one Chromium.

The applications take turns. Each has opened another study before, so that its bundle is cached;
the images of a study are new to it every time. Accord is measured as a reader meets it: a read out
of the work list, with sign-in, permission checks and the read's contents; OHIF asks Orthanc itself,
without authentication.
"""

import functools
import http.server
import shutil
import statistics
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench import contours, load
from bench.coordinator import Coordinator
from bench.data import Cine
from bench.dicomweb import storing
from bench.servers import Server
from tests.factories.installation import EMAIL, PASSWORD, Installation
from tests.peers.ohif import CONFIGURATION, DIST

ROUNDS = 10
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--enable-precise-memory-info",
]
# OHIF asks Orthanc on another port: no server in between, which would cost it time
ACROSS_PORTS = "--disable-web-security"
SCROLL_S = 4
# times of the click and of the first painted frame; a count of painted frames
WATCH_ACCORD = """() => {
  const seen = (window.accordBench = {painted: 0});
  document.addEventListener('click', () => (seen.click ??= performance.now()), {capture: true});
  new MutationObserver((found) => {
    if (!found.some((m) => m.attributeName === 'data-painted' || m.type === 'childList')) return;
    if (!document.querySelector('[data-painted]')) return;
    seen.first ??= performance.now();
    seen.painted += 1;
  }).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
}"""
WATCH_OHIF = """() => {
  const seen = (window.accordBench ??= {});
  Object.assign(seen, {painted: 0, click: undefined, first: undefined});
  // the browser keeps 250 entries unless told otherwise: fewer than a cine's frames
  performance.setResourceTimingBufferSize(20000);
  if (seen.watching) return;
  seen.watching = true;
  document.addEventListener('click', () => (seen.click ??= performance.now()), {capture: true});
  const dispatch = EventTarget.prototype.dispatchEvent;
  EventTarget.prototype.dispatchEvent = function (event) {
    const status = event.detail?.viewportStatus;
    if (event.type === 'CORNERSTONE_IMAGE_RENDERED' && status !== 'preRender') {
      if (seen.click !== undefined) seen.first ??= performance.now();
      seen.painted += 1;
    }
    return dispatch.call(this, event);
  };
}"""
# all frames of the stack are unpacked
STACK_HERE = """() => performance.getEntriesByName('stack-ready')
  .map((e) => e.startTime).filter((at) => at > window.accordBench.click)"""
FRAMES_HERE = """() => performance.getEntriesByType('resource')
  .filter((e) => e.name.includes('/frames/') && e.responseEnd > window.accordBench.click)
  .map((e) => e.responseEnd)"""


def measure(
    accord: Server,
    orthanc: Server | None,
    cines: list[Cine],
    *,
    n_slices: int = 12,
    n_phases: int = 30,
) -> dict[str, Any] | None:
    """None where there is no Chromium. ``cines`` are ROUNDS + 1 copies: the first one warms.
    ``n_slices`` and ``n_phases`` give the size of the case that comes with all its contours."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    ours = accord.installation
    if chromium is None or ours is None:
        return None
    labels = _give_to_reader(accord, ours, cines)
    full_set = contours.drafted(accord, ours, n_slices=n_slices, n_phases=n_phases)
    with ExitStack() as opened:
        playwright = opened.enter_context(sync_playwright())
        launch = playwright.chromium.launch
        browser = launch(executable_path=chromium, args=QUIET)
        reader = _reader(browser, ours)
        theirs = None
        if orthanc is not None and (DIST / "index.html").is_file():
            for cine in cines:
                load.run(storing(orthanc, cine.files))
            url = opened.enter_context(ohif(orthanc.root))
            theirs = launch(executable_path=chromium, args=[*QUIET, ACROSS_PORTS]).new_page(
                viewport={"width": 1440, "height": 900}, base_url=url
            )
        rows: dict[str, list[dict[str, Any]]] = {"accord": [], "ohif": []}
        for number, (cine, label) in enumerate(zip(cines, labels, strict=True)):
            rows["accord"].append(_open_accord(reader, label))
            if theirs is not None:
                rows["ohif"].append(_open_ohif(theirs, cine, first=number == 0))
        found: dict[str, Any] = {
            "frames": len(cines[0].files),
            "chromium": browser.version,
            **{name: _medians(each[1:]) for name, each in rows.items() if each},
        }
        found["accord_heap_mb"] = [row["heap_mb"] for row in rows["accord"]]
        found["contours"] = contours.measure(reader, full_set)
    if rows["ohif"]:
        for name in ("first_image_ms", "full_cine_ms"):
            found[f"{name}_accord_to_ohif"] = round(found["accord"][name] / found["ohif"][name], 2)
        rates = [found[name]["scrolled_images_per_s"] for name in ("accord", "ohif")]
        found["scrolling_accord_to_ohif"] = round(rates[0] / rates[1], 2)
    return found


def _medians(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: round(statistics.median(row[name] for row in rows), 1) for name in rows[0]}


# ---- Accord


def _give_to_reader(accord: Server, ours: Installation, cines: list[Cine]) -> list[str]:
    """Store the cines, and assign their cases to the bench's reader; their labels, in order."""
    for cine in cines:
        load.run(storing(accord, cine.files))
    ours.assemble()
    coordinator = Coordinator(ours)
    studies = coordinator.get("studies/?page_size=200")["results"]
    cases = {row["study_uid"]: row["case"] for row in studies}
    return coordinator.assign([cases[cine.study] for cine in cines])


def _reader(browser: Browser, ours: Installation) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, base_url=ours.web)
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My work").wait_for()
    return page


def _open_accord(page: Page, label: str) -> dict[str, Any]:
    page.get_by_role("link").filter(has_text=label).first.wait_for()
    page.evaluate(WATCH_ACCORD)
    page.get_by_role("link").filter(has_text=label).first.click()
    page.wait_for_function("() => window.accordBench.first", timeout=120_000)
    page.wait_for_function(f"() => ({STACK_HERE})().length > 0", timeout=120_000)
    seen = page.evaluate("() => window.accordBench")
    full = max(page.evaluate(STACK_HERE))
    page.wait_for_timeout(1500)  # the other slices
    rate = _scroll(page, page.get_by_test_id("viewport").first.bounding_box())
    heap = _heap_mb(page)
    page.get_by_role("link", name="Accord: my work").click()
    page.get_by_role("heading", name="My work").wait_for()
    return {
        "first_image_ms": seen["first"] - seen["click"],
        "full_cine_ms": max(full, seen["first"]) - seen["click"],
        "scrolled_images_per_s": rate,
        "heap_mb": heap,
    }


def _heap_mb(page: Page) -> float:
    """What stays in use after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    used = page.evaluate("() => performance.memory.usedJSHeapSize")
    session.detach()
    return round(used / 2**20, 1)


def _scroll(page: Page, box: Any) -> float:
    """Painted images per second while the wheel turns as fast as the page takes it."""
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    before = page.evaluate("() => [window.accordBench.painted, performance.now()]")
    step, turned = 100, 0
    while True:
        page.mouse.wheel(0, step)
        turned += 1
        if turned % 10 == 0:
            step = -step
            now = page.evaluate("() => [window.accordBench.painted, performance.now()]")
            if now[1] - before[1] > SCROLL_S * 1000:
                return round((now[0] - before[0]) / (now[1] - before[1]) * 1000, 1)


# ---- OHIF


class _Files(http.server.SimpleHTTPRequestHandler):
    """OHIF's built viewer with its configuration; its pages are all one."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, root: str, **kwargs: Any) -> None:
        self.root = root
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path != "/app-config.js":
            if not (DIST / path.lstrip("/")).is_file():
                self.path = "/index.html"
            super().do_GET()
            return
        body = CONFIGURATION.replace(
            "window.location.origin + '/dicomweb'", f"'{self.root}'"
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def ohif(root: str) -> Iterator[str]:
    handler = functools.partial(_Files, directory=str(DIST), root=root)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _open_ohif(page: Page, cine: Cine, *, first: bool) -> dict[str, Any]:
    page.goto("/")
    row = page.get_by_role("row").filter(has_text=cine.patient)
    row.wait_for(timeout=120_000)
    row.click()
    button = page.get_by_role("button", name="Basic Viewer").first
    button.wait_for(timeout=60_000)
    page.evaluate(WATCH_OHIF)
    button.click()
    page.wait_for_function("() => window.accordBench.first", timeout=120_000)
    seen = page.evaluate("() => window.accordBench")
    if first:
        for text in ("Skip all", "Confirm and hide"):
            page.get_by_text(text).click(timeout=60_000)
    wanted = len(cine.files)
    page.wait_for_function(f"() => ({FRAMES_HERE})().length >= {wanted}", timeout=120_000)
    full = max(page.evaluate(FRAMES_HERE))
    page.wait_for_timeout(1500)
    rate = _scroll(page, page.locator("canvas.cornerstone-canvas").first.bounding_box())
    return {
        "first_image_ms": seen["first"] - seen["click"],
        "full_cine_ms": max(full, seen["first"]) - seen["click"],
        "scrolled_images_per_s": rate,
        "heap_mb": _heap_mb(page),
    }
