"""Serve Accord on embedded defaults: web, a worker and the portal's own tasks, all watched.

    python scripts/demo.py [--no-seed]

With ACCORD_SCP_PORT set it receives by DIMSE too; with ACCORD_MODEL_SERVICE_URL set it asks that
service for contours of single frames and starts none. A lock file keeps a second start from sharing
the data folder. TERM or Ctrl-C stops everything.
"""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("ACCORD_DATA_DIR", ROOT / ".accord-data")).resolve()
PORT = int(os.environ.get("ACCORD_PORT", "8000"))
ADDRESS = f"http://localhost:{PORT}"
START = str(ROOT / "scripts" / "start.sh")


def say(text: str) -> None:
    print(text, flush=True)


def take_lock() -> TextIO:
    """Hold the data folder's lock for as long as this process lives."""
    DATA.mkdir(parents=True, exist_ok=True)
    handle = (DATA / "serve.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        sys.exit(
            f"Accord already serves {DATA} (process {handle.read().strip() or 'unknown'}). "
            "Stop it, or set ACCORD_DATA_DIR and ACCORD_PORT for a second installation."
        )
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def free_port() -> None:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            sys.exit(f"Port {PORT} is in use. Choose another: ACCORD_PORT=8010 make demo")


def manage(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"manage.py {arguments[0]} failed; the message above says why.")


class Supervisor:
    """Starts the processes, starts one again when it dies, stops all on TERM."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False
        self.deaths: list[float] = []

    def start(self, name: str) -> None:
        log = (DATA / f"{name}.log").open("ab")
        self.running[name] = subprocess.Popen(
            [START, name], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        self.stopping = True

    def watch(self) -> int:
        while not self.stopping:
            time.sleep(0.5)
            for name, process in self.running.items():
                if process.poll() is not None and not self.stopping:
                    self.deaths = [t for t in self.deaths if time.monotonic() - t < 60]
                    self.deaths.append(time.monotonic())
                    if len(self.deaths) > 5:
                        say(f"{name} keeps stopping; see {DATA / (name + '.log')}")
                        self.end()
                        return 1
                    say(f"{name} stopped ({process.returncode}); starting it again")
                    self.start(name)
        self.end()
        return 0

    def end(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(timeout=8)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def wait_until_ready(supervisor: Supervisor) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and not supervisor.stopping:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    if not supervisor.stopping:
        supervisor.end()
        sys.exit(f"The web process did not answer; see {DATA / 'web.log'}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-seed", action="store_true", help="serve without demo content")
    arguments = parser.parse_args()
    _lock = take_lock()
    free_port()
    os.environ["ACCORD_DATA_DIR"] = str(DATA)
    os.environ["ACCORD_PORT"] = str(PORT)
    supervisor = Supervisor()
    signal.signal(signal.SIGTERM, supervisor.stop)
    signal.signal(signal.SIGINT, supervisor.stop)
    say("[demo] database")
    manage("migrate", "--noinput", "--verbosity", "0")
    if not arguments.no_seed:
        manage("seed_demo")
    names = ["web", "worker", "tasks"]
    if os.environ.get("ACCORD_SCP_PORT"):
        names.append("scp")
    if "ACCORD_MODEL_SERVICE_URL" not in os.environ:
        names.append("model-service")
    say(f"[demo] starting {', '.join(names)}")
    for name in names:
        supervisor.start(name)
    wait_until_ready(supervisor)
    say(f"\nAccord is ready: {ADDRESS}")
    if not arguments.no_seed:
        manage("seed_demo", "--accounts")
    say("\nCtrl-C stops it. Logs and data: " + str(DATA))
    return supervisor.watch()


if __name__ == "__main__":
    sys.exit(main())
