"""The life of a job: every state × every event, written by hand."""

import pytest

from portal.core.errors import Conflict
from portal.jobs.errors import AttemptExpired, NotCancellable, NotDue, NotRetryable
from portal.jobs.models import JobState
from portal.jobs.retrying import PASSING, passes, wait_after
from portal.jobs.states import Event, after, may

EVENTS = [event.value for event in Event]
# - refused; else the first two letters of the state that follows
TABLE = """
             lease take_over beat succeed fail try_later give_back give_up cancel retry
queued       le    -         -    -       -    -         -         de      ca     -
leased       -     le        ru   su      fa   qu        qu        de      ca     -
running      -     le        ru   su      fa   qu        qu        de      ca     -
succeeded    -     -         -    -       -    -         -         -       -      -
failed       -     -         -    -       -    -         -         -       -      qu
cancelled    -     -         -    -       -    -         -         -       -      qu
dead         -     -         -    -       -    -         -         -       -      qu
"""
REFUSED = {"lease": NotDue, "take_over": NotDue, "cancel": NotCancellable, "retry": NotRetryable}


def cells() -> list[tuple[str, str, str]]:
    head, *rows = TABLE.strip("\n").splitlines()
    return [
        (state, event, cell)
        for state, *found in (row.split() for row in rows)
        for event, cell in zip(head.split(), found, strict=True)
    ]


def test_the_table_names_every_state_and_every_event() -> None:
    named = {(state, event) for state, event, _ in cells()}
    assert named == {(state, event) for state in JobState.values for event in EVENTS}


@pytest.mark.parametrize(("state", "event", "cell"), cells())
def test_what_follows(state: str, event: str, cell: str) -> None:
    assert may(state, Event(event)) == (cell != "-")
    if cell != "-":
        assert after(state, Event(event)).value.startswith(cell)
        return
    with pytest.raises(Conflict) as refused:
        after(state, Event(event))
    assert type(refused.value) is REFUSED.get(event, AttemptExpired)


def test_only_errors_that_a_worker_can_name_are_tried_again() -> None:
    from ml_workers import errors, runtime
    from ml_workers.runtime import child, runner

    sources = [module.__file__ or "" for module in (errors, child, runner)]
    assert runtime.__doc__
    written = "".join(open(path).read() for path in sources)  # noqa: SIM115
    for code in PASSING:
        assert f'"{code}"' in written, code
    for code in ("bad_input", "model_corrupt", "timed_out", "result_refused", "internal_error"):
        assert not passes(code), code


def test_each_wait_is_longer_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(attempt).total_seconds() for attempt in range(1, 9)]
    assert waits[:4] == [5.0, 20.0, 80.0, 320.0]
    assert waits[4:] == [900.0] * 4
