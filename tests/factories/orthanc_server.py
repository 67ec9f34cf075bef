"""Orthanc, a DICOM server of others, with its DICOMweb plugin, on this machine alone."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.factories.installation import free_port, started, wait_for

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


@dataclass(frozen=True)
class Orthanc:
    """``url`` is its own REST interface, ``root`` its DICOMweb."""

    url: str
    version: str
    log: Path
    pid: int

    @property
    def root(self) -> str:
        return f"{self.url}/dicom-web"


def orthanc_program() -> str | None:
    """None where it isn't installed (Debian: orthanc, orthanc-dicomweb)."""
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
    return program if PLUGIN.exists() else None


@contextmanager
def running_orthanc(folder: Path, **settings: Any) -> Iterator[Orthanc]:
    """With metadata whole, as a viewer wants it, 32 threads, and the settings given."""
    program = orthanc_program()
    assert program is not None
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    configuration = {
        "Name": "PEER",
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "HttpPort": port,
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
    path, log = folder / "orthanc.json", folder / "orthanc.log"
    path.write_text(json.dumps(configuration))
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    version = said.stdout.split()[1]
    with started([program, str(path)], dict(os.environ), log) as process:
        wait_for(f"http://127.0.0.1:{port}/system", process)
        yield Orthanc(f"http://127.0.0.1:{port}", version, log, process.pid)
