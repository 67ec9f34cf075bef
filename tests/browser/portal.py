"""The portal as ``make demo`` serves it, in a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "demo heart beats"
READY_S = 400


@dataclass(frozen=True)
class Portal:
    """A running installation and where it keeps its data."""

    address: str
    data: Path
    settings: str = ""  # those of the tests' own environment

    def shell(self, code: str) -> str:
        """What the code prints, run inside the installation."""
        return self.manage("shell", "-v", "0", "-c", code)

    def manage(self, *arguments: str) -> str:
        """Run a management command on it; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment(self) -> dict[str, str]:
        port = self.address.rsplit(":", 1)[1]
        kept = {k: v for k, v in os.environ.items() if k not in TEAM_VARIABLES}
        return {
            **kept,
            "ACCORD_DATA_DIR": str(self.data),
            "ACCORD_PORT": port,
            "ACCORD_DEMO_PASSWORD": PASSWORD,
            # patients' hashes hang on it, and on them which hearts train and which validate: with
            # a key made anew, each run would train another model
            "ACCORD_PSEUDONYM_KEY": "the same split of patients in each run of the tests",
            **({"DJANGO_SETTINGS_MODULE": self.settings} if self.settings else {}),
        }


TEAM_VARIABLES = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "STORAGE_URL")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data: Path, *arguments: str, settings: str = "", **variables: str) -> Iterator[Portal]:
    """``scripts/demo.py``, which is what ``make demo`` runs once everything is installed; with
    ``--no-seed`` it is empty."""
    portal = Portal(f"http://localhost:{free_port()}", data, settings)
    data.mkdir(parents=True, exist_ok=True)
    log = data / "demo.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "scripts/demo.py", *arguments],
            cwd=ROOT,
            env=portal.environment() | variables,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, log)
        yield portal
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if "Accord is ready" in log.read_text():
            return
        assert process.poll() is None, log.read_text()
        time.sleep(0.3)
    raise AssertionError(f"not ready after {READY_S} s:\n{log.read_text()}")
