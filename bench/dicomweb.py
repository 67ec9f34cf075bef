"""DICOMweb beside Orthanc, the same data on the same machine in the same run: storing, searching,
metadata, frames, and a whole cine. Ours authenticate and check permissions at every request."""

import time
from itertools import count
from typing import Any

import requests

from bench import load
from bench.aims import against
from bench.data import Cine
from bench.rounds import ROUNDS, compare
from bench.servers import PEER, Server

BATCH, STORING = 10, 4  # instances of one STOW request; connections
JSON = {"Accept": "application/dicom+json"}
FRAME = {"Accept": 'multipart/related; type="application/octet-stream"; transfer-syntax=*'}
STORE = {
    "Content-Type": 'multipart/related; type="application/dicom"; boundary=bench',
    "Accept": "application/dicom+json",
}
STACK = {"Accept": "application/vnd.accord.stack"}
MANY = 16
BROWSER = 6  # connections that a browser opens to one server


def measure(
    servers: list[Server], cines: list[Cine], singles: list[bytes], seconds: float
) -> dict[str, Any]:
    """``cines`` are copies of one series, one for every round of storing; ``singles`` are studies
    of one file each."""
    for server in servers:
        load.run(storing(server, singles))
    found: dict[str, Any] = {"stow": store(servers, cines)}
    found["first_answers_ms"] = first_answers(servers, cines[0])
    check_same(servers, cines[0])
    found["metadata"] = asking(servers, seconds, 1, lambda s: [f"{series(s, cines[0])}/metadata"])
    for connections in (1, MANY):
        found[f"qido_studies_{connections}"] = asking(
            servers, seconds, connections, lambda s: [f"{s.root}/studies?limit=100"]
        )
    found["qido_instances"] = asking(
        servers, seconds, 1, lambda s: [f"{series(s, cines[0])}/instances"]
    )
    for connections in (1, MANY):
        found[f"frames_{connections}"] = frames(servers, seconds, connections, cines[0])
    found["whole_cine"] = whole_cine(servers, cines[0])
    return {**found, "aims": against(found)}


def series(server: Server, cine: Cine) -> str:
    return f"{server.root}/studies/{cine.study}/series/{cine.series}"


def frame_urls(server: Server, cine: Cine) -> list[str]:
    return [f"{series(server, cine)}/instances/{uid}/frames/1" for uid in cine.instances]


def storing(server: Server, files: list[bytes]) -> load.Load:
    bodies = [
        b"".join(
            b"--bench\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n"
            for data in files[start : start + BATCH]
        )
        + b"--bench--\r\n"
        for start in range(0, len(files), BATCH)
    ]
    return load.post(f"{server.root}/studies", {**server.headers, **STORE}, bodies, STORING)


def store(servers: list[Server], cines: list[Cine]) -> dict[str, Any]:
    """Every round another copy, so that nothing is known already."""
    found = compare(servers, lambda s, n: storing(s, cines[n].files), warm=False)
    for row in found.values():
        if isinstance(row, dict):
            row["instances_per_s"] = round(row["per_s"] * BATCH, 1)
    return found


def asking(servers: list[Server], seconds: float, connections: int, urls: Any) -> dict[str, Any]:
    return compare(
        servers,
        lambda s, _: load.get(urls(s), {**s.headers, **JSON}, connections, seconds),
    )


def frames(servers: list[Server], seconds: float, connections: int, cine: Cine) -> dict[str, Any]:
    return compare(
        servers,
        lambda s, _: load.get(frame_urls(s, cine), {**s.headers, **FRAME}, connections, seconds),
    )


def first_answers(servers: list[Server], cine: Cine) -> dict[str, Any]:
    """What was stored a moment ago and never asked for: cold in every cache but the kernel's."""
    found: dict[str, Any] = {}
    for server in servers:
        row = {}
        for name, url in {
            "metadata": f"{series(server, cine)}/metadata",
            "qido_instances": f"{series(server, cine)}/instances",
            "frame": frame_urls(server, cine)[0],
        }.items():
            headers = {**server.headers, **(FRAME if name == "frame" else JSON)}
            began = time.perf_counter()
            answer = requests.get(url, headers=headers, timeout=300)
            row[name] = round((time.perf_counter() - began) * 1e3, 1)
            answer.raise_for_status()
        found[server.name] = row
    return found


def whole_cine(servers: list[Server], cine: Cine) -> dict[str, Any]:
    """All frames of a cine as fast as they come: from ours in one answer, from the peer frame by
    frame, over as many connections as suit it best."""
    found: dict[str, Any] = {}
    for connections in (BROWSER, MANY):
        found[f"frame_by_frame_{connections}"] = compare(
            servers,
            lambda s, _, c=connections: load.get(  # type: ignore[misc]
                frame_urls(s, cine), {**s.headers, **FRAME}, c, None
            ),
        )
    peer = [row[PEER] for row in found.values() if PEER in row]
    for server in servers:
        url = stack_url(server, cine)
        if url is not None:
            rows = stack_rounds(server, url)
            found[f"stack_{server.name}"] = rows
            if rows is not None and peer:
                fastest = min(row["wall_s"] for row in peer)
                ratio = fastest / rows["warm"]["wall_s"]
                found[f"stack_{server.name}_to_{PEER}"] = round(ratio, 2)
    return found


def stack_rounds(server: Server, url: str) -> dict[str, Any] | None:
    """The first answer, which has to be made, and the median of those after it. Bytes on the
    wire: the browser's unpacking is in the figures of a reader. None where there is no such
    endpoint."""
    wanted = load.get([url], {**server.headers, **STACK}, 1, None)
    try:
        first = load.run(wanted)
    except RuntimeError:
        return None
    warm = sorted((load.run(wanted) for _ in range(ROUNDS)), key=lambda row: float(row["wall_s"]))
    return {"first": first, "warm": warm[ROUNDS // 2]}


def stack_url(server: Server, cine: Cine) -> str | None:
    """Where all frames of the cine's stack come in one answer; None where it isn't ours."""
    ours = server.installation
    if ours is None:
        return None
    ours.assemble()
    project = f"{ours.web}/api/v1/projects/{server.root.rsplit('/', 1)[1]}"
    http = requests.Session()
    http.headers.update(ours.bearer)
    for page in count(1):
        rows = http.get(f"{project}/studies/?page_size=200&page={page}", timeout=60).json()[
            "results"
        ]
        for study in rows:
            if study["study_uid"] == cine.study and study["stacks"]:
                return f"{server.root}/stacks/{study['stacks'][0]['id']}"
        if not rows:
            break
    return None


def check_same(servers: list[Server], cine: Cine) -> None:
    """A fast wrong answer counts for nothing: every server gives the pixels of the file."""
    for server in servers:
        url = frame_urls(server, cine)[0]
        answer = requests.get(url, headers={**server.headers, **FRAME}, timeout=60)
        assert cine.first_pixels in answer.content, f"{server.name} gives other pixels"
        url = f"{series(server, cine)}/metadata"
        rows = requests.get(url, headers={**server.headers, **JSON}, timeout=300).json()
        assert len(rows) == len(cine.files), f"{server.name} gives {len(rows)} of the metadata"
