"""Orthanc with its DICOMweb plug-in, a DICOM archive of others, on this machine alone."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.factories.installation import free_port
from tests.factories.required import absent

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
USER, PASSWORD = "pacs", "a long word 88"
# settings of an archive that asks for a password, as hospitals' do
GUARDED = {"AuthenticationEnabled": True, "RegisteredUsers": {USER: PASSWORD}}
LONG_S = 120


def orthanc_program() -> str | None:
    """None where it isn't installed (Debian: orthanc, orthanc-dicomweb)."""
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
    return program if PLUGIN.exists() else None


class Orthanc:
    """``url`` is its own REST interface, ``root`` its DICOMweb. Metadata is whole, as a viewer
    wants it. ``kill`` and ``start`` keep its content."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        program = orthanc_program()
        if program is None:
            absent("Orthanc is not installed (Debian: orthanc, orthanc-dicomweb)")
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._session = requests.Session()
        self._session.auth = (USER, PASSWORD)  # who asks for none doesn't look at it
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.root = f"{self.url}/dicom-web"
        self.log = folder / "orthanc.log"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "orthanc.json").write_text(json.dumps(self._configuration(settings)))

    def _configuration(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {
            "Name": "PEER",
            "StorageDirectory": str(self._folder),
            "IndexDirectory": str(self._folder),
            "HttpPort": self.port,
            "HttpThreadsCount": 32,
            "KeepAlive": True,
            "DicomServerEnabled": False,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "StorageCompression": False,
            "Plugins": [str(PLUGIN)],
            **settings,
            "DicomWeb": {
                "Enable": True,
                "Root": "/dicom-web/",
                "StudiesMetadata": "Full",
                "SeriesMetadata": "Full",
                **settings.get("DicomWeb", {}),
            },
        }

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def version(self) -> str:
        asked = [self._program, "--version"]
        said = subprocess.run(asked, capture_output=True, text=True, check=True)
        return said.stdout.split()[1]

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, str(self._folder / "orthanc.json")], stdout=log, stderr=log,
                env=dict(os.environ), start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.log.read_text()[-2000:]
            try:
                if self._session.get(f"{self.url}/system", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise TimeoutError("Orthanc did not answer")

    def stop(self) -> None:
        """As its users do."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def tell(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Its own interface's answer, good or bad."""
        return self._session.request(method, f"{self.url}{path}", json=body, timeout=LONG_S)

    def ask(self, path: str, body: Any = None) -> Any:
        """Of its own interface, as JSON."""
        answer = self.tell("GET" if body is None else "POST", path, body)
        assert answer.ok, (
            f"{path}: {answer.status_code} {answer.text[:300]}\n{self.log.read_text()[-900:]}"
        )
        return answer.json()

    def put(self, contents: Iterable[bytes]) -> str:
        """Orthanc's name of the study, after its files were put in."""
        name = ""
        for data in contents:
            answer = self._session.post(f"{self.url}/instances", data=data, timeout=LONG_S)
            assert answer.ok, answer.text
            name = str(answer.json()["ParentStudy"])
        return name

    def find(self, level: str, **query: str) -> list[str]:
        """Its own names of what matches."""
        found: list[str] = self.ask("/tools/find", {"Level": level, "Query": query})
        return found

    def held(self, study: str) -> list[bytes]:
        """The files of a study as it holds them; none where it doesn't know the study."""
        return [
            self._session.get(f"{self.url}/instances/{name}/file", timeout=LONG_S).content
            for name in self.find("Instance", StudyInstanceUID=study)
        ]

    def forget(self, study: str) -> None:
        for name in self.find("Study", StudyInstanceUID=study):
            self._session.delete(f"{self.url}/studies/{name}", timeout=LONG_S)


@contextmanager
def running_orthanc(folder: Path, **settings: Any) -> Iterator[Orthanc]:
    """With the settings given beside its own."""
    server = Orthanc(folder, **settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()
