"""Tests that need a browser say so: without the mark they run before there is one."""

from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[1] / "browser").glob("test_*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_of_the_browser_are_marked(path: Path) -> None:
    assert "pytest.mark.browser" in path.read_text()
