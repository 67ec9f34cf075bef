"""One module per kind of job. They run in the child process and talk through a Context."""

import time
from typing import Any

from cmrkit.contracts import Envelope, JobKind
from ml_workers.handlers import check_kind, evaluate, export, segment, train
from ml_workers.handlers.context import Context, Files, Reporter
from ml_workers.runtime.child import Messages
from ml_workers.runtime.client import Attempt
from ml_workers.runtime.provenance import Recorded, made_by

HANDLERS = {
    JobKind.SEGMENT: segment.run,
    JobKind.TRAIN: train.run,
    JobKind.EVALUATE: evaluate.run,
    JobKind.EXPORT: export.run,
    JobKind.CHECK_KIND: check_kind.run,
}


def execute(envelope: Envelope, messages: Messages) -> dict[str, Any]:
    """Do the job and return its result."""
    return perform(envelope, Attempt(envelope), messages)


def perform(envelope: Envelope, files: Files, reporter: Reporter) -> dict[str, Any]:
    """Do the job with these files; the result says what made it."""
    began = time.monotonic()
    recorded = Recorded(files)
    output = HANDLERS[envelope.kind](Context(envelope, recorded, reporter))
    return output | {"made_by": made_by(envelope, recorded, time.monotonic() - began)}
