"""Seconds to pre-annotate the study: through the portal and its worker, and the network alone."""

import time
from typing import Any

from bench.coordinator import Coordinator
from bench.machine import gpu
from tests.factories.installation import Installation


def through_the_portal(portal: Installation) -> dict[str, Any]:
    """From the press of the button to a draft that can be seen; the first time the worker's
    process still has to load torch, the second time it is warm."""
    coordinator = Coordinator(portal)
    cases = coordinator.get("cases/?page_size=200")["results"]
    case = next(row for row in cases if row["stack_id"] is not None and _is_cine(coordinator, row))
    found = {}
    for name in ("first_s", "warm_s"):
        began = time.perf_counter()
        coordinator.draft(case)
        found[name] = round(time.perf_counter() - began, 2)
    return found


def _is_cine(coordinator: Coordinator, case: dict[str, Any]) -> bool:
    return int(coordinator.get(f"stacks/{case['stack_id']}/")["meta"]["n_phases"]) > 1


def network_alone(files: list[bytes], folder: Any) -> dict[str, Any]:
    """Each shipped model on the device there is, second of two runs."""
    from ml_workers.commands.volumes import read_dicom
    from ml_workers.inference.segment import segment_stack
    from ml_workers.registry import find_packages, open_model
    from ml_workers.task import CINE_SAX

    for number, data in enumerate(files):
        (folder / f"{number:04d}.dcm").write_bytes(data)
    volume = read_dicom(folder)
    found = {}
    for package in find_packages():
        if package.task is not CINE_SAX:
            continue
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
