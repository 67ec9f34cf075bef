"""The fixtures that TypeScript is tested against are what cmrkit says today."""

import json
from pathlib import Path

import pytest

from tests.unit.cmrkit import make_fixtures


def test_fixtures_are_what_cmrkit_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed = make_fixtures.FIXTURES
    monkeypatch.setattr(make_fixtures, "FIXTURES", tmp_path)
    make_fixtures.main()
    made = {p.relative_to(tmp_path): p for p in tmp_path.rglob("*.json")}
    folders = [committed / folder.name for folder in tmp_path.iterdir()]
    kept = {p.relative_to(committed) for folder in folders for p in folder.glob("*.json")}
    assert set(made) == kept
    for name, path in made.items():
        assert _alike(json.loads(path.read_text()), json.loads((committed / name).read_text())), (
            name
        )


def _alike(a: object, b: object) -> bool:
    """Equal, numbers to ten digits: libraries differ in the last ones."""
    if isinstance(a, float) or isinstance(b, float):
        return a == pytest.approx(b, rel=1e-9, abs=1e-9)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_alike(x, y) for x, y in zip(a, b, strict=True))
    return a == b
