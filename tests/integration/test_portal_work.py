"""Work that the portal does itself: leased, reported, stopped and ended as workers' jobs are."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cmrkit.contracts import PORTAL_WORK, JobKind
from ml_workers.handlers import HANDLERS
from portal.audit.models import AuditEvent
from portal.core.errors import Conflict
from portal.jobs import registry
from portal.jobs.models import ChoreTurn, Job, JobState
from portal.jobs.registry import PortalWork, Reporter
from portal.jobs.selectors import due_job_ids, due_portal_job_ids
from portal.jobs.services import portal_work, waking
from portal.jobs.services.chores import run_due_chores
from portal.jobs.services.portal_work import perform, take_portal_job
from portal.jobs.services.queue import cancel, enqueue, retry
from portal.projects.models import Project
from portal.projects.roles import Role
from tests.factories import people as f
from tests.factories.portal_worker import lease

pytestmark = pytest.mark.django_db
Run = Callable[[Job, Reporter], dict[str, Any]]


class Refused(Conflict):
    code = "made_up"
    message = "Do something else."


@pytest.fixture
def project() -> Project:
    return f.make_project()


@pytest.fixture
def ended() -> list[str]:
    """States of jobs that were told that they are over."""
    return []


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch, ended: list[str]) -> Callable[..., None]:
    """Makes a function the work of pulls."""

    def put(run: Run, **options: Any) -> None:
        how = PortalWork(run, ended=lambda job: ended.append(str(job.state)), **options)
        monkeypatch.setitem(registry._portal_work, JobKind.PULL, how)

    return put


def ask(project: Project, kind: JobKind = JobKind.PULL) -> Job:
    by = f.add(project, "coordinator", Role.COORDINATOR)
    return enqueue(by=by, project=project, kind=kind, title="t", payload={}, active_key=f"{kind}")


def do(job: Job, interrupted: threading.Event | None = None) -> Job:
    taken = take_portal_job("test")
    assert taken is not None
    assert taken.pk == job.pk
    perform(taken, interrupted or threading.Event(), pulse=False)
    job.refresh_from_db()
    return job


def silence(job: Job) -> None:
    """As if the process that holds it had died a while ago."""
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(lease_expires_at=past)


def test_it_is_done_and_its_output_kept(project: Project, work: Callable[..., None]) -> None:
    seen: list[tuple[str, float]] = []

    def run(job: Job, reporter: Reporter) -> dict[str, Any]:
        reporter.progress(0.5, "half")
        row = Job.objects.get(pk=job.pk)
        seen.append((row.state, row.progress))
        return {"files": 3}

    work(run)
    job = do(ask(project))
    assert seen == [("running", 0.5)]
    assert (job.state, job.output, job.progress, job.attempt) == ("succeeded", {"files": 3}, 1, 1)
    assert AuditEvent.objects.filter(action="job.succeeded", target_id=str(job.pk)).exists()


def test_a_worker_is_never_handed_it_nor_the_portal_a_workers_job(project: Project) -> None:
    ours, theirs = ask(project), ask(project, JobKind.EXPORT)
    assert due_job_ids() == [theirs.pk]
    assert due_portal_job_ids() == [ours.pk]
    answer = lease(ours)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_due")
    due = Client().get(
        "/api/v1/worker/jobs/due/",
        headers={"Authorization": f"Bearer {settings.ACCORD_WORKER_TOKEN}"},
    )
    assert due.json()["jobs"] == [str(theirs.pk)]
    taken = take_portal_job("test")
    assert taken is not None
    assert taken.pk == ours.pk
    assert take_portal_job("test") is None


def test_a_plan_waits_for_no_pull(project: Project) -> None:
    """The thread beside the pulls takes what is short, and nothing else."""
    pull = ask(project)
    assert take_portal_job("beside", short=True) is None
    by = f.add(project, "second", Role.COORDINATOR)
    plan = enqueue(
        by=by, project=project, kind=JobKind.PLAN, title="t", payload={}, active_key="plan"
    )
    taken = take_portal_job("beside", short=True)
    assert taken is not None
    assert taken.pk == plan.pk
    left = take_portal_job("main")
    assert left is not None
    assert left.pk == pull.pk


def test_every_kind_is_done_on_one_side() -> None:
    assert set(HANDLERS) == set(JobKind) - PORTAL_WORK
    assert set(registry._portal_work) == PORTAL_WORK


@pytest.mark.django_db(transaction=True)
def test_no_worker_is_woken_for_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(waking, "wake", lambda *said: woken.append(said))
    ask(project)
    theirs = ask(project, JobKind.EXPORT)
    assert woken == [(theirs.pk, "io")]


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (Refused(), "made_up", "Do something else."),
        (KeyError("Doe^Jane"), "internal_error", "KeyError in the portal."),
    ],
)
def test_what_it_raises_is_said(
    project: Project, work: Callable[..., None], ended: list[str], raised: Exception, code: str,
    said: str, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    def run(job: Job, reporter: Reporter) -> dict[str, Any]:
        raise raised

    work(run)
    job = do(ask(project))
    assert (job.state, job.error_code) == ("failed", code)
    assert job.error_message.startswith(said)
    assert ended == ["failed"]
    assert "Doe" not in job.error_message + caplog.text


def test_a_cancel_is_heard_at_the_next_report(
    project: Project, work: Callable[..., None], ended: list[str]
) -> None:
    after: list[str] = []

    def run(job: Job, reporter: Reporter) -> dict[str, Any]:
        assert job.requested_by is not None
        cancel(by=job.requested_by, job=job)
        reporter.progress(0.9, "too late")
        after.append("went on")
        return {}

    work(run)
    job = do(ask(project))
    assert (job.state, job.message) == ("cancelled", "Cancelled")
    assert ended == ["cancelled"]
    assert not after


def test_a_process_that_has_to_end_gives_it_back_and_that_is_no_failed_try(
    project: Project, work: Callable[..., None], ended: list[str]
) -> None:
    stopping = threading.Event()

    def run(job: Job, reporter: Reporter) -> dict[str, Any]:
        stopping.set()
        reporter.check()
        return {}

    work(run)
    job = ask(project)
    for n in range(1, 6):
        stopping.clear()
        do(job, stopping)
        assert (job.state, job.attempt, job.lease_expires_at) == ("queued", n, None)
    assert not ended
    work(lambda *_: {})
    assert do(job).state == "succeeded"


def test_a_dead_process_is_followed_by_another_three_times(
    project: Project, work: Callable[..., None], ended: list[str]
) -> None:
    work(lambda *_: {})
    job = ask(project)
    for n in range(1, 4):
        taken = take_portal_job(f"process {n}")
        assert taken is not None
        assert taken.attempt == n
        assert take_portal_job("another") is None, "the lease still runs"
        silence(job)
    assert take_portal_job("the fourth") is None
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("dead", "too_many_attempts")
    assert ended == ["dead"]


@pytest.mark.parametrize("reports", [True, False])
def test_a_process_that_lost_its_lease_changes_nothing_any_more(
    project: Project, work: Callable[..., None], ended: list[str], reports: bool
) -> None:
    def run(job: Job, reporter: Reporter) -> dict[str, Any]:
        silence(job)
        assert take_portal_job("another") is not None
        if reports:
            reporter.progress(0.9, "late")
        return {"late": True}

    work(run)
    job = do(ask(project))
    assert (job.state, job.attempt, job.output, job.worker) == ("leased", 2, None, "another")
    assert not ended


def test_the_time_limit_is_heard(project: Project, work: Callable[..., None]) -> None:
    def run(job: Job, reporter: Reporter) -> dict[str, Any]:
        time.sleep(0.02)
        reporter.check()
        return {}

    work(run, time_limit_s=0.01)
    job = do(ask(project))
    assert (job.state, job.error_code) == ("failed", "timed_out")


def test_a_failed_one_can_be_tried_again(project: Project, work: Callable[..., None]) -> None:
    def run(job: Job, reporter: Reporter) -> dict[str, Any]:
        raise Refused()

    work(run)
    job = do(ask(project))
    work(lambda *_: {"again": True})
    assert job.requested_by is not None
    retry(by=job.requested_by, job=job)
    assert do(job).output == {"again": True}


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_kept_while_one_step_takes_long(
    project: Project, work: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ACCORD_LEASE_S", 3.0)
    stolen: list[object] = []

    def run(job: Job, reporter: Reporter) -> dict[str, Any]:
        for _ in range(6):
            time.sleep(0.7)
            stolen.append(take_portal_job("another"))
        return {}

    work(run)
    job = ask(project)
    taken = take_portal_job("test")
    assert taken is not None
    assert perform(taken, threading.Event()) == JobState.SUCCEEDED
    assert stolen == [None] * 6
    job.refresh_from_db()
    assert job.attempt == 1


@pytest.mark.django_db(transaction=True)
def test_the_command_does_what_is_due_and_ends(project: Project, work: Callable[..., None]) -> None:
    work(lambda *_: {"files": 1})
    job = ask(project)
    call_command("run_tasks", "--once")
    job.refresh_from_db()
    assert job.output == {"files": 1}


@pytest.fixture
def chores(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    monkeypatch.setattr(registry, "_chores", {})
    registry.register_chore("first", 60.0, lambda: done.append("first"))
    return done


def test_a_chore_is_done_once_per_turn(chores: list[str]) -> None:
    assert run_due_chores() == 1
    assert run_due_chores() == 0
    ChoreTurn.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert run_due_chores() == 1
    assert chores == ["first", "first"]
    assert ChoreTurn.objects.get().due_at > timezone.now() + timedelta(seconds=55)


def test_a_chore_that_fails_keeps_no_other_from_its_turn(
    chores: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ValueError("Doe^Jane")

    registry.register_chore("broken", 60.0, fail)
    registry.register_chore("last", 60.0, lambda: chores.append("last"))
    assert run_due_chores() == 3
    assert chores == ["first", "last"]
    assert "broken failed: ValueError" in caplog.text
    assert "Doe" not in caplog.text


def test_progress_is_written_once_a_second(
    project: Project, work: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    monkeypatch.setattr(portal_work, "beat", lambda _job, fraction, _message: told.append(fraction))

    def run(job: Job, reporter: Reporter) -> dict[str, Any]:
        for n in range(100):
            reporter.progress(n / 100, "on")
        return {}

    work(run)
    do(ask(project))
    assert told == [0.0]
