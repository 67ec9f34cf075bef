"""Pulling from a real archive, by a really running ``run_tasks``."""

import shutil
import signal
import socketserver
import threading
import time
from collections.abc import Iterable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pydicom
import pytest

from tests.factories.imaging import phantom_files
from tests.factories.live import Live, until
from tests.factories.orthanc import GUARDED, PASSWORD, USER, Orthanc, running_orthanc

ARCHIVES = "projects/trial/remote-archives/"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    folder = tmp_path_factory.mktemp("peer") / "orthanc"
    with running_orthanc(folder, **GUARDED) as server:
        server.put(contents_of([*phantom_files(1), *phantom_files(2)]))
        yield server


def contents_of(files: Iterable[Path]) -> Iterator[bytes]:
    return (path.read_bytes() for path in files)


@pytest.fixture
def live(tmp_path: Path, template: Live) -> Iterator[Live]:
    installation = Live(tmp_path / "data", ACCORD_LEASE_S="3")
    try:
        installation.start_as(template)
        installation.start_web()
        yield installation
    finally:
        installation.stop()


def add(live: Live, url: str, **settings: Any) -> str:
    body = {"name": "Hospital", "base_url": url, "auth": "basic", "username": USER}
    body |= {"secret": PASSWORD, **settings}
    return str(live.api("post", ARCHIVES, json=body)["id"])


def search(live: Live, archive_id: str, **query: Any) -> dict[str, Any]:
    found: dict[str, Any] = live.api("post", f"{ARCHIVES}{archive_id}/search/", json=query)
    return found


def pull(live: Live, archive_id: str, uids: list[str]) -> str:
    asked = live.api("post", f"{ARCHIVES}{archive_id}/pull/", json={"study_uids": uids})
    return str(asked["job_id"])


