"""Seconds to pre-annotate the study: through the portal and its worker, and the network alone."""

import time
from typing import Any

import requests

from bench.machine import gpu
from tests.factories.installation import SLUG, Installation

LIMIT_S = 600.0


def through_the_portal(portal: Installation) -> dict[str, Any]:
    """From the press of the button to a draft that can be seen; the first time the worker's
    process still has to load torch, the second time it is warm."""
    http = requests.Session()
    http.headers.update(portal.bearer)
    project = f"{portal.web}/api/v1/projects/{SLUG}"
    cases = http.get(f"{project}/cases/?page_size=200", timeout=60).json()["results"]
    case = next(
        row for row in cases if row["stack_id"] is not None and _is_cine(http, project, row)
    )
    found = {}
    for name in ("first_s", "warm_s"):
        began = time.perf_counter()
        asked = http.post(f"{project}/preannotate/", json={"case_ids": [case["id"]]}, timeout=60)
        (job,) = asked.json()
        while job["state"] in ("queued", "leased", "running"):
            if time.perf_counter() - began > LIMIT_S:
                raise TimeoutError("the draft did not come")
            time.sleep(0.1)
            job = http.get(f"{portal.web}/api/v1/jobs/{job['id']}/", timeout=60).json()
        if job["state"] != "succeeded":
            raise RuntimeError(f"the job ended as {job['state']}: {job['error']}")
        found[name] = round(time.perf_counter() - began, 2)
    return found


def _is_cine(http: requests.Session, project: str, case: dict[str, Any]) -> bool:
    stack = http.get(f"{project}/stacks/{case['stack_id']}/", timeout=60).json()
    return int(stack["meta"]["n_phases"]) > 1


def network_alone(files: list[bytes], folder: Any) -> dict[str, Any]:
    """Each shipped model on the device there is, second of two runs."""
    from ml_workers.commands.volumes import read_dicom
    from ml_workers.inference.segment import segment_stack
    from ml_workers.registry import find_packages, open_model

    for number, data in enumerate(files):
        (folder / f"{number:04d}.dcm").write_bytes(data)
    volume = read_dicom(folder)
    found = {}
    for package in find_packages():
        model = open_model(package.name)
        segment_stack(model, volume.pixels, volume.spacing)
        result = segment_stack(model, volume.pixels, volume.spacing)
        found[package.name] = {"seconds": round(result.seconds, 2), "device": result.device}
    return {"shape": list(volume.pixels.shape), "models": found}


def measure(portal: Installation, files: list[bytes], folder: Any) -> dict[str, Any]:
    folder.mkdir()
    return {
        "gpu": gpu(),
        "through_the_portal": through_the_portal(portal),
        "network_alone": network_alone(files, folder),
    }
