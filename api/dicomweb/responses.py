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
    parts: list[bytes] | Iterator[bytes], media_type: str, transfer_syntax: str = ""
) -> HttpResponse | StreamingHttpResponse:
    """Parts of one media type: a list is answered at once, an iterator is streamed. The boundary is
    new every time."""
    boundary = secrets.token_hex(16)
    content_type = media_type + (f"; transfer-syntax={transfer_syntax}" if transfer_syntax else "")
    body = _body(parts, boundary, content_type)
    related = f'multipart/related; type="{media_type}"; boundary={boundary}'
    response: HttpResponse | StreamingHttpResponse
    if isinstance(parts, list):
        response = HttpResponse(b"".join(body), content_type=related)
    else:
        response = StreamingHttpResponse(body, content_type=related)
    response.headers["Cache-Control"] = PRIVATE
    return response


def _body(parts: Iterable[bytes], boundary: str, content_type: str) -> Iterator[bytes]:
    for part in parts:
        head = f"--{boundary}\r\nContent-Type: {content_type}\r\n"
        yield f"{head}Content-Length: {len(part)}\r\n\r\n".encode() + part + b"\r\n"
    yield f"--{boundary}--\r\n".encode()
