"""What a worker process reads from its environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ml_workers.errors import WorkerError


class NotConfigured(WorkerError):
    """A setting without which a worker can't start."""

    code = "not_configured"


@dataclass(frozen=True)
class Settings:
    """``portal_url`` without the trailing slash; ``token`` is the installation's worker token."""

    portal_url: str
    token: str
    broker_url: str
    broker_folder: Path
    beat_s: float = 1.5
    sweep_s: float = 4.0

    @classmethod
    def from_environment(cls) -> Self:
        """Raises NotConfigured when there is no worker token."""
        data = Path(os.environ.get("ACCORD_DATA_DIR", ".accord-data")).resolve()
        return cls(
            portal_url=os.environ.get("ACCORD_PORTAL_URL", _local_portal()).rstrip("/"),
            token=_token(data),
            broker_url=os.environ.get("CELERY_BROKER_URL", "filesystem://"),
            broker_folder=data / "broker",
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
