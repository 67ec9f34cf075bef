"""DICOM JSON and multipart/related answers."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from django.http import HttpResponse, StreamingHttpResponse

PRIVATE = "private, max-age=31536000, immutable"


def dicom_json(value: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(value), status=status, content_type="application/dicom+json")


def multipart(
    parts: Iterable[bytes], media_type: str, transfer_syntax: str = ""
) -> StreamingHttpResponse:
    """Parts of one media type, streamed; the boundary is new every time."""
    boundary = secrets.token_hex(16)
    content_type = media_type + (f"; transfer-syntax={transfer_syntax}" if transfer_syntax else "")

    def body() -> Iterator[bytes]:
        for part in parts:
            head = f"--{boundary}\r\nContent-Type: {content_type}\r\n"
            yield f"{head}Content-Length: {len(part)}\r\n\r\n".encode() + part + b"\r\n"
        yield f"--{boundary}--\r\n".encode()

    response = StreamingHttpResponse(
        body(), content_type=f'multipart/related; type="{media_type}"; boundary={boundary}'
    )
    response.headers["Cache-Control"] = PRIVATE
    return response
