"""A whole installation of its own: the web process and a worker, started as users start them."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
import requests

from tests.factories.installation import ROOT, START, free_port
from tests.factories.migrated import lay_tables
from tests.factories.team import administer as _administer
from tests.factories.team import server as _server
from tests.factories.team import team_mode

LEASE_S = 8.0
NO_BROKER = "redis://127.0.0.1:1/0"
PATIENCE_S = 300.0


def until(what: str, condition: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """What the condition answers once it is true; an assertion when it never is."""
    deadline = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {patience_s:.0f} s in vain: {what}"
        time.sleep(0.05)
    return found


def is_running(pid: int) -> bool:
    """A process that still does something: one that only waits to be buried doesn't."""
    asked = ["ps", "-o", "stat=", "-p", str(pid)]
    state = subprocess.run(asked, capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.strip().startswith("Z")


def children_of(pid: int) -> set[int]:
    """Processes that compute for the worker, alive; not the interpreter's own helper."""
    asked = ["pgrep", "-P", str(pid), "-f", "spawn_main"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    return busy(int(line) for line in found.stdout.split())


def busy(pids: Iterable[int]) -> set[int]:
    return {pid for pid in pids if is_running(pid)}


class Installation:
    """Embedded by default; on PostgreSQL and Redis where the tests run in team mode."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = f"accord_live_{os.getpid()}" if team_mode() else None
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.env = self._environment()
        self.content: dict[str, Any] = {}

    def _environment(self) -> dict[str, str]:
        outer = ("ACCORD_", "DATABASE_URL", "REDIS_URL", "CELERY_", "STORAGE_URL", "DJANGO_")
        env = {k: v for k, v in os.environ.items() if not k.startswith(outer)}
        env |= {
            "ACCORD_DATA_DIR": str(self.folder),
            "ACCORD_PORT": str(self.port),
            "ACCORD_LEASE_S": str(LEASE_S),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            "OMP_NUM_THREADS": "1",
        }
        if self.database:
            env["DATABASE_URL"] = _server() + "/" + self.database
            env["REDIS_URL"] = env["CELERY_BROKER_URL"] = os.environ["REDIS_URL"]
        return env

    def start(self) -> None:
        lay_tables(self.folder, self.database)
        self.content = json.loads(self.python("-m", "tests.reliability.prepare"))
        self.run("web")
        until("the web process is ready", self._ready)

    def _ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.RequestException:  # the first answer imports everything
            assert self.processes["web"].poll() is None, self.log("web")
            return False

    def python(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        """What a command prints; it must succeed."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self.env, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, name: str) -> int:
        """Start ``web`` or ``worker`` (or ``worker 2``) unless it runs; answers its process id."""
        known = self.processes.get(name)
        if known is None or known.poll() is not None:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [START, name.split()[0]],
                    env=self.env,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        return self.processes[name].pid

    def kill(self, name: str) -> None:
        """As the kernel does when memory runs out: that process alone, without a word."""
        self.processes[name].kill()
        self.processes[name].wait()

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()[-4000:]

    def stop(self) -> None:
        for process in self.processes.values():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        if self.database:
            _administer(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Straight from the database, past every service."""
        if self.database:
            with psycopg.connect(_server() + "/" + self.database) as connection:
                return connection.execute(sql).fetchall()  # type: ignore[call-overload,no-any-return]
        with sqlite3.connect(self.folder / "accord.sqlite3", timeout=20) as connection:
            return connection.execute(sql).fetchall()

    def ask(self, method: str, path: str, token: str, **options: Any) -> requests.Response:
        url = path if path.startswith("http") else f"{self.url}/api/v1/{path}"
        headers = {"Authorization": f"Bearer {token}", **options.pop("headers", {})}
        return requests.request(method, url, headers=headers, timeout=30, **options)

    def job(self, job_id: str) -> dict[str, Any]:
        answer = self.ask("get", f"jobs/{job_id}/", self.content["tokens"]["coordinator"])
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def worker_token(self) -> str:
        return (self.folder / "keys" / "worker_token").read_text().strip()
