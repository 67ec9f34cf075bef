"""How portal and workers reach the broker. It only wakes workers: a lost message loses nothing."""

from pathlib import Path
from typing import Any

from cmrkit.contracts.queues import JobQueue

RUN_JOB_TASK = "ml_workers.run_job"
# a message older than this is dropped: the sweep has found the job long before
STALE_AFTER_S = 60
_QUICK_POLL_S = 0.05


def broker_settings(url: str, folder: Path) -> dict[str, Any]:
    """Celery settings for both sides. ``folder`` holds the messages of ``filesystem://``."""
    settings: dict[str, Any] = {
        "broker_url": url,
        "task_default_queue": JobQueue.CPU.value,
        "task_ignore_result": True,
        "broker_connection_retry_on_startup": True,
        "worker_hijack_root_logger": False,
    }
    if url.startswith("filesystem"):
        paths = {name: folder / name for name in ("messages", "processed", "control")}
        for path in paths.values():
            path.mkdir(parents=True, exist_ok=True)
        settings["broker_transport_options"] = {
            "data_folder_in": str(paths["messages"]),
            "data_folder_out": str(paths["messages"]),
            "processed_folder": str(paths["processed"]),
            "control_folder": str(paths["control"]),
            "store_processed": False,
            "polling_interval": _QUICK_POLL_S,
        }
    return settings
