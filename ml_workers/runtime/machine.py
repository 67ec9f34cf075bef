"""What the machine is and has: device, memory. Nothing here loads torch into this process."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_DRIVERS = (Path("/proc/driver/nvidia"), Path("/dev/kfd"))
_GROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
_ASK = "import torch; print(torch.cuda.get_device_name() if torch.cuda.is_available() else '')"


def gpu_name() -> str:
    """The GPU that networks run on here; empty where there is none. Asked of torch in a process
    that ends, and only where a driver is installed and not hidden: it takes seconds."""
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") == ""
    if hidden or not any(driver.exists() for driver in _DRIVERS):
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - nothing in it comes from outside
            [sys.executable, "-c", _ASK], capture_output=True, text=True, timeout=120, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def code_version() -> str:
    try:
        return version("accord-cmr")
    except PackageNotFoundError:
        return ""


def usable_memory() -> int:
    """Bytes that this machine, or the container's limit, lets be used."""
    try:
        found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 0
    for path in _GROUP_LIMITS:
        try:
            found = min(found, int(path.read_text()))
        except (OSError, ValueError):
            continue
    return found


def memory_of(pid: int) -> int:
    """Bytes of memory that a process holds; 0 where that can't be told."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return _memory_by_ps(pid) if sys.platform == "darwin" else 0


def _memory_by_ps(pid: int) -> int:
    asked = ["ps", "-o", "rss=", "-p", str(pid)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    text = done.stdout.strip()
    return int(text) * 1024 if text.isdigit() else 0
