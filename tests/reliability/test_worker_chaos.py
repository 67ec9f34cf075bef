"""Whatever befalls workers, broker, portal and database: each job ends once, with one result.

Twelve jobs here; a hundred with ``make test-long``.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.team import administer
from tests.reliability.chaos import WORKERS, Battered, Chaos, ask_for_draft, outcome
from tests.reliability.installation import START, until

SEED = int(os.environ.get("ACCORD_CHAOS_SEED", "20260"))


@pytest.fixture
def live(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Battered]:
    installation = Battered(tmp_path, request.param)
    try:
        yield installation
    finally:
        installation.stop()


def begin(live: Battered) -> None:
    import subprocess

    if live.database:
        administer(f"CREATE DATABASE {live.database}")
    subprocess.run([START, "migrate"], env=live.env, check=True, stdout=subprocess.DEVNULL)
    live.fill()
    live.run("web")
    for name in WORKERS:
        live.run(name)
    until("the web process is ready", live._ready)


@pytest.mark.parametrize(
    ("live", "n_blows"),
    [
        pytest.param(12, 7, id="12 jobs"),
        pytest.param(100, 60, id="100 jobs", marks=pytest.mark.long),
    ],
    indirect=["live"],
)
def test_each_job_ends_once_with_one_result(live: Battered, n_blows: int) -> None:
    began = time.monotonic()
    begin(live)
    prepared_s, began = time.monotonic() - began, time.monotonic()
    # half of the cases one by one while the blows fall, as people ask; then the rest in a batch
    single = [case["id"] for case in live.content["cases"][: live.n // 2]]
    chaos = Chaos(live, SEED)
    for blow in range(n_blows):
        if blow == n_blows // 2:
            printed = live.python(
                "manage.py", "preannotate", "--project", live.content["slug"], "--json"
            )
            asked = json.loads(printed)
            assert asked["queued"] + sum(asked["skipped"].values()) == live.n
        share = -(-len(single) // (n_blows - blow))
        for case_id in [single.pop() for _ in range(share)]:
            ask_for_draft(live, case_id)
        chaos.wait_for_work()
        chaos.strike()
    until("every job is over", lambda: live.active() == 0, patience_s=600 + 5 * live.n)
    took_s = time.monotonic() - began
    chaos.settle()

    found = outcome(live)
    ((n_jobs,),) = live.rows("SELECT count(*) FROM jobs_job")
    assert found["states"] == {"succeeded": n_jobs}, live.log("worker 1")
    assert n_jobs >= live.n, "a case asked for alone and drafted before the batch is asked once"
    ended = [key for key in found["per_job"] if key[0].startswith("job.")]
    assert len(ended) == n_jobs
    assert set(found["per_job"].values()) == {1}, "a job ended, or left a result, more than once"
    assert sum(1 for key in found["per_job"] if key[0] == "draft.stored") == n_jobs
    assert found["drafts"] == (live.n, live.n)
    revisions, annotations = found["contours"]
    assert revisions == annotations > 0
    assert chaos.kinds - set(chaos.dealt) <= {"child killed"}, "every kind of blow fell"
    live.python("manage.py", "check_integrity")
    live.python("manage.py", "verify_audit")
    print(
        json.dumps({"jobs": n_jobs, "attempts": found["attempts"], "blows": dict(chaos.dealt),
                    "prepared_s": round(prepared_s), "took_s": round(took_s)})
    )  # fmt: skip
