"""What a worker process reads from its environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cmrkit.contracts import JobQueue
from ml_workers.errors import WorkerError
from ml_workers.runtime.machine import usable_memory

ALL = tuple(queue.value for queue in JobQueue)


class NotConfigured(WorkerError):
    """A setting that is missing, or that no worker can start with."""

    code = "not_configured"


@dataclass(frozen=True)
class Settings:
    """``portal_url`` without the trailing slash; ``token`` is the installation's worker token."""

    portal_url: str
    token: str
    broker_url: str
    broker_folder: Path
    queues: tuple[str, ...] = ALL
    memory_limit: int = 0  # bytes that a job may hold; 0: no limit
    beat_s: float = 1.5
    sweep_s: float = 4.0

    @classmethod
    def from_environment(cls) -> Self:
        """Raises NotConfigured when there is no worker token, or a setting can't be read."""
        data = Path(os.environ.get("ACCORD_DATA_DIR", ".accord-data")).resolve()
        return cls(
            portal_url=os.environ.get("ACCORD_PORTAL_URL", _local_portal()).rstrip("/"),
            token=_token(data),
            broker_url=os.environ.get("CELERY_BROKER_URL", "filesystem://"),
            broker_folder=data / "broker",
            queues=_queues(os.environ.get("ACCORD_WORKER_QUEUES", "")),
            memory_limit=_megabytes(os.environ.get("ACCORD_WORKER_MEMORY_MB", "")),
        )


def _local_portal() -> str:
    return f"http://127.0.0.1:{os.environ.get('ACCORD_PORT', '8000')}"


def _token(data: Path) -> str:
    token = os.environ.get("ACCORD_WORKER_TOKEN", "")
    kept = data / "keys" / "worker_token"
    if not token and kept.exists():
        token = kept.read_text().strip()
    if not token:
        raise NotConfigured(
            "Set ACCORD_WORKER_TOKEN, or ACCORD_DATA_DIR to the portal's data folder."
        )
    return token


def _queues(text: str) -> tuple[str, ...]:
    """``gpu,io``; empty: all of them."""
    named = tuple(part.strip() for part in text.split(",") if part.strip())
    if unknown := set(named) - set(ALL):
        raise NotConfigured(
            f"ACCORD_WORKER_QUEUES names {', '.join(sorted(unknown))}; there are {', '.join(ALL)}."
        )
    return named or ALL


def _megabytes(text: str) -> int:
    """As bytes; empty: nine tenths of what the machine or the container has."""
    if not text:
        return int(0.9 * usable_memory())
    if not text.isdigit():
        raise NotConfigured("ACCORD_WORKER_MEMORY_MB takes a whole number of megabytes; 0: none.")
    return int(text) * 2**20
