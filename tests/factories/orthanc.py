"""Orthanc with its DICOMweb plug-in: an archive that Accord didn't write."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import requests

from tests.factories.installation import free_port

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
PROGRAM = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
MISSING = (
    ""
    if (PROGRAM and PLUGIN.exists()) or os.environ.get("ACCORD_REQUIRE") == "all"
    else "Orthanc with DICOMweb is not installed"
)
USER, PASSWORD = "pacs", "a long word 88"


class Orthanc:
    """Asks for a password, as archives do. ``kill`` and ``start`` keep its content."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.root = f"http://127.0.0.1:{self._port}"
        self.dicomweb = f"{self.root}/dicom-web"
        folder.mkdir(parents=True)
        configuration = {
            "Name": "ARCHIVE",
            "StorageDirectory": str(folder),
            "IndexDirectory": str(folder),
            "HttpPort": self._port,
            "DicomServerEnabled": False,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": True,
            "RegisteredUsers": {USER: PASSWORD},
            "Plugins": [str(PLUGIN)],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
        }
        (folder / "orthanc.json").write_text(json.dumps(configuration))

    def start(self) -> None:
        assert PROGRAM is not None, "ACCORD_REQUIRE=all, but Orthanc is not installed"
        with (self._folder / "orthanc.log").open("ab") as log:
            self._process = subprocess.Popen(
                [PROGRAM, str(self._folder / "orthanc.json")], stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self._process.poll() is None, (self._folder / "orthanc.log").read_text()[-2000:]
            try:
                if requests.get(f"{self.root}/system", auth=(USER, PASSWORD), timeout=5).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise TimeoutError("Orthanc did not answer")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def put(self, files: Iterable[Path]) -> None:
        with requests.Session() as session:
            session.auth = (USER, PASSWORD)
            for path in files:
                answer = session.post(f"{self.root}/instances", data=path.read_bytes(), timeout=30)
                answer.raise_for_status()
