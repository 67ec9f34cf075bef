from portal.core.errors import Conflict, NotAllowed


class NotDue(Conflict):
    """Another worker has it, or it is over: a worker that gets this drops the message."""

    code = "not_due"
    message = "This job is not waiting for a worker."


class AttemptExpired(Conflict):
    code = "attempt_expired"
    message = "This attempt is over; another may have started. Stop working on it."


class WorkerUnknown(NotAllowed):
    code = "worker_unknown"
    message = "The worker token is wrong. Give workers the portal's ACCORD_WORKER_TOKEN."


class NotCancellable(Conflict):
    code = "not_cancellable"
    message = "This job is over already."


class NotRetryable(Conflict):
    code = "not_retryable"
    message = "Only a failed, dead or cancelled job can be tried again."
