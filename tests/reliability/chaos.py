"""What befalls an installation at work: killed processes, a lost broker, cut database connections.

The order of blows comes from a seed; when exactly each one falls, the machine decides.
"""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from tests.factories.team import administer
from tests.reliability.installation import Installation, children_of, until
from tests.reliability.wire import Wire

LEASE_S = 5.0
WORKERS = ("worker 1", "worker 2")
ACTIVE = ("queued", "leased", "running")
QUEUES = ("cpu", "gpu", "io")


class Battered(Installation):
    """An installation whose broker can be cut off, with patience for many tries."""

    def __init__(self, folder: Path, n: int) -> None:
        super().__init__(folder)
        self.n = n
        self.wire: Wire | None = None
        if self.database:
            self.database += f"_chaos_{n}"
            self.env["DATABASE_URL"] = self.env["DATABASE_URL"].rsplit("/", 1)[0]
            self.env["DATABASE_URL"] += f"/{self.database}"
            redis = urlsplit(os.environ["REDIS_URL"])
            self.wire = Wire(redis.hostname or "localhost", redis.port or 6379)
            self.env["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{self.wire.port}{redis.path}"
        self.env |= {
            "ACCORD_LEASE_S": str(LEASE_S),
            "ACCORD_JOB_ATTEMPTS": "30",
            "ACCORD_RETRY_S": "0.3",
        }

    def fill(self) -> None:
        printed = self.python("-m", "tests.reliability.chaos_prepare", str(self.n))
        self.content = json.loads(printed)

    def stop(self) -> None:
        super().stop()
        if self.wire:
            self.wire.close()

    def states(self) -> Counter[str]:
        return Counter(state for (state,) in self.rows("SELECT state FROM jobs_job"))

    def active(self) -> int:
        states = self.states()
        return sum(states[state] for state in ACTIVE)


class Chaos:
    """Blows in an order that the seed decides; each kind comes before any comes twice."""

    def __init__(self, live: Battered, seed: int) -> None:
        self.live = live
        self.dice = random.Random(seed)
        self.dealt: Counter[str] = Counter()
        self._blows = {
            "worker killed": self.kill_worker,
            "child killed": self.kill_child,
            "worker stalled": self.stall_worker,
            "messages lost": self.lose_messages,
            "portal killed": self.kill_portal,
        }
        if live.database:
            self._blows["connections cut"] = self.cut_connections
            self._blows["broker cut"] = self.cut_broker
        self._order: list[str] = []
        self._stalled: list[threading.Timer] = []

    @property
    def kinds(self) -> set[str]:
        return set(self._blows)

    def wait_for_work(self, patience_s: float = 3.0) -> None:
        """Until somebody holds a job, so that the blow hits; not for ever, where all are done."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            states = self.live.states()
            if states["leased"] + states["running"]:
                break
            time.sleep(0.02)
        time.sleep(self.dice.uniform(0.0, 0.3))

    def strike(self) -> None:
        if not self._order:
            self._order = list(self._blows)
            self.dice.shuffle(self._order)
        name = self._order.pop()
        if self._blows[name]():
            self.dealt[name] += 1

    def kill_worker(self) -> bool:
        """With KILL, in the middle of whatever it does; the supervisor starts another."""
        name = self.dice.choice(WORKERS)
        self.live.kill(name)
        self.live.run(name)
        return True

    def stall_worker(self) -> bool:
        """Longer than a lease: what it says when it wakes is about work that another has by then."""
        group = self.live.processes[self.dice.choice(WORKERS)].pid
        os.killpg(group, signal.SIGSTOP)
        timer = threading.Timer(LEASE_S + 1.5, self._wake, [group])
        timer.start()
        self._stalled.append(timer)
        return True

    def _wake(self, group: int) -> None:
        try:
            os.killpg(group, signal.SIGCONT)
        except ProcessLookupError:
            pass  # killed while it slept

    def settle(self) -> None:
        """Until nobody is stalled any more and has said what it still had to say."""
        for timer in self._stalled:
            timer.join()
        time.sleep(2.0)

    def kill_child(self) -> bool:
        """The process that computes, as the kernel does when memory runs out."""
        deadline = time.monotonic() + 10.0
        while not (found := self._children()):
            if time.monotonic() > deadline:
                return False  # nothing left to compute
            time.sleep(0.05)
        try:
            os.kill(self.dice.choice(sorted(found)), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def _children(self) -> set[int]:
        return {c for name in WORKERS for c in children_of(self.live.processes[name].pid)}

    def lose_messages(self) -> bool:
        """All that the broker holds at this moment."""
        if self.live.database:
            import redis

            broker = redis.Redis.from_url(os.environ["REDIS_URL"])
            broker.delete(*QUEUES, "unacked", "unacked_index", "unacked_mutex")
        for path in (self.live.folder / "broker" / "messages").glob("*"):
            path.unlink(missing_ok=True)
        return True

    def cut_broker(self) -> bool:
        assert self.live.wire is not None
        self.live.wire.cut()
        time.sleep(self.dice.uniform(0.3, 1.5))
        self.live.wire.mend()
        return True

    def cut_connections(self) -> bool:
        """Every connection to the database, in the middle of whatever it does."""
        administer(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{self.live.database}' AND pid <> pg_backend_pid()"
        )
        return True

    def kill_portal(self) -> bool:
        self.live.kill("web")
        self.live.run("web")
        until("the portal is back", self.live._ready)
        return True


def ask_for_draft(live: Battered, case_id: str) -> None:
    """As a browser does that is told to try again: asking twice asks for one thing."""

    def asked() -> bool:
        try:
            answer = live.ask(
                "post",
                f"projects/{live.content['slug']}/preannotate/",
                live.content["tokens"]["coordinator"],
                json={"case_ids": [case_id]},
            )
        except requests.RequestException:
            return False
        assert answer.status_code in (201, 500, 503), answer.text
        return answer.status_code == 201

    until("the portal takes the question", asked)


def outcome(live: Battered) -> dict[str, Any]:
    """Counted in the rows themselves."""
    per_job: Counter[tuple[str, str]] = Counter()
    for action, target, details in live.rows(
        "SELECT action, target_id, details FROM audit_auditevent"
    ):
        found = json.loads(details) if isinstance(details, str) else details
        if action == "draft.stored":
            per_job[("draft.stored", found["job"])] += 1
        elif action in ("job.succeeded", "job.failed", "job.dead", "job.cancelled"):
            per_job[(action, target)] += 1
    ((attempts,),) = live.rows("SELECT sum(attempt) FROM jobs_job")
    ((drafts, drafted),) = live.rows(
        "SELECT count(*), count(DISTINCT case_id) FROM reads_read WHERE purpose = 'draft'"
    )
    ((revisions, annotations),) = live.rows(
        "SELECT count(*), count(DISTINCT annotation_id) FROM annotations_revision"
    )
    return {
        "states": dict(live.states()),
        "per_job": per_job,
        "attempts": int(attempts),
        "drafts": (int(drafts), int(drafted)),
        "contours": (int(revisions), int(annotations)),
    }
