"""Which errors are worth another try, and how long to wait for it."""

from datetime import timedelta

from django.conf import settings

# by name: an error that is not here would come again, and a person has to do something first.
# Pulls from archives wait and ask again by themselves
PASSING = frozenset(
    {
        "out_of_memory",  # another worker may have more, or this one less to do
        "worker_crashed",
        "input_unavailable",  # the portal was away while the worker asked it for an input
    }
)
_FACTOR = 4.0
_LONGEST_S = 900.0


def passes(code: str) -> bool:
    return code in PASSING


def wait_after(attempt: int) -> timedelta:
    """How long to wait once that attempt (from 1) has failed: 5, 20, 80 s … up to 15 minutes."""
    waited_s = settings.ACCORD_RETRY_S * _FACTOR ** max(attempt - 1, 0)
    return timedelta(seconds=min(waited_s, _LONGEST_S))
