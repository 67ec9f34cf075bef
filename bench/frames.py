"""WADO-RS frames per second with 1 and 16 connections, on both of our servers and on the peer."""

from io import BytesIO
from typing import Any

from pydicom import dcmread

from bench.load import measure as under_load
from bench.orthanc import Orthanc
from bench.processes import SLUG, Portal

SECONDS = 6.0
ACCEPT = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'


def frame_urls(root: str, files: list[bytes]) -> list[str]:
    found = []
    for data in files:
        d = dcmread(BytesIO(data), stop_before_pixels=True)
        found.append(
            f"{root}/studies/{d.StudyInstanceUID}/series/{d.SeriesInstanceUID}"
            f"/instances/{d.SOPInstanceUID}/frames/1"
        )
    return found


def measure(portal: Portal, peer: Orthanc | None, study: list[bytes]) -> dict[str, Any]:
    servers = {
        "uvicorn": (f"{portal.web}/dicomweb/{SLUG}", portal.headers),
        "granian": (f"{portal.dicomweb}/dicomweb/{SLUG}", portal.headers),
    }
    if peer is not None:
        servers["orthanc"] = (peer.root, {})
    found: dict[str, Any] = {}
    for connections in (1, 16):
        row: dict[str, Any] = {}
        for name, (root, headers) in servers.items():
            urls = frame_urls(root, study)
            wanted = {**headers, "Accept": ACCEPT}
            under_load(urls, connections=connections, seconds=1.0, headers=wanted)  # warm
            row[name] = under_load(urls, connections=connections, seconds=SECONDS, headers=wanted)
        if peer is not None:
            for name in ("uvicorn", "granian"):
                row[f"{name}_to_orthanc"] = round(row[name]["per_s"] / row["orthanc"]["per_s"], 2)
        found[f"connections_{connections}"] = row
    return found
