"""The life of a job as one table: what may happen in which state, and what comes of it."""

from enum import StrEnum

from portal.core.errors import Conflict
from portal.jobs.errors import AttemptExpired, NotCancellable, NotDue, NotRetryable
from portal.jobs.models import JobState as S


class Event(StrEnum):
    """What can happen to a job."""

    LEASE = "lease"  # a worker takes a waiting job
    TAKE_OVER = "take_over"  # another takes it after its worker went silent
    BEAT = "beat"  # the worker says that it lives
    SUCCEED = "succeed"
    FAIL = "fail"  # an error that another try would not mend
    TRY_LATER = "try_later"  # an error that may pass; waits for its next try
    GIVE_BACK = "give_back"  # the process has to end, the work goes on elsewhere
    GIVE_UP = "give_up"  # tried too often
    CANCEL = "cancel"
    RETRY = "retry"  # a person asks for it once more


_WAITING = {Event.LEASE: S.LEASED, Event.CANCEL: S.CANCELLED, Event.GIVE_UP: S.DEAD}
_HELD = {
    Event.TAKE_OVER: S.LEASED,
    Event.BEAT: S.RUNNING,
    Event.SUCCEED: S.SUCCEEDED,
    Event.FAIL: S.FAILED,
    Event.TRY_LATER: S.QUEUED,
    Event.GIVE_BACK: S.QUEUED,
    Event.GIVE_UP: S.DEAD,
    Event.CANCEL: S.CANCELLED,
}
_TRY_AGAIN = {Event.RETRY: S.QUEUED}

MOVES: dict[S, dict[Event, S]] = {
    S.QUEUED: _WAITING,
    S.LEASED: _HELD,
    S.RUNNING: _HELD,
    S.SUCCEEDED: {},
    S.FAILED: _TRY_AGAIN,
    S.DEAD: _TRY_AGAIN,
    S.CANCELLED: _TRY_AGAIN,
}

_REFUSALS: dict[Event, type[Conflict]] = {
    Event.LEASE: NotDue,
    Event.TAKE_OVER: NotDue,
    Event.CANCEL: NotCancellable,
    Event.RETRY: NotRetryable,
}


def after(state: str, event: Event) -> S:
    """The state that follows. Raises NotDue, NotCancellable, NotRetryable, or, for everything a
    worker reports, AttemptExpired, where the event has no place in that state."""
    following = MOVES[S(state)].get(event)
    if following is None:
        raise _REFUSALS.get(event, AttemptExpired)()
    return following


def may(state: str, event: Event) -> bool:
    return event in MOVES[S(state)]
