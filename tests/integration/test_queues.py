"""Which job goes to which worker and when: queues, urgency, tries, the register of workers."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from cmrkit.contracts import Envelope, JobKind, Priority
from portal.audit.models import AuditEvent
from portal.jobs.models import Job, Worker
from portal.jobs.registry import Kind, Work
from portal.jobs.services.queue import cancel, enqueue, retry
from portal.jobs.services.workers import forget_silent
from tests.factories import reading as f
from tests.factories.portal_worker import Attempt

pytestmark = pytest.mark.django_db
CPU = {"worker": "a:1", "device": "cpu", "queues": ["cpu", "gpu", "io"]}
GPU = {"worker": "b:2", "device": "H100", "has_gpu": True, "queues": ["gpu"]}


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Kinds of work that need no images; what their results were."""
    from portal.jobs import registry

    kept: list[dict[str, Any]] = []
    plain = Kind(lambda _job, _link: Work(), lambda _job, output: kept.append(output))
    for kind in (JobKind.SEGMENT, JobKind.TRAIN, JobKind.EXPORT):
        monkeypatch.setitem(registry._kinds, kind, plain)
    return kept


def ask(
    w: f.World,
    key: str,
    priority: Priority = Priority.NORMAL,
    kind: JobKind = JobKind.SEGMENT,
) -> Job:
    return enqueue(
        by=w.coordinator, project=w.project, kind=kind, title=key, payload={}, active_key=key,
        priority=priority,
    )  # fmt: skip


