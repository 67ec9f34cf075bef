"""kill -9 in the middle of an import: after a restart it ends, nothing is lost, doubled or broken."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import requests

from tests.factories.many import many_files
from tests.reliability.installation import ROOT, Installation, until

LONG = bool(os.environ.get("ACCORD_LONG"))
N_FILES, KILLS = (1000, 20) if LONG else (100, 3)
pytestmark = [pytest.mark.long] if LONG else []


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("killed"))
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


class Killer(threading.Thread):
    """Kills the web process at random moments while the import runs, and starts it again."""

    def __init__(self, live: Installation, seed: int) -> None:
        super().__init__(daemon=True)
        self.live, self.random, self.kills, self.over = live, random.Random(seed), 0, False

    def run(self) -> None:
        while self.kills < KILLS and not self.over:
            time.sleep(self.random.uniform(0.1, 1.0))
            if self.over:
                return
            self.live.kill("web")
            self.kills += 1
            self.live.run("web")
            until("the web process is back", self._ready)

    def _ready(self) -> bool:
        try:
            return requests.get(f"{self.live.url}/readyz", timeout=5).ok
        except requests.RequestException:
            return False


def patiently(ask: Callable[[], requests.Response]) -> requests.Response:
    """As a sender does: the same again until there is an answer."""
    deadline = time.monotonic() + 300
    while True:
        try:
            answer = ask()
            if answer.status_code < 500:
                return answer
        except requests.RequestException:
            pass
        assert time.monotonic() < deadline, "no answer for five minutes"
        time.sleep(0.05)


def under_fire(live: Installation, seed: int, send: Callable[[], None]) -> None:
    killer = Killer(live, seed)
    killer.start()
    send()
    while killer.kills < 1:
        time.sleep(0.05)  # a fast machine: at least one kill happened
    killer.over = True
    killer.join(timeout=120)
    until("the web process answers", killer._ready)


def by_upload(live: Installation, files: list[bytes]) -> None:
    token, slug = live.content["tokens"]["coordinator"], live.content["slug"]
    made = patiently(lambda: live.ask("post", f"projects/{slug}/imports/", token, json={}))
    root = f"projects/{slug}/imports/{made.json()['id']}/"

    def one(k: int) -> None:
        answer = patiently(
            lambda: live.ask("post", f"{root}files/?sequence={k}", token, data=files[k])
        )
        assert answer.json()["outcome"] in ("stored", "duplicate"), answer.text

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(one, range(len(files))))
    assert patiently(lambda: live.ask("post", f"{root}finish/", token)).ok


def by_stow(live: Installation, files: list[bytes]) -> None:
    token, slug = live.content["tokens"]["coordinator"], live.content["slug"]
    url = f"{live.url}/dicomweb/{slug}/studies"
    headers = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=xx'}
    head = b"--xx\r\nContent-Type: application/dicom\r\n\r\n"
    for start in range(0, len(files), 10):
        body = b"".join(head + data + b"\r\n" for data in files[start : start + 10]) + b"--xx--"
        answer = patiently(partial(live.ask, "post", url, token, data=body, headers=headers))
        assert answer.status_code == 200, answer.text


def by_command(live: Installation, files: list[bytes], folder: Path) -> None:
    """The command itself is killed: running it again goes on."""
    for k, data in enumerate(files):
        (folder / f"{k:05d}").write_bytes(data)
    command = [sys.executable, "manage.py", "import_dicom", str(folder), "--json"]
    command += ["--project", live.content["slug"]]
    chance = random.Random(7)
    for _ in range(KILLS):
        process = subprocess.Popen(command, cwd=ROOT, env=live.env, stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.8, 2.5))
        process.kill()
        process.wait()
    found = json.loads(live.python(*command[1:]))
    assert found["stored"] + found["duplicate"] == len(files), found
    assert found["quarantined"] == 0


def assert_whole(live: Installation, files: list[bytes], seed: int) -> None:
    from pydicom import dcmread
    from pydicom.filebase import DicomBytesIO

    study = dcmread(DicomBytesIO(files[0])).StudyInstanceUID
    counted = (
        "SELECT count(*), count(DISTINCT i.sop_instance_uid) FROM imaging_instance i "
        "JOIN imaging_series s ON s.id = i.series_id JOIN imaging_study t ON t.id = s.study_id "
        f"WHERE t.study_uid = '{study}'"
    )
    assert live.rows(counted) == [(len(files), len(files))]
    found = json.loads(live.python("manage.py", "check_integrity", "--json", "--grace", "0"))
    assert found["findings"] == [], found


def test_uploads_go_on_after_the_web_process_was_killed(live: Installation) -> None:
    files = many_files(N_FILES, seed=1)
    under_fire(live, 1, lambda: by_upload(live, files))
    assert_whole(live, files, 1)


def test_stow_goes_on_after_the_web_process_was_killed(live: Installation) -> None:
    files = many_files(N_FILES, seed=2)
    under_fire(live, 2, lambda: by_stow(live, files))
    assert_whole(live, files, 2)


def test_a_killed_command_goes_on_when_run_again(live: Installation, tmp_path: Path) -> None:
    files = many_files(N_FILES, seed=3)
    by_command(live, files, tmp_path)
    assert_whole(live, files, 3)
