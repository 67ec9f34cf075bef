"""What the numbers were measured on, without names of machines or paths."""

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("django", "uvicorn", "granian", "pydicom", "numpy", "torch", "celery")


def machine() -> dict[str, Any]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "ram_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "gpu": gpu(),
        "system": platform.system(),
        # other work on the machine makes every number worse
        "load_before": round(os.getloadavg()[0], 1),
    }


def versions() -> dict[str, str]:
    from django.conf import settings

    found = {"accord": str(settings.ACCORD_VERSION), "python": platform.python_version()}
    return found | {name: version(name) for name in PACKAGES}


def gpu() -> str | None:
    import torch

    return torch.cuda.get_device_name(0) if torch.cuda.is_available() else None


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
