"""Servers of this run: started on free ports over a fresh folder, and stopped after it."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[1]
START = str(ROOT / "scripts" / "start.sh")
SLUG = "bench"
EMAIL, PASSWORD = "bench@example.org", "a long word 77"
SEED = f"""
from portal.accounts.services.users import create_user, make_token
from portal.projects.models import Membership
from portal.projects.services.projects import create_project
from portal.projects.setup import ProjectOptions
admin = create_user(email="{EMAIL}", display_name="Bench", password="{PASSWORD}",
                    is_installation_admin=True)
project = create_project(by=admin, name="Bench", slug="{SLUG}", options=ProjectOptions())
for role in ("coordinator", "reader"):
    Membership.objects.create(project=project, user=admin, role=role)
print("TOKEN", make_token(by=admin, name="bench")[1])
"""


@dataclass(frozen=True)
class Portal:
    """``web`` is uvicorn (ASGI), ``dicomweb`` granian (WSGI), of one installation."""

    web: str
    dicomweb: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=3).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise TimeoutError(f"{url} did not answer")


@contextmanager
def started(command: list[str], env: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, env=env, stdout=out, stderr=out, cwd=ROOT, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def portal(data: Path) -> Iterator[Portal]:
    """Embedded mode with both kinds of server and one worker."""
    ports = [free_port(), free_port()]
    env = {
        **os.environ,
        "ACCORD_DATA_DIR": str(data),
        "ACCORD_PORT": str(ports[0]),
        "ACCORD_DICOMWEB_PORT": str(ports[1]),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    subprocess.run([START, "migrate"], env=env, check=True, capture_output=True)
    python = str(ROOT / ".venv" / "bin" / "python")
    seeded = subprocess.run(
        [python, "manage.py", "shell", "-v", "0", "-c", SEED],
        cwd=ROOT,
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )
    token = next(line.split()[1] for line in seeded.stdout.splitlines() if "TOKEN" in line)
    log = data / "servers.log"
    with (
        started([START, "web"], env, log),
        started([START, "dicomweb"], env, log),
        started([START, "worker"], env, log),
    ):
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            wait_for(f"{address}/healthz")
        yield Portal(*addresses, token=token)
