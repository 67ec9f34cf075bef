"""One module per kind of job. They run in the child process and talk through a Context."""

from typing import Any

from cmrkit.contracts import Envelope, JobKind
from ml_workers.handlers import evaluate, export, segment, train
from ml_workers.handlers.context import Context
from ml_workers.runtime.child import Messages
from ml_workers.runtime.client import Attempt

HANDLERS = {
    JobKind.SEGMENT: segment.run,
    JobKind.TRAIN: train.run,
    JobKind.EVALUATE: evaluate.run,
    JobKind.EXPORT: export.run,
}


def execute(envelope: Envelope, messages: Messages) -> dict[str, Any]:
    """Do the job and return its result."""
    context = Context(envelope, Attempt(envelope), messages)
    return HANDLERS[envelope.kind](context)
