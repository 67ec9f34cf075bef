"""Readers: a person or a model."""

from portal.accounts.models import User
from portal.reads.models import Reader, ReaderKind


def reader_of(user: User) -> Reader:
    """The person as a reader; made on first use."""
    reader, _ = Reader.objects.get_or_create(
        user=user, defaults={"kind": ReaderKind.PERSON, "label": user.display_name}
    )
    return reader
