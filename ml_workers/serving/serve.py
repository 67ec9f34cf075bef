"""Running the service: on this machine alone unless ACCORD_MODEL_SERVICE_HOST says otherwise."""

import os

import uvicorn

from ml_workers.registry import DEFAULT_MODEL
from ml_workers.runtime.settings import Settings
from ml_workers.serving.app import Service

PORT_ABOVE_WEB = 70  # the portal looks there unless ACCORD_MODEL_SERVICE_URL says otherwise


def serve() -> int:
    """Serve until stopped, from when the default model is warm. Raises NotConfigured when there is
    no worker token."""
    service = Service(Settings.from_environment().token, warm=DEFAULT_MODEL)
    web = int(os.environ.get("ACCORD_PORT", "8000"))
    uvicorn.run(
        service,
        host=os.environ.get("ACCORD_MODEL_SERVICE_HOST", "127.0.0.1"),
        port=int(os.environ.get("ACCORD_MODEL_SERVICE_PORT", web + PORT_ABOVE_WEB)),
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    return 0