def job(live: Live, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = live.api("get", f"jobs/{job_id}/")
    return found


def over(live: Live, job_id: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        found = job(live, job_id)
        return found if found["state"] not in ("queued", "leased", "running") else None

    found: dict[str, Any] = until("the job is over", ended, 120)
    return found


def study_uid(seed: int) -> str:
    return str(pydicom.dcmread(phantom_files(seed)[0]).StudyInstanceUID)


def uids_of(*seeds: int) -> set[str]:
    files = [path for seed in seeds for path in phantom_files(seed)]
    return {str(pydicom.dcmread(p, stop_before_pixels=True).SOPInstanceUID) for p in files}


def assert_whole_and_once(live: Live, *seeds: int) -> None:
    """Every instance once, equal to what was put into the archive, and one stack of each study. An
    interruption may leave an earlier version of it: what came is sorted when it is quiet."""
    stored = live.stored()
    assert set(stored) == uids_of(*seeds)
    for path in (path for seed in seeds for path in phantom_files(seed)):
        sent = pydicom.dcmread(path)
        assert pydicom.dcmread(stored[str(sent.SOPInstanceUID)]) == sent
    (latest,) = live.rows("SELECT count(*) FROM imaging_stack WHERE is_latest")
    assert latest == (len(seeds),)


def test_a_study_is_found_ticked_and_pulled(live: Live, archive: Orthanc) -> None:
    archive_id = add(live, archive.root)
    live.run("tasks")
    assert live.api("post", f"{ARCHIVES}{archive_id}/test/")["ok"] is True
    found = search(live, archive_id, patient_id="SECRET1")
    (study,) = found["studies"]
    assert (study["patient_id"], study["here"], found["more"]) == ("SECRET1", False, False)
    assert (study["study_uid"], study["n_instances"]) == (study_uid(1), len(phantom_files(1)))
    for query in ({"patient_name": study["patient_name"][:4]}, {"patient_id": "SECR?T*"}):
        several = search(live, archive_id, **query)["studies"]
        assert {row["study_uid"] for row in several} >= {study_uid(1), study_uid(2)}, query
    none = search(live, archive_id, patient_id="SECRET1", date_from="19000101", date_to="19010101")
    assert none["studies"] == []
    done = over(live, pull(live, archive_id, [study["study_uid"]]))
    assert (done["state"], done["error"]) == ("succeeded", None), live.log("tasks")
    assert_whole_and_once(live, 1)
    (row,) = live.imports()
    assert (row["label"], row["state"]) == ("From Hospital", "finished")
    assert search(live, archive_id, patient_id="SECRET1")["studies"][0]["here"] is True
    again = over(live, pull(live, archive_id, [study_uid(1), study_uid(2)]))
    assert again["state"] == "succeeded"
    assert_whole_and_once(live, 1, 2)
    second = live.imports()[1]
    assert (second["stored"], second["duplicate"]) == (len(phantom_files(2)), len(phantom_files(1)))
    assert_nothing_told(live)


def assert_nothing_told(live: Live) -> None:
    """Neither rows of the job nor logs know a patient, a study or a password."""
    secrets = ["SECRET1", study_uid(1), PASSWORD, *list(uids_of(1))[:3]]
    texts = [live.log("web"), live.log("tasks")]
    for table in ("jobs_job", "intake_pull", "intake_pullitem", "intake_remotearchive",
                  "audit_auditevent"):  # fmt: skip
        texts.append(str(live.rows(f"SELECT * FROM {table}")))
    for text in texts:
        for secret in secrets:
            assert secret not in text


def test_what_was_pushed_before_is_known_when_it_is_pulled(
    live: Live, archive: Orthanc, tmp_path: Path
) -> None:
    """The head of the file differs by the way that it came; the object is the same."""
    folder = tmp_path / "pushed"
    folder.mkdir()
    for path in phantom_files(1):
        dataset = pydicom.dcmread(path)
        dataset.file_meta.ImplementationVersionName = "SCANNER"
        dataset.save_as(folder / path.name)
    live.python("manage.py", "import_dicom", str(folder), "--project", "trial")
    archive_id = add(live, archive.root)
    live.run("tasks")
    assert over(live, pull(live, archive_id, [study_uid(1)]))["state"] == "succeeded"
    counts = [(row["stored"], row["duplicate"], row["quarantined"]) for row in live.imports()]
    assert counts == [(len(phantom_files(1)), 0, 0), (0, len(phantom_files(1)), 0)]


def test_wrong_credentials_are_said(live: Live, archive: Orthanc) -> None:
    archive_id = add(live, archive.root, secret="wrong")
    tested = live.api("post", f"{ARCHIVES}{archive_id}/test/")
    assert (tested["ok"], tested["code"]) == (False, "remote_unauthorised")
    answer = live.ask(
        "post",
        f"{ARCHIVES}{archive_id}/search/",
        live.content["token"],
        json={"patient_id": "SECRET1"},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "remote_unauthorised")
    live.run("tasks")
    done = over(live, pull(live, archive_id, [study_uid(1)]))
    assert (done["state"], done["error"]["code"]) == ("failed", "remote_unauthorised")
    until("the import is finished", lambda: live.imports()[0]["state"] == "finished", 30)


def halfway(live: Live, job_id: str) -> None:
    def some() -> bool:
        assert job(live, job_id)["state"] in ("queued", "leased", "running"), live.log("tasks")
        return bool(live.imports()[0]["stored"] >= 5)

    until("some files are stored", some)


class Slow(socketserver.ThreadingTCPServer):
    """Passes everything on to the archive, each file after a pause, so that there is a middle."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, target: str, pause_s: float) -> None:
        import requests

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if "/instances/" in self.path:
                    time.sleep(pause_s)
                headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
                try:
                    answer = requests.get(target + self.path, headers=headers, timeout=30)
                except requests.ConnectionError:
                    self.close_connection = True
                    return
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, *args: Any) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


@pytest.fixture
def slow(archive: Orthanc) -> Iterator[Slow]:
    server = Slow(archive.url, 0.3)
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_pull_goes_on_where_its_process_ended(live: Live, slow: Slow, how: int) -> None:
    archive_id = add(live, f"{slow.url}/dicom-web")
    live.run("tasks")
    job_id = pull(live, archive_id, [study_uid(1)])
    halfway(live, job_id)
    process = live.processes["tasks"]
    process.send_signal(how)
    process.wait(20)
    before = live.imports()[0]["stored"]
    assert 5 <= before < len(phantom_files(1)), "ended in the middle"
    if how == signal.SIGTERM:
        assert (process.returncode, job(live, job_id)["state"]) == (0, "queued")
    live.run("tasks")
    assert over(live, job_id)["state"] == "succeeded", live.log("tasks")
    assert_whole_and_once(live, 1)
    (row,) = live.imports()
    assert (row["stored"], row["duplicate"]) == (len(phantom_files(1)), 0), "nothing pulled twice"


def test_a_cancel_ends_it_and_trying_again_brings_the_rest(live: Live, slow: Slow) -> None:
    archive_id = add(live, f"{slow.url}/dicom-web")
    live.run("tasks")
    job_id = pull(live, archive_id, [study_uid(1)])
    halfway(live, job_id)
    live.api("post", f"jobs/{job_id}/cancel/")
    until("the import is finished", lambda: live.imports()[0]["state"] == "finished", 30)
    first = live.imports()[0]["stored"]
    assert 5 <= first < len(phantom_files(1))
    time.sleep(1)
    assert live.imports()[0]["stored"] == first, "nothing comes after a cancel"
    live.api("post", f"jobs/{job_id}/retry/")
    assert over(live, job_id)["state"] == "succeeded", live.log("tasks")
    assert_whole_and_once(live, 1)
    assert live.imports()[1]["stored"] == len(phantom_files(1)) - first


def test_an_archive_that_dies_in_the_middle(live: Live, tmp_path: Path) -> None:
    peer = Orthanc(tmp_path / "orthanc", **GUARDED)
    try:
        peer.start()
        peer.put(contents_of(phantom_files(1)))
        server = Slow(peer.url, 0.3)
        archive_id = add(live, f"{server.url}/dicom-web")
        live.run("tasks")
        job_id = pull(live, archive_id, [study_uid(1)])
        halfway(live, job_id)
        peer.kill()
        done = over(live, job_id)
        assert (done["state"], done["error"]["code"]) == ("failed", "remote_unreachable")
        until("the import is finished", lambda: live.imports()[0]["state"] == "finished", 30)
        assert live.imports()[0]["quarantined"] == 0
        peer.start()
        live.api("post", f"jobs/{job_id}/retry/")
        assert over(live, job_id)["state"] == "succeeded", live.log("tasks")
        assert_whole_and_once(live, 1)
        server.server_close()
    finally:
        peer.kill()


def test_a_real_study(live: Live, archive: Orthanc, shared_data: Path, tmp_path: Path) -> None:
    shutil.unpack_archive(shared_data / "sunnybrook" / "SCD0000301.zip", tmp_path / "study")
    files = sorted((tmp_path / "study").rglob("*.dcm"))
    archive.put(contents_of(files))
    uids = {str(pydicom.dcmread(p, stop_before_pixels=True).SOPInstanceUID) for p in files}
    head = pydicom.dcmread(files[0], stop_before_pixels=True)
    archive_id = add(live, archive.root)
    live.run("tasks")
    found = search(live, archive_id, patient_id=str(head.PatientID))
    (study,) = found["studies"]
    done = over(live, pull(live, archive_id, [study["study_uid"]]))
    assert done["state"] == "succeeded", live.log("tasks")
    assert set(live.stored()) == uids
    assert live.imports()[0]["stored"] == len(uids)
