"""The runner: every way a job can end is told to the portal by its name, and the next one runs."""

from collections.abc import Iterator
from typing import Any

import pytest

from cmrkit.contracts import Envelope, JobKind
from ml_workers.runtime import runner as runner_module
from ml_workers.runtime import settings as settings_module
from ml_workers.runtime.child import Child
from ml_workers.runtime.client import Error
from ml_workers.runtime.machine import memory_of, usable_memory
from ml_workers.runtime.runner import Runner
from ml_workers.runtime.settings import NotConfigured, Settings
from tests.factories.misbehaving import SECRET

MB = 2**20


def envelope(how: str, time_limit_s: float = 60.0) -> Envelope:
    return Envelope(
        job_id=how, attempt=1, kind=JobKind.EXPORT, inputs=(), models=(), params={"how": how},
        heartbeat_url="", artifact_url="", result_url="", token="", lease_seconds=30,
        time_limit_seconds=time_limit_s,
    )  # fmt: skip


class FakePortal:
    """Hands out what waits, and keeps what is said of it."""

    def __init__(self) -> None:
        self.waiting: list[Envelope] = []
        self.said: list[Error | dict[str, Any]] = []

    def next(self) -> Envelope | None:
        return self.waiting.pop(0) if self.waiting else None

    def attempt(self, envelope: Envelope) -> "FakePortal":
        return self

    def beat(self, progress: float, message: str, points: list[Any]) -> bool:
        return False

    def post_result(self, output: dict[str, Any] | None, error: Error | None) -> bool:
        self.said.append(error or output or {})
        return True


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    """Warm, as in a worker: one job's mishap must not harm the next."""
    child = Child("tests.factories.misbehaving:execute")
    yield child
    child.kill()


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> FakePortal:
    portal = FakePortal()
    monkeypatch.setattr(runner_module, "Attempt", portal.attempt)
    return portal


def runner(portal: FakePortal, child: Child, memory_limit: int = 250 * MB) -> Runner:
    return Runner(portal, child, memory_limit=memory_limit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "code", "sentence"),
    [
        ("swells", "out_of_memory", "Stopped at the memory limit of 250 MB."),
        ("hangs", "timed_out", "Stopped at the time limit of 2 s."),
        ("is killed", "worker_crashed", runner_module.CRASHED),
        ("has no memory", "out_of_memory", "The worker ran out of memory."),
        ("raises", "internal_error", "KeyError in the worker."),
        ("refuses", "bad_input", "This stack has no frames."),
    ],
)
def test_each_mishap_has_its_name_and_the_next_job_runs(
    portal: FakePortal, child: Child, how: str, code: str, sentence: str
) -> None:
    portal.waiting = [envelope(how, 2.0 if how == "hangs" else 60.0), envelope("works")]
    assert runner(portal, child).drain() == 2
    error, output = portal.said
    assert isinstance(error, Error)
    assert (error.code, error.message) == (code, sentence)
    assert SECRET not in error.message + error.places
    if how in ("has no memory", "raises", "refuses"):
        assert error.places.splitlines()[-1].startswith("tests.factories.misbehaving:")
        assert error.places.endswith(" execute")
    assert isinstance(output, dict)
    assert output["pid"] > 0


def test_it_goes_on_until_nothing_is_due_or_it_is_told_to_stop(
    portal: FakePortal, child: Child
) -> None:
    portal.waiting = [envelope("works") for _ in range(3)]
    one_at_a_time = runner(portal, child)
    assert one_at_a_time.drain(lambda: len(portal.said) >= 2) == 2
    assert len({said["pid"] for said in portal.said if isinstance(said, dict)}) == 1, "warm"
    assert one_at_a_time.drain() == 1
    with one_at_a_time._busy:
        portal.waiting = [envelope("works")]
        assert one_at_a_time.drain() == 0, "somebody else is at it"


def test_memory_is_what_the_process_holds() -> None:
    import os

    assert 10 * MB < memory_of(os.getpid()) < usable_memory()
    assert memory_of(2**22 + 1) == 0


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("ACCORD_WORKER_QUEUES", "", ("cpu", "gpu", "io")),
        ("ACCORD_WORKER_QUEUES", "gpu, io", ("gpu", "io")),
        ("ACCORD_WORKER_MEMORY_MB", "100", 100 * MB),
        ("ACCORD_WORKER_MEMORY_MB", "0", 0),
        ("ACCORD_WORKER_QUEUES", "gpus", None),
        ("ACCORD_WORKER_MEMORY_MB", "2 GB", None),
    ],
)
def test_settings(monkeypatch: pytest.MonkeyPatch, name: str, value: str, found: Any) -> None:
    monkeypatch.setenv("ACCORD_WORKER_TOKEN", "t")
    monkeypatch.setattr(settings_module, "usable_memory", lambda: 1000)
    monkeypatch.setenv(name, value)
    if found is None:
        with pytest.raises(NotConfigured, match=name):
            Settings.from_environment()
        return
    settings = Settings.from_environment()
    assert found in (settings.queues, settings.memory_limit)
    if name == "ACCORD_WORKER_QUEUES":
        assert settings.memory_limit == 900
