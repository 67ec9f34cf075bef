"""An installation of its own: the real start commands, on a fresh data folder; on a database and
with Redis of its own where that is asked for."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import requests

from tests.factories.migrated import ROOT, START, lay_tables
from tests.factories.team import empty_database, scratch_database

TEAM = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "STORAGE_URL")
READY_WITHIN_S = 90
EMAIL, PASSWORD = "ada@example.org", "a long word 77"
SLUG = "trial"
SEED = f"""
from portal.accounts.services.tokens import make_token
from portal.accounts.services.users import create_user
from portal.projects.models import Membership
from portal.projects.services.projects import create_project
from portal.projects.setup import ProjectOptions
admin = create_user(email="{EMAIL}", display_name="Ada", password="{PASSWORD}",
                    is_installation_admin=True)
project = create_project(by=admin, name="Trial", slug="{SLUG}", options=ProjectOptions())
for role in ("coordinator", "reader"):
    Membership.objects.create(project=project, user=admin, role=role)
print("TOKEN", make_token(by=admin, name="test")[1])
"""


@dataclass
class Installation:
    """Processes of one data folder, started as a container would."""

    web: str
    dicomweb: str
    token: str
    data: Path
    log: Path
    env: dict[str, str]  # of its processes
    pids: dict[str, int]

    @property
    def root(self) -> str:
        """The DICOMweb root of its project, on the server made for it."""
        return f"{self.dicomweb}/dicomweb/{SLUG}"

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def shell(self, code: str) -> str:
        """The last line that the code prints, run inside the installation; empty where it prints
        nothing."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", code],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip().rpartition("\n")[2]

    def assemble(self) -> None:
        """Make the stacks of what was stored a moment ago, which else wait for quiet."""
        self.shell(
            "from portal.imaging.services.assembling import assemble_due\nwhile assemble_due(0): pass"
        )

    def drafts(self) -> list[Path]:
        folder = self.data / "storage" / "drafts"
        return list(folder.iterdir()) if folder.is_dir() else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, "the command stopped"
        try:
            if requests.get(url, timeout=2).status_code == 200:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise TimeoutError(f"{url} did not answer")


@contextmanager
def running_installation(
    data: Path,
    commands: tuple[str, ...],
    extra_env: dict[str, str] | None = None,
    *,
    team: bool = False,
    copied: bool = False,
) -> Iterator[Installation]:
    """Migrate, make a project with an admin who coordinates it, start the commands, and stop them.

    Embedded, whatever the tests themselves run on; ``team`` puts it on a new PostgreSQL database
    and on the Redis of ``REDIS_URL``. ``copied``: the tables are those of another's migration.
    """
    with ExitStack() as opened:
        ports = {"web": free_port(), "dicomweb": free_port()}
        env = {k: v for k, v in os.environ.items() if k not in TEAM and not k.startswith("ACCORD_")}
        env |= {
            "ACCORD_DATA_DIR": str(data),
            "ACCORD_PORT": str(ports["web"]),
            "ACCORD_DICOMWEB_PORT": str(ports["dicomweb"]),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        if team:
            create = partial(lay_tables, data) if copied else empty_database
            env["DATABASE_URL"] = opened.enter_context(scratch_database(create))
            env["REDIS_URL"] = env["CELERY_BROKER_URL"] = os.environ["REDIS_URL"]
        env |= extra_env or {}
        if copied and not team:
            lay_tables(data, None)
        elif not copied:
            subprocess.run([START, "migrate"], env=env, check=True, capture_output=True)
        token = _seed(env)
        log = data / "servers.log"
        running = {
            name: opened.enter_context(started([START, name], env, log)) for name in commands
        }
        for name, port in ports.items():
            if name in commands:
                wait_for(f"http://127.0.0.1:{port}/healthz", running[name])
        yield Installation(
            web=f"http://127.0.0.1:{ports['web']}",
            dicomweb=f"http://127.0.0.1:{ports['dicomweb']}",
            token=token,
            data=data,
            log=log,
            env=env,
            pids={name: process.pid for name, process in running.items()},
        )


@contextmanager
def started(
    command: list[str], env: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process and its children, stopped with TERM, and with KILL when that doesn't help."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, env=env, stdout=out, stderr=out, cwd=ROOT, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=5)


def _seed(env: dict[str, str]) -> str:
    """A token of the admin."""
    seeded = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", SEED],
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    return next(line.split()[1] for line in seeded.stdout.splitlines() if "TOKEN" in line)
