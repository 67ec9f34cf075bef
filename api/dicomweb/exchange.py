"""One question and its answer, apart from Django's request and response: the same handlers serve
the fast path of both entry points and the ordinary views."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from api.dicomweb.gate import Visitor
from portal.core.errors import DomainError

PRIVATE = "private, max-age=31536000, immutable"
# kept by the browser, and asked for again each time: a revocation and new instances show at once
ASK_AGAIN = "private, no-cache"
DICOM_JSON = "application/dicom+json"


class BadParameter(DomainError):
    """A parameter of the request can't be used (400)."""

    code = "bad_parameter"
    message = "A parameter of the request can't be used."


@dataclass(frozen=True, slots=True)
class Ask:
    """``root`` is the address of ``/dicomweb/<project>`` as the client reaches it."""

    visitor: Visitor
    slug: str
    root: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]  # by lower-case name

    def parameter(self, name: str, default: str = "") -> str:
        values = self.query.get(name)
        return values[-1] if values else default

    @property
    def accept(self) -> str:
        """The accept parameter takes precedence over the header (PS3.18 8.3.3.1)."""
        return ",".join(self.query.get("accept", [])) or self.headers.get("accept", "")

    @property
    def encodings(self) -> str:
        return self.headers.get("accept-encoding", "")

    def holds(self, etag: str) -> bool:
        """Whether the client has this already."""
        held = self.headers.get("if-none-match", "")
        return bool(held) and (
            held.strip() == "*"
            or f'"{etag}"' in (h.strip().removeprefix("W/") for h in held.split(","))
        )


@dataclass(slots=True)
class Reply:
    status: int = 200
    body: bytes | Iterable[bytes] = b""
    media_type: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def tagged(self, etag: str, cache: str = ASK_AGAIN) -> "Reply":
        self.headers["ETag"] = f'"{etag}"'
        self.headers["Cache-Control"] = cache
        return self


def not_modified(etag: str, cache: str = ASK_AGAIN) -> Reply:
    return Reply(304).tagged(etag, cache)


def json_reply(value: Any, status: int = 200, media_type: str = DICOM_JSON) -> Reply:
    return Reply(status, orjson.dumps(value), media_type)


def multipart(parts: list[bytes], media_type: str, transfer_syntax: str, boundary: str) -> Reply:
    """Parts of one media type, at once."""
    pieces = []
    for part in parts:
        pieces += [part_head(boundary, media_type, transfer_syntax, len(part)), part, b"\r\n"]
    pieces.append(part_end(boundary))
    return Reply(200, b"".join(pieces), related(media_type, boundary))


def streamed(parts: Iterator[bytes], media_type: str, transfer_syntax: str, boundary: str) -> Reply:
    """The same, one part in memory at a time."""

    def body() -> Iterator[bytes]:
        for part in parts:
            yield part_head(boundary, media_type, transfer_syntax, len(part)) + part + b"\r\n"
        yield part_end(boundary)

    return Reply(200, body(), related(media_type, boundary))


def related(media_type: str, boundary: str) -> str:
    return f'multipart/related; type="{media_type}"; boundary={boundary}'


def part_head(boundary: str, media_type: str, transfer_syntax: str, length: int) -> bytes:
    syntax = f"; transfer-syntax={transfer_syntax}" if transfer_syntax else ""
    return (
        f"--{boundary}\r\nContent-Type: {media_type}{syntax}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def part_end(boundary: str) -> bytes:
    return f"--{boundary}--\r\n".encode()
