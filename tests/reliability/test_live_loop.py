"""Real processes, really killed: nothing is lost, nothing is half-written, nothing is doubled."""

import os
import signal
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from tests.reliability.installation import (
    NO_BROKER,
    Installation,
    busy,
    children_of,
    is_running,
    until,
)

STRUCTURES = {"lv_endo", "lv_epi", "rv_endo"}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("live"))
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


def preannotate(live: Installation, case: str) -> str:
    answer = live.ask(
        "post",
        f"projects/{live.content['slug']}/preannotate/",
        live.content["tokens"]["coordinator"],
        json={"case_ids": [live.content["cases"][case]["id"]]},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["id"])


def ended(live: Installation, job_id: str) -> dict[str, Any]:
    """The job once it is over."""

    def over() -> dict[str, Any] | None:
        job = live.job(job_id)
        return job if job["state"] not in ("queued", "leased", "running") else None

    found: dict[str, Any] = until("the job is over", over)
    assert not found["error"], (found, live.log("worker"))
    return found


def held_while_segmenting(live: Installation, worker: int, job_id: str) -> set[int]:
    """The worker's child, held still in the middle of the job so that it can't get to the end."""

    def halfway() -> dict[str, Any] | None:
        job = live.job(job_id)
        assert job["state"] in ("queued", "leased", "running"), (job, live.log("worker"))
        return job if job["state"] == "running" and job["progress"] > 0.05 else None

    until("the worker segments", halfway)
    (child,) = children_of(worker)
    os.kill(child, signal.SIGSTOP)
    assert live.job(job_id)["state"] == "running"
    return {child}


def draft(live: Installation, case: str) -> list[dict[str, Any]]:
    """The reader's copy of the draft."""
    answer = live.ask(
        "get",
        f"reads/{live.content['cases'][case]['read']}/annotations/",
        live.content["tokens"]["reader"],
    )
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["annotations"]
    return rows


def assert_whole_and_once(live: Installation, case: str) -> None:
    """Every contour in its first version, no place twice."""
    rows = draft(live, case)
    assert {row["structure"] for row in rows} == STRUCTURES
    places = [(row["structure"], row["sop_instance_uid"], row["frame_number"]) for row in rows]
    assert len(places) == len(set(places))
    assert {(row["state"], row["version"]) for row in rows} == {("auto", 1)}
    read = live.content["cases"][case]["read"].replace("-", "")
    ((revisions, annotations),) = live.rows(
        "SELECT count(*), count(DISTINCT annotation_id) FROM annotations_revision WHERE "
        "annotation_id IN (SELECT id FROM annotations_annotation WHERE "
        f"replace(CAST(read_id AS varchar(36)), '-', '') = '{read}')"
    )
    assert revisions == annotations == len(rows)


def test_a_late_attempt_is_refused_and_another_one_does_the_work(live: Installation) -> None:
    """A worker that went silent speaks up after its lease: half a result of it must not count."""
    assert "worker" not in live.processes
    job_id = preannotate(live, "late")
    base = f"worker/jobs/{job_id}"
    leased = live.ask("post", f"{base}/lease/", live.worker_token(), json={"worker": "silent"})
    assert leased.status_code == 200, leased.text
    late = leased.json()
    assert (late["attempt"], late["lease_seconds"]) == (1, 8.0)
    half = live.ask("put", late["artifact_url"] + "labels/", late["token"], data=b'{"frames": [')
    assert half.status_code == 200, half.text
    again = live.ask("post", f"{base}/lease/", live.worker_token(), json={"worker": "greedy"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "not_due")

    live.run("worker")
    assert ended(live, job_id)["attempt"] == 2
    result = {"attempt": 1, "status": "succeeded", "output": {}}
    beat = {"attempt": 1, "progress": 0.5, "message": "still here"}
    for refused in (
        live.ask("post", late["result_url"], late["token"], json=result),
        live.ask("post", late["heartbeat_url"], late["token"], json=beat),
        live.ask("put", late["artifact_url"] + "labels/", late["token"], data=b"{}"),
        live.ask("get", late["inputs"][0]["pixels_url"], late["token"]),
    ):
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "attempt_expired")
    assert_whole_and_once(live, "late")


def test_a_job_whose_message_was_lost_is_found_by_the_sweep(live: Installation) -> None:
    live.run("worker")
    label = live.content["cases"]["lost"]["label"]
    asked = ["preannotate", "--project", live.content["slug"], label]
    by = ["--by", live.content["coordinator"]]
    printed = live.python("manage.py", *asked, *by, env={"CELERY_BROKER_URL": NO_BROKER})
    assert "1 jobs queued" in printed
    ((job_id,),) = live.rows(f"SELECT id FROM jobs_job WHERE title = 'Pre-annotate {label}'")
    assert ended(live, str(UUID(str(job_id))))["attempt"] == 1
    assert_whole_and_once(live, "lost")


def test_cancelling_kills_the_child_and_leaves_nothing(live: Installation) -> None:
    worker = live.run("worker")
    job_id = preannotate(live, "large")
    children = held_while_segmenting(live, worker, job_id)
    answer = live.ask("post", f"jobs/{job_id}/cancel/", live.content["tokens"]["coordinator"])
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    until("the child is gone", lambda: not busy(children))
    assert is_running(worker)
    assert live.job(job_id)["state"] == "cancelled"
    assert draft(live, "large") == []


def test_a_worker_killed_while_segmenting_loses_nothing(live: Installation) -> None:
    worker = live.run("worker")
    job_id = preannotate(live, "large")
    children = held_while_segmenting(live, worker, job_id)
    live.kill("worker")
    for child in children:
        os.kill(child, signal.SIGCONT)
    until("nobody computes for a dead worker", lambda: not busy(children))
    assert live.job(job_id)["state"] == "running"
    assert draft(live, "large") == []
    live.run("worker")
    assert ended(live, job_id)["attempt"] == 2
    assert_whole_and_once(live, "large")
    # after all that was done to this installation
    live.python("manage.py", "check_integrity")
    live.python("manage.py", "verify_audit")
    assert not list((live.folder / "storage" / "drafts").glob("*"))
