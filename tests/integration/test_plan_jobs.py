"""Plans of very many cases and readers: made by the portal in the background."""

import threading
from typing import Any

import pytest

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.jobs.models import Job, JobState
from portal.jobs.services.portal_work import AttemptOver, perform, take_portal_job
from portal.projects.models import Membership
from portal.projects.roles import Role
from portal.reads.models import AssignmentPlan, Read
from portal.reads.services import plan_jobs
from tests.factories import reading as f
from tests.integration.test_planning import make, many_cases, preview

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large begins above 4 cases × readers here."""
    monkeypatch.setattr(plan_jobs, "AT_ONCE", 4)


def job_of(world: f.World, answer: Any, person: User | None = None) -> Any:
    assert answer.status_code == 202, answer.content
    url = f"projects/{world.slug}/assignments/plan/jobs/{answer.json()['job_id']}/"
    return f.Api(person or world.coordinator).get(url)


def work() -> Job:
    """One job, by a process of the portal."""
    job = take_portal_job("portal:1")
    assert job is not None
    perform(job, threading.Event(), pulse=False)
    return Job.objects.get(pk=job.pk)


def test_a_large_plan_is_shown_and_made_by_jobs(world: f.World) -> None:
    many_cases(world, 3)
    both = (world.reader_a, world.reader_b)
    asked = preview(world, *both)
    waiting = job_of(world, asked).json()
    assert (waiting["state"], waiting["plan"], waiting["made"]) == ("queued", None, None)
    assert work().state == JobState.SUCCEEDED
    plan = job_of(world, asked).json()["plan"]
    assert (plan["n_cases"], plan["n_reads"]) == (3, 6)
    assert {(row["name"], row["new"]) for row in plan["readers"]} == {
        (person.display_name, 3) for person in both
    }
    assert not Read.objects.exists()

    making = make(world, plan, *both)
    assert not Read.objects.exists()
    assert work().state == JobState.SUCCEEDED
    made = job_of(world, making).json()["made"]
    assert (made["digest"], made["n_reads"]) == (plan["digest"], 6)
    assert Read.objects.count() == 6
    # the same once more finds what was made
    again = make(world, plan, *both)
    work()
    assert job_of(world, again).json()["made"]["id"] == made["id"]
    assert Read.objects.count() == 6


def test_it_is_the_plan_that_a_request_would_make(
    world: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_cases(world, 3)
    asked = preview(world, world.reader_a, world.reader_b, seed="one")
    work()
    by_job = job_of(world, asked).json()["plan"]
    monkeypatch.setattr(plan_jobs, "AT_ONCE", 1000)
    at_once = preview(world, world.reader_a, world.reader_b, seed="one")
    assert at_once.status_code == 200
    assert by_job == at_once.json()


def test_a_plan_that_changed_is_refused_by_the_job_too(world: f.World) -> None:
    many_cases(world, 3)
    both = (world.reader_a, world.reader_b)
    asked = preview(world, *both)
    work()
    plan = job_of(world, asked).json()["plan"]
    f.make_case(world.project, "late")
    making = make(world, plan, *both)
    assert work().state == JobState.FAILED
    problem = job_of(world, making).json()["problem"]
    assert problem["code"] == "plan_changed"
    assert "changed since this plan was shown" in problem["message"]
    assert not Read.objects.exists()


def test_asked_twice_it_is_one_job(world: f.World) -> None:
    many_cases(world, 3)
    both = (world.reader_a, world.reader_b)
    one, two = preview(world, *both), preview(world, *both)
    assert one.json() == two.json()
    other = preview(world, world.reader_a, world.reader_b, balance_by="site")
    assert other.json() != one.json()


def test_a_second_try_plans_the_same(world: f.World) -> None:
    """The seed was drawn when it was asked for."""
    many_cases(world, 3)
    asked = preview(world, world.reader_a, world.reader_b)
    job = Job.objects.get(pk=asked.json()["job_id"])

    class Silent:
        def progress(self, fraction: float, message: str) -> None: ...
        def check(self) -> None: ...

    assert plan_jobs.run_plan(job, Silent()) == plan_jobs.run_plan(job, Silent())


def test_a_cancelled_plan_assigns_nothing(world: f.World) -> None:
    """Even where the reads were written already: all of them, or none."""
    many_cases(world, 3)
    both = (world.reader_a, world.reader_b)
    asked = preview(world, *both)
    work()
    plan = job_of(world, asked).json()["plan"]
    making = make(world, plan, *both)
    job = Job.objects.get(pk=making.json()["job_id"])

    class Cancelled:
        def progress(self, fraction: float, message: str) -> None: ...
        def check(self) -> None:
            assert Read.objects.count() == 6  # within the transaction
            raise AttemptOver()

    with pytest.raises(AttemptOver):
        plan_jobs.run_plan(job, Cancelled())
    assert not Read.objects.exists()
    assert not AssignmentPlan.objects.exists()
    assert not AuditEvent.objects.filter(action="reads.planned").exists()


def test_the_one_who_asked_alone_sees_it(world: f.World) -> None:
    many_cases(world, 3)
    asked = preview(world, world.reader_a, world.reader_b)
    other = f.user("Second Coordinator")
    Membership.objects.create(project=world.project, user=other, role=Role.COORDINATOR)
    assert job_of(world, asked, other).status_code == 404
    assert job_of(world, asked, world.reader_a).status_code == 403
    # nor do the lists of jobs hold the plan
    work()
    url = f"projects/{world.slug}/jobs/"
    row = next(r for r in f.Api(other).get(url).json()["results"] if r["kind"] == "plan")
    assert row["title"] == "Plan assignments"
    assert world.reader_a.display_name not in str(row)


def test_what_cannot_be_planned_is_said_at_once(world: f.World) -> None:
    many_cases(world, 3)
    answer = preview(world, world.reader_a, world.reader_b, balance_by="scanner")
    assert answer.status_code == 422
    lost = Membership.objects.filter(project=world.project, user=world.coordinator)
    asked = preview(world, world.reader_a, world.reader_b)
    assert asked.status_code == 202
    lost.delete()
    assert work().error_code == "not_allowed"  # who may not assign any more plans nothing
