"""The Chromium that tests drive, told not to call home."""

import shutil

# what a headless browser on a server would otherwise ask the world for
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium_program() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
