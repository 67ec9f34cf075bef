"""Pictures of the trial for the walkthroughs of docs/user.

    ACCORD_WALKTHROUGH=1 python -m pytest tests/browser/test_trial.py

writes them anew into docs/images; otherwise they stay with the other pictures of the browser tests.
"""

import os
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import ARTIFACTS, settled
from tests.browser.portal import ROOT

FOLDER = ROOT / "docs" / "images" if os.environ.get("ACCORD_WALKTHROUGH") else ARTIFACTS
WIDTH = 1200  # pixels in a page of text
MOST_BYTES = 150_000


def picture(page: Page, name: str) -> None:
    """Of the page as it is, small enough for a repository."""
    settled(page)
    taken = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    for width, colors in ((WIDTH, 256), (WIDTH, 128), (1000, 128), (900, 128), (800, 128)):
        size = width, round(taken.height * width / taken.width)
        small = taken.resize(size, Image.Resampling.LANCZOS)
        out = BytesIO()
        # the few coloured pixels count as much as the many grey ones
        kept = small.quantize(colors, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        kept.save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            break
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"trial-{name}.png").write_bytes(out.getvalue())
    assert out.tell() <= MOST_BYTES, f"{name}: {out.tell()} bytes"