def next_for(card: dict[str, Any]) -> Attempt | None:
    answer = Client().post(
        "/api/v1/worker/next/", data=card, content_type="application/json",
        headers={"Authorization": f"Bearer {settings.ACCORD_WORKER_TOKEN}"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    found = answer.json()["envelope"]
    return Attempt(Envelope.from_json(found)) if found else None


def titles(card: dict[str, Any]) -> list[str]:
    """What the worker is given, until there is nothing more for it."""
    found = []
    while attempt := next_for(card):
        found.append(Job.objects.get(pk=attempt.envelope.job_id).title)
    return found


def test_a_person_who_waits_goes_before_a_batch_and_a_training(world: f.World) -> None:
    ask(world, "batch 1", Priority.BATCH)
    ask(world, "training", Priority.BATCH, JobKind.TRAIN)
    ask(world, "batch 2", Priority.BATCH)
    ask(world, "export", kind=JobKind.EXPORT)
    ask(world, "person 1", Priority.PERSON)
    ask(world, "person 2", Priority.PERSON)
    due = Client().get(
        "/api/v1/worker/jobs/due/",
        headers={"Authorization": f"Bearer {settings.ACCORD_WORKER_TOKEN}"},
    )
    order = [Job.objects.get(pk=pk).title for pk in due.json()["jobs"]]
    expected = ["person 1", "person 2", "export", "batch 1", "training", "batch 2"]
    assert order == expected
    assert titles(CPU) == expected


def test_asking_for_one_of_a_batch_alone_makes_it_urgent(world: f.World) -> None:
    first, second = ask(world, "1", Priority.BATCH), ask(world, "2", Priority.BATCH)
    assert ask(world, "2", Priority.PERSON).pk == second.pk
    assert ask(world, "2", Priority.BATCH).pk == second.pk
    assert titles(CPU) == ["2", "1"]
    assert first.pk != second.pk


def test_a_worker_gets_what_its_queues_hold(world: f.World) -> None:
    ask(world, "network")
    ask(world, "files", kind=JobKind.EXPORT)
    assert titles({**CPU, "queues": ["io", "cpu"]}) == ["files"]
    assert titles({**CPU, "queues": ["io", "cpu"]}) == []
    assert titles({**CPU, "queues": []}) == ["network"], "no word of queues means all"


def test_networks_are_left_to_a_gpu_while_one_lives(world: f.World) -> None:
    assert next_for(GPU) is None
    ask(world, "network")
    ask(world, "files", kind=JobKind.EXPORT)
    assert titles(CPU) == ["files"]
    assert titles(GPU) == ["network"]
    ask(world, "another")
    long_ago = timezone.now() - timedelta(minutes=5)
    Worker.objects.filter(pk=GPU["worker"]).update(last_seen_at=long_ago)
    assert titles(CPU) == ["another"], "a CPU does it rather than nobody"


def test_nobody_waits_for_a_training_on_the_gpu_where_a_cpu_is_free(world: f.World) -> None:
    ask(world, "training", Priority.BATCH, JobKind.TRAIN)
    assert titles(GPU) == ["training"]
    ask(world, "batch", Priority.BATCH)
    ask(world, "person", Priority.PERSON)
    assert titles(CPU) == ["person"]
    assert next_for({**GPU, "worker": "c:3"}) is not None, "a second GPU takes the batch"
    assert next_for({**GPU, "worker": "d:4"}) is None
    ask(world, "another person", Priority.PERSON)
    assert titles(CPU) == [], "now a GPU is free"


def failed(attempt: Attempt, code: str, places: str = "") -> Job:
    error = {"code": code, "message": "It broke.", "places": places}
    assert attempt.result({"status": "failed", "error": error}).status_code == 200
    return Job.objects.get(pk=attempt.envelope.job_id)


def taken(card: dict[str, Any]) -> Attempt:
    attempt = next_for(card)
    assert attempt is not None
    return attempt


def test_what_may_pass_is_tried_again_later_and_then_is_dead(world: f.World) -> None:
    ask(world, "network")
    for n, wait_s in ((1, 5), (2, 20)):
        job = failed(taken(CPU), "out_of_memory")
        assert (job.state, job.attempt, job.finished_at) == ("queued", n, None)
        assert -30 < (job.due_at - timezone.now()).total_seconds() - wait_s < 2
        assert job.message == f"Tried {n} of 3 times; waits for its next try"
        assert job.error_message == "It broke."
        assert next_for(CPU) is None, "it waits"
        Job.objects.update(due_at=timezone.now())
    job = failed(taken(CPU), "out_of_memory", "MemoryError\nml_workers.x:1 run\nDoe^Jane: 3 1")
    assert (job.state, job.error_code, job.active_key) == ("dead", "out_of_memory", None)
    assert job.error_places == "MemoryError\nml_workers.x:1 run"
    actions = AuditEvent.objects.filter(target_id=str(job.pk)).values_list("action", flat=True)
    assert sorted(actions) == ["job.dead", "job.queued", "job.retry_due", "job.retry_due"]
    assert next_for(CPU) is None


def test_another_error_ends_it_at_once(world: f.World) -> None:
    ask(world, "network")
    job = failed(taken(CPU), "bad_input")
    assert (job.state, job.attempt) == ("failed", 1)


def test_a_cancel_while_it_waits_for_its_next_try(world: f.World) -> None:
    ask(world, "network")
    job = cancel(by=world.coordinator, job=failed(taken(CPU), "worker_crashed"))
    Job.objects.update(due_at=timezone.now())
    assert job.state == "cancelled"
    assert next_for(CPU) is None
    retry(by=world.coordinator, job=job)
    assert taken(CPU).envelope.attempt == 2


def test_the_places_of_a_failure_are_for_admins_the_sentence_for_all(world: f.World) -> None:
    ask(world, "network")
    job = failed(taken(CPU), "internal_error", "KeyError\nml_workers.x:7 run")
    seen = f.Api(world.coordinator).get(f"jobs/{job.pk}/").json()
    assert seen["error"] == {"code": "internal_error", "message": "It broke."}
    assert "error_places" not in seen
    assert f.Api(world.scientist).get(f"jobs/{job.pk}/").json()["may_retry"] is False
    admin = f.Api(world.admin)
    assert admin.get(f"jobs/{job.pk}/").json()["error_places"] == "KeyError\nml_workers.x:7 run"


def test_workers_introduce_themselves_and_are_forgotten(world: f.World) -> None:
    ask(world, "network")
    next_for({**CPU, "version": "1.2"})
    next_for(GPU)
    found = f.Api(world.admin).get("jobs/workload/").json()["workers"]
    by_device = {row["device"]: row for row in found}
    assert by_device["cpu"]["busy_with"] == "segment"
    assert (by_device["cpu"]["name"], by_device["cpu"]["version"]) == ("a:1", "1.2")
    assert (by_device["H100"]["busy_with"], by_device["H100"]["queues"]) == (None, ["gpu"])
    assert all(row["alive"] for row in found)
    Worker.objects.filter(pk="b:2").update(last_seen_at=timezone.now() - timedelta(minutes=2))
    of_project = f.Api(world.coordinator).get(f"projects/{world.slug}/jobs/workload/").json()
    assert [(row["name"], row["alive"]) for row in of_project["workers"]] == [
        (None, True),
        (None, False),
    ]
    Worker.objects.filter(pk="b:2").update(last_seen_at=timezone.now() - timedelta(days=2))
    assert forget_silent() == 1
    assert [row.pk for row in Worker.objects.all()] == ["a:1"]


def test_a_worker_that_works_is_seen_by_its_heartbeats(world: f.World) -> None:
    ask(world, "network")
    attempt = taken(CPU)
    Worker.objects.update(last_seen_at=timezone.now() - timedelta(minutes=2))
    Job.objects.update(attempt_started_at=timezone.now() - timedelta(seconds=30))
    attempt.progress(0.25, "6 of 24 slices")
    assert timezone.now() - Worker.objects.get().last_seen_at < timedelta(seconds=5)
    seen = f.Api(world.coordinator).get(f"jobs/{attempt.envelope.job_id}/").json()
    assert (seen["state"], seen["message"]) == ("running", "6 of 24 slices")
    assert 85 <= seen["eta_s"] <= 180


def test_lengths_pace_and_failures(world: f.World) -> None:
    for n, seconds in enumerate((10, 20, 60)):
        ask(world, f"done {n}")
        attempt = taken(CPU)
        began = timezone.now() - timedelta(seconds=seconds)
        Job.objects.filter(pk=attempt.envelope.job_id).update(attempt_started_at=began)
        assert attempt.result({"status": "succeeded"}).status_code == 200
    ask(world, "broken")
    failed(taken(CPU), "bad_input")
    ask(world, "later")
    failed(taken(CPU), "out_of_memory")
    ask(world, "waiting")
    ask(world, "files", kind=JobKind.EXPORT)
    taken({**CPU, "queues": ["io"]})
    found = f.Api(world.quality).get(f"projects/{world.slug}/jobs/workload/").json()
    assert found["queues"] == [
        {"queue": "cpu", "waiting": 0, "waiting_to_retry": 0, "running": 0},
        {"queue": "gpu", "waiting": 1, "waiting_to_retry": 1, "running": 0},
        {"queue": "io", "waiting": 0, "waiting_to_retry": 0, "running": 1},
    ]
    pace = found["last_hour"]
    assert (pace["succeeded"], pace["failed"]) == (3, 1)
    assert 20 <= pace["median_s"] < 50
    listed = f.Api(world.quality).get(f"projects/{world.slug}/jobs/?kind=export").json()
    assert [row["title"] for row in listed["results"]] == ["files"]


def test_a_job_that_can_not_be_prepared_keeps_no_other_from_its_worker(
    world: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.jobs import registry

    def gone(_job: Job, _link: Any) -> Work:
        raise KeyError("Doe^Jane")

    monkeypatch.setitem(registry._kinds, JobKind.TRAIN, Kind(gone, lambda *_: None))
    broken = ask(world, "broken", Priority.PERSON, JobKind.TRAIN)
    ask(world, "network")
    assert titles(CPU) == ["network"]
    broken.refresh_from_db()
    assert (broken.state, broken.error_code) == ("failed", "not_preparable")
    assert broken.error_places.splitlines()[0] == "KeyError"
    assert "Doe" not in broken.error_places + broken.error_message


def test_a_result_that_can_not_be_kept_ends_the_job(
    world: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.jobs import registry

    def spoilt(job: Job, output: dict[str, Any]) -> None:
        Job.objects.filter(pk=job.pk).update(title="half done")
        raise IndexError(output["frame"])

    monkeypatch.setitem(registry._kinds, JobKind.SEGMENT, Kind(lambda *_: Work(), spoilt))
    job = ask(world, "network")
    answer = taken(CPU).result({"status": "succeeded", "output": {"frame": 99}})
    assert answer.status_code == 200
    job.refresh_from_db()
    assert (job.state, job.error_code, job.title, job.output) == (
        "failed",
        "result_refused",
        "network",
        None,
    )


def test_a_worker_that_ends_in_good_order_is_not_missed(world: f.World) -> None:
    next_for(CPU)
    answer = Client().post(
        "/api/v1/worker/bye/", data={"worker": "a:1"}, content_type="application/json",
        headers={"Authorization": f"Bearer {settings.ACCORD_WORKER_TOKEN}"},
    )  # fmt: skip
    assert answer.status_code == 200
    assert not Worker.objects.exists()
