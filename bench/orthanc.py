"""The peer: Orthanc with its DICOMweb plug-in, where it is installed."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import free_port, started, wait_for

PLUGINS = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"


@dataclass(frozen=True)
class Orthanc:
    root: str  # of DICOMweb
    version: str


@contextmanager
def orthanc(folder: Path) -> Iterator[Orthanc | None]:
    """None where it isn't installed (Debian: orthanc, orthanc-dicomweb)."""
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin")
    if program is None or not Path(PLUGINS).exists():
        yield None
        return
    port = free_port()
    folder.mkdir()
    configuration = {
        "Name": "BENCH",
        "StorageDirectory": str(folder),
        "IndexDirectory": str(folder),
        "HttpPort": port,
        "HttpThreadsCount": 32,
        "KeepAlive": True,
        "DicomServerEnabled": False,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "StorageCompression": False,
        "Plugins": [PLUGINS],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    path = folder / "orthanc.json"
    path.write_text(json.dumps(configuration))
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    with started([program, str(path)], dict(os.environ), folder / "orthanc.log"):
        wait_for(f"http://127.0.0.1:{port}/system")
        yield Orthanc(f"http://127.0.0.1:{port}/dicom-web", said.stdout.split()[1])
