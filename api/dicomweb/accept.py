"""Media types that a client asks for (PS3.18 8.7): the Accept header, or the accept parameter."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rest_framework.exceptions import NotAcceptable

JSON_TYPES = ("application/dicom+json", "application/json")
_MOST = 32  # media ranges looked at
# commas and semicolons outside quotation marks
_COMMA = re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)')
_SEMICOLON = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')


@dataclass(frozen=True, slots=True)
class MediaRange:
    """``media_type`` of a part; ``multipart`` where it was asked for inside multipart/related.
    ``transfer_syntax`` is a UID, ``*``, or empty where none was named."""

    media_type: str
    multipart: bool
    transfer_syntax: str
    quality: float

    def matches(self, media_type: str) -> bool:
        if self.media_type in ("*/*", media_type):
            return True
        return self.media_type.endswith("/*") and media_type.startswith(self.media_type[:-1])


@lru_cache(maxsize=1024)
def ranges(accept: str) -> tuple[MediaRange, ...]:
    """Best first; everything where nothing is asked for. What has quality 0 is left out."""
    if not accept.strip():
        return (MediaRange("*/*", False, "", 1.0),)
    found = [_parsed(text) for text in _COMMA.split(accept)[:_MOST] if text.strip()]
    return tuple(sorted((r for r in found if r.quality > 0), key=lambda r: -r.quality))


def _parsed(text: str) -> MediaRange:
    first, *rest = (piece.strip() for piece in _SEMICOLON.split(text))
    parameters = {}
    for piece in rest:
        name, _, value = piece.partition("=")
        parameters[name.strip().lower()] = value.strip().strip('"')
    multipart = first.lower() == "multipart/related"
    media_type = parameters.get("type", "*/*").lower() if multipart else first.lower()
    try:
        quality = float(parameters.get("q", "1"))
    except ValueError:
        quality = 1.0
    return MediaRange(media_type, multipart, parameters.get("transfer-syntax", ""), quality)


def choose(accept: str, offered: tuple[str, ...]) -> str:
    """The first media type that the client takes, in the client's order; NotAcceptable else."""
    for wanted in ranges(accept):
        for media_type in offered:
            if not wanted.multipart and wanted.matches(media_type):
                return media_type
    raise NotAcceptable(f"Offered here: {', '.join(offered)}.")


def require_json(accept: str) -> None:
    """DICOM JSON is the one form of metadata and search results."""
    choose(accept, JSON_TYPES)


@lru_cache(maxsize=256)
def coding(accept_encoding: str) -> str:
    """zstd, gzip or nothing, as the client prefers and we can."""
    qualities = {}
    for piece in accept_encoding.lower().split(","):
        name, _, parameter = piece.partition(";")
        quality = parameter.strip().removeprefix("q=") or "1"
        qualities[name.strip()] = quality.strip().rstrip("0").rstrip(".") not in ("", "0")
    for name in ("zstd", "gzip"):
        if qualities.get(name, False):
            return name
    return ""
