"""Decoders, kept from what a hostile file would make them do."""

from collections.abc import Iterator
from contextlib import contextmanager

from cmrkit.errors import CmrkitError, UnreadableDicom


@contextmanager
def failures_named() -> Iterator[None]:
    """Whatever a decoder raises becomes UnreadableDicom; a panic (Rust) is no Exception."""
    try:
        yield
    except (CmrkitError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise UnreadableDicom(f"A frame can't be decoded ({type(error).__name__}).") from error
