"""Handlers that go wrong in every way, for the runner's tests. Run in the worker's child."""

import os
import signal
import time
from typing import Any

from cmrkit.contracts import Envelope
from ml_workers.errors import BadInput
from ml_workers.runtime.child import Messages

SECRET = "Doe^Jane"


def execute(envelope: Envelope, messages: Messages) -> dict[str, Any]:
    how = envelope.params["how"]
    if how == "swells":
        held = [bytearray(b"x" * 2**20) for _ in range(400)]
        time.sleep(20)
        return {"held": len(held)}
    if how == "hangs":
        time.sleep(20)
    if how == "is killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "has no memory":
        raise MemoryError(SECRET)
    if how == "raises":
        raise KeyError(SECRET)
    if how == "refuses":
        raise BadInput("This stack has no frames.")
    messages.progress(0.5, "half")
    return {"pid": os.getpid()}
