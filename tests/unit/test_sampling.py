"""A share of the tests is a share: every file runs under some seed, and none is lost without one."""

from pathlib import Path

import pytest

from tests.factories.sampling import SHARED, left_out

FILES = sorted(SHARED.rglob("test_*.py"))


def kept(monkeypatch: pytest.MonkeyPatch, share: int, seed: int) -> set[Path]:
    monkeypatch.setenv("ACCORD_TEST_SHARE", str(share))
    monkeypatch.setenv("ACCORD_TEST_SEED", str(seed))
    return {path for path in FILES if not left_out(path)}


def test_without_a_share_everything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACCORD_TEST_SHARE", raising=False)
    assert FILES
    assert not any(left_out(path) for path in FILES)


def test_a_third_is_about_a_third_and_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept(monkeypatch, 3, 0)
    assert 0.15 < len(first) / len(FILES) < 0.55
    assert kept(monkeypatch, 3, 0) == first


def test_over_some_seeds_every_file_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[Path] = set()
    for seed in range(40):
        seen |= kept(monkeypatch, 3, seed)
    assert seen == set(FILES)


def test_only_what_runs_twice_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_TEST_SHARE", "1000000")
    others = [p for p in SHARED.parent.rglob("*.py") if p not in FILES]
    assert others
    assert not any(left_out(path) for path in others)
