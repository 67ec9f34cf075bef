"""Readers: a person, or a source of imported annotations. Models have theirs in modelhub."""

from portal.accounts.models import User
from portal.reads.models import Reader, ReaderKind


def reader_of(user: User) -> Reader:
    """The person as a reader; made on first use."""
    reader, _ = Reader.objects.get_or_create(
        user=user, defaults={"kind": ReaderKind.PERSON, "label": user.display_name}
    )
    return reader


def reader_of_source(label: str) -> Reader:
    """Whoever made the annotations that people know under this label; made on first use."""
    reader, _ = Reader.objects.get_or_create(kind=ReaderKind.IMPORTED, label=label)
    return reader
