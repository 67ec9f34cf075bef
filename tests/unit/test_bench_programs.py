"""Where parts of the bench run: embedded, or in a database of their own, never in one that is used."""

import pytest

from bench.programs import surroundings

USED = "postgres://127.0.0.1:1/accord"


def test_without_servers_it_is_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", USED)
    monkeypatch.delenv("REDIS_URL", raising=False)
    with surroundings("saving") as environment:
        assert not {"DATABASE_URL", "REDIS_URL"} & environment.keys()


def test_statistics_are_computed_embedded_whatever_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", USED)
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    with surroundings("agreement") as environment:
        assert not {"DATABASE_URL", "REDIS_URL"} & environment.keys()
