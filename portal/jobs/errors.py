from portal.core.errors import Conflict, DomainError, NotAllowed


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


class WorkStopped(DomainError):
    """Raised inside work of the portal when it must not go on."""

    code = "work_stopped"
    message = "This work was stopped."


class WorkInterrupted(WorkStopped):
    """The process ends; another one goes on where this one was."""

    code = "work_interrupted"
    message = "This work goes on elsewhere."


class TimedOut(WorkStopped):
    code = "timed_out"
    message = "Stopped at the time limit. Ask for less at once."
