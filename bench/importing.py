"""Files per second on the way in: the browser's upload, and STOW-RS beside the peer's."""

import time
from typing import Any

import requests

from bench.orthanc import Orthanc
from bench.processes import SLUG, Portal

BATCH = 10  # files of one STOW request


def upload(portal: Portal, files: list[bytes]) -> dict[str, Any]:
    """As the browser does it: one request per file, then the stacks are assembled."""
    http = requests.Session()
    http.headers.update(portal.headers)
    root = f"{portal.web}/api/v1/projects/{SLUG}/imports/"
    batch = http.post(root, json={}, timeout=60).json()["id"]
    began = time.perf_counter()
    for sequence, data in enumerate(files):
        answer = http.post(f"{root}{batch}/files/?sequence={sequence}", data=data, timeout=60)
        assert answer.json()["outcome"] == "stored", answer.text
    received = time.perf_counter() - began
    assert http.post(f"{root}{batch}/finish/", timeout=300).ok
    return {
        "files": len(files),
        "files_per_s": round(len(files) / received, 1),
        "assembling_s": round(time.perf_counter() - began - received, 2),
    }


def store(root: str, headers: dict[str, str], files: list[bytes]) -> dict[str, Any]:
    """STOW-RS in requests of ten files over one connection."""
    http = requests.Session()
    http.headers.update(
        {
            **headers,
            "Content-Type": 'multipart/related; type="application/dicom"; boundary=bench',
            "Accept": "application/dicom+json",
        }
    )
    began = time.perf_counter()
    for start in range(0, len(files), BATCH):
        body = b"".join(
            b"--bench\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n"
            for data in files[start : start + BATCH]
        )
        answer = http.post(f"{root}/studies", data=body + b"--bench--\r\n", timeout=300)
        assert answer.status_code == 200, answer.text[:300]
    wall = time.perf_counter() - began
    return {"files": len(files), "files_per_s": round(len(files) / wall, 1)}


def measure(
    portal: Portal, peer: Orthanc | None, study: list[bytes], singles: list[bytes]
) -> dict[str, Any]:
    """The study comes in as an upload, the single-frame studies by STOW-RS."""
    found: dict[str, Any] = {"upload": upload(portal, study)}
    found["stow"] = store(f"{portal.dicomweb}/dicomweb/{SLUG}", portal.headers, singles)
    if peer is not None:
        store(peer.root, {}, study)
        found["stow_orthanc"] = store(peer.root, {}, singles)
        found["stow_ratio"] = round(
            found["stow"]["files_per_s"] / found["stow_orthanc"]["files_per_s"], 2
        )
    return found
