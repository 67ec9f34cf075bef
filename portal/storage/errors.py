from portal.core.errors import NotFound, TooLarge, Unavailable


class StorageFull(Unavailable):
    code = "storage_full"
    message = "The storage is full. Ask the installation admin to free space, then try again."


class BytesMissing(NotFound):
    """A row names bytes that are not in storage; ``manage.py check_integrity`` lists them."""

    code = "bytes_missing"
    message = "These bytes are missing from storage. Tell the installation admin."


class FileTooLarge(TooLarge):
    code = "file_too_large"
    message = "This file is larger than the installation accepts."
