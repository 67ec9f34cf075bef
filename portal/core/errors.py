"""Errors of the domain. Each has a stable code and a sentence that says what to do.

``api/errors.py`` is the one place that maps a family to an HTTP status; the domain knows none.
"""

from typing import Any


class DomainError(Exception):
    """Base of every refusal. ``details`` is JSON-ready and free of patient identity."""

    code = "refused"
    message = "This can't be done."

    def __init__(self, message: str | None = None, **details: Any) -> None:
        super().__init__(message or self.message)
        self.details = details


class NotFound(DomainError):
    """Absent, or not visible to the one who asks: the two look the same on purpose."""

    code = "not_found"
    message = "There is nothing here, or you may not see it."


class NotAllowed(DomainError):
    code = "not_allowed"
    message = "Your roles in this project don't include this."


class Conflict(DomainError):
    """The state of things doesn't permit it (any more)."""

    code = "conflict"


class InvalidInput(DomainError):
    """``details`` maps a field to its messages."""

    code = "invalid_input"
    message = "Some of the input can't be used."


class TooManyAttempts(DomainError):
    code = "too_many_attempts"
    message = "Too many attempts. Wait a little, then try again."


class TooLarge(DomainError):
    code = "too_large"
    message = "This is larger than the installation accepts."


class Unavailable(DomainError):
    """A part that should answer doesn't (disk full, broker away); trying later may help."""

    code = "unavailable"
