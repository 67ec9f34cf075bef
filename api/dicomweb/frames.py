"""Frames (PS3.18 10.4): by byte range as stored, or decoded where uncompressed ones are asked."""

import secrets
from functools import lru_cache

from pydicom.uid import UID, ExplicitVRLittleEndian
from rest_framework.exceptions import NotAcceptable

from api.dicomweb.accept import ranges
from api.dicomweb.exchange import PRIVATE, Ask, BadParameter, Reply, multipart, not_modified
from api.dicomweb.places import Place, place_of
from cmrkit.dicomio.decoding import decode_frames
from portal.core.errors import NotFound
from portal.storage import files
from portal.storage.ranges import read_ranges

OCTETS = "application/octet-stream"
_IMAGE_TYPES = {
    "1.2.840.10008.1.2.4.50": "image/jpeg",
    "1.2.840.10008.1.2.4.51": "image/jpeg",
    "1.2.840.10008.1.2.4.57": "image/jpeg",
    "1.2.840.10008.1.2.4.70": "image/jpeg",
    "1.2.840.10008.1.2.4.80": "image/jls",
    "1.2.840.10008.1.2.4.81": "image/jls",
    "1.2.840.10008.1.2.4.90": "image/jp2",
    "1.2.840.10008.1.2.4.91": "image/jp2",
    "1.2.840.10008.1.2.4.201": "image/jphc",
    "1.2.840.10008.1.2.4.202": "image/jphc",
    "1.2.840.10008.1.2.4.203": "image/jphc",
    "1.2.840.10008.1.2.5": "image/dicom-rle",
}
# what a frame's bytes may be sent as without decoding: little endian, not compressed
_PLAIN = ("1.2.840.10008.1.2", str(ExplicitVRLittleEndian))


def media_type_of(syntax: str) -> str:
    return _IMAGE_TYPES.get(syntax, OCTETS)


def frames(ask: Ask, study: str, series: str, instance: str, numbers: str) -> Reply:
    place = place_of(ask.visitor, study, series, instance)
    wanted = [_number(place, text) for text in numbers.split(",")]
    decode, single = form_of(ask.accept, place.transfer_syntax, len(wanted))
    etag = f"{place.tag}-{numbers}-{'d' if decode else 's'}{'1' if single else 'm'}"
    if ask.holds(etag):
        return not_modified(etag, PRIVATE)
    if decode:
        data = decode_frames(files.read_bytes(place.sha256), wanted)
        syntax, media_type = str(ExplicitVRLittleEndian), OCTETS
    else:
        data = [_stored(place, number) for number in wanted]
        syntax, media_type = place.transfer_syntax, media_type_of(place.transfer_syntax)
    if single:
        reply = Reply(200, data[0], f"{media_type}; transfer-syntax={syntax}")
    else:
        reply = multipart(data, media_type, syntax, secrets.token_hex(16))
    return reply.tagged(etag, PRIVATE)


@lru_cache(maxsize=1024)
def form_of(accept: str, stored: str, n_frames: int) -> tuple[bool, bool]:
    """(decoded, single part) of the first form that the client takes; NotAcceptable else."""
    media_type, plain = media_type_of(stored), stored in _PLAIN
    compressed = UID(stored).is_compressed
    for wanted in ranges(accept):
        single = not wanted.multipart and "*" not in wanted.media_type
        if single and n_frames != 1:
            continue
        syntax = wanted.transfer_syntax
        as_stored = syntax in ("*", stored) or (
            not syntax and (not compressed or "*" in wanted.media_type)
        )
        if as_stored and (wanted.matches(media_type) or (syntax == "*" and wanted.matches(OCTETS))):
            return False, single
        if compressed and not syntax and media_type != OCTETS and wanted.matches(media_type):
            return False, single
        if wanted.matches(OCTETS) and syntax in ("", str(ExplicitVRLittleEndian)):
            return not plain, single
    raise NotAcceptable(
        f"Offered here: {media_type} as stored (transfer-syntax={stored}), and "
        f"{OCTETS} with transfer-syntax={ExplicitVRLittleEndian}."
    )


def _number(place: Place, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BadParameter("Frame numbers are whole numbers from 1, separated by commas.")
    number = int(text[:9])
    if not 1 <= number <= len(place.ranges):
        raise NotFound()
    return number


def _stored(place: Place, number: int) -> bytes:
    flat = place.ranges[number - 1]
    if len(flat) == 2:
        return read_ranges(place.sha256, (flat[0], flat[1]))
    return read_ranges(place.sha256, *zip(flat[::2], flat[1::2], strict=True))
