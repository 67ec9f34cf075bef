"""An installation of its own: the real start commands, on a fresh data folder."""

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

import requests

ROOT = Path(__file__).resolve().parents[2]
START = str(ROOT / "scripts" / "start.sh")
TEAM = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "STORAGE_URL")
READY_WITHIN_S = 90
SEED = """
from portal.accounts.services.users import create_user, make_token
from portal.projects.models import Membership
from portal.projects.services.projects import create_project
from portal.projects.setup import ProjectOptions
admin = create_user(email="ada@example.org", display_name="Ada", password="a long word 77",
                    is_installation_admin=True)
project = create_project(by=admin, name="Trial", slug="trial", options=ProjectOptions())
Membership.objects.create(project=project, user=admin, role="coordinator")
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

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

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
    data: Path, commands: tuple[str, ...], extra_env: dict[str, str] | None = None
) -> Iterator[Installation]:
    """Migrate, make a project with an admin who coordinates it, start the commands, and stop them."""
    web, dicomweb = free_port(), free_port()
    env = {k: v for k, v in os.environ.items() if k not in TEAM and not k.startswith("ACCORD_")}
    env |= {
        "ACCORD_DATA_DIR": str(data),
        "ACCORD_PORT": str(web),
        "ACCORD_DICOMWEB_PORT": str(dicomweb),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        **(extra_env or {}),
    }
    subprocess.run([START, "migrate"], env=env, check=True, capture_output=True)
    token = _seed(env)
    log = data / "servers.log"
    running: list[subprocess.Popen[bytes]] = []
    with log.open("wb") as out:
        try:
            for name in commands:
                running.append(
                    subprocess.Popen(
                        [START, name], env=env, stdout=out, stderr=out, start_new_session=True
                    )
                )
            for name, port in (("web", web), ("dicomweb", dicomweb)):
                if name in commands:
                    wait_for(f"http://127.0.0.1:{port}/healthz", running[commands.index(name)])
            addresses = (f"http://127.0.0.1:{web}", f"http://127.0.0.1:{dicomweb}")
            yield Installation(*addresses, token=token, data=data, log=log)
        finally:
            _stop(running)


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


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
    for process in running:
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=5)
