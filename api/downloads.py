"""Files that are made while somebody waits for them."""

from collections.abc import Callable
from tempfile import SpooledTemporaryFile
from typing import IO

from django.http import FileResponse

IN_MEMORY_BYTES = 16 << 20  # a larger one goes over the disk


def made_now(write: Callable[[IO[bytes]], object], *, name: str, media_type: str) -> FileResponse:
    """A download of what ``write`` writes; whole before the first byte is sent, so that a failure
    is an error and no torn file."""
    out = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - closed with the answer
    write(out)
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=name, content_type=media_type)
