"""Peers and data that a machine may lack: a test that needs one skips, or fails where none may."""

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Skip with the reason; a failure under ``ACCORD_REQUIRE=all``."""
    if os.environ.get("ACCORD_REQUIRE") == "all":
        pytest.fail(f"ACCORD_REQUIRE=all, but {what}")
    pytest.skip(what)
