"""Files per second on the way in as the browser sends them."""

import time
from typing import Any

import requests

from tests.factories.installation import SLUG, Installation


def upload(portal: Installation, files: list[bytes]) -> dict[str, Any]:
    """One request per file, then the stacks are assembled."""
    http = requests.Session()
    http.headers.update(portal.bearer)
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
