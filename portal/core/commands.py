"""What management commands share: a domain error becomes one line and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from portal.core.errors import DomainError


@contextmanager
def refusals_as_lines() -> Iterator[None]:
    """Refusals of the domain with what they say of each field, without a traceback."""
    try:
        yield
    except DomainError as error:
        fields = [
            f"{name}: {' '.join(str(text) for text in texts)}"
            for name, texts in error.details.items()
            if isinstance(texts, list)
        ]
        raise CommandError("; ".join([str(error), *fields])) from error


def name_and_version(text: str) -> tuple[str, str]:
    """``NAME:VERSION``; the version is empty where none is given."""
    name, colon, version = text.rpartition(":")
    return (name, version) if colon else (version, "")
