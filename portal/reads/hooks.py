"""What is done when a read is assigned, submitted or withdrawn, in the same transaction.

``reads`` knows neither annotations nor adjudications; they register here when they are loaded.
A second reading has no part in what happens to its case: its withdrawal runs no hook.
"""

from collections.abc import Callable
from enum import StrEnum

from portal.reads.models import Read


class ReadEvent(StrEnum):
    ASSIGNED = "assigned"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


ReadHook = Callable[[Read], None]

_hooks: dict[ReadEvent, list[ReadHook]] = {event: [] for event in ReadEvent}


def register_read_hook(event: ReadEvent, hook: ReadHook) -> None:
    """Call once, from ``AppConfig.ready``."""
    if hook not in _hooks[event]:
        _hooks[event].append(hook)


def run_read_hooks(event: ReadEvent, read: Read) -> None:
    for hook in _hooks[event]:
        hook(read)
