"""Instance files, bulk data and thumbnails (PS3.18 10.4)."""

import hashlib
import secrets
from collections.abc import Iterator

from pydicom.uid import ExplicitVRLittleEndian
from rest_framework.exceptions import NotAcceptable

from api.dicomweb.accept import ranges
from api.dicomweb.documents import series_of
from api.dicomweb.exchange import (
    ASK_AGAIN,
    PRIVATE,
    Ask,
    BadParameter,
    Reply,
    multipart,
    not_modified,
    streamed,
)
from api.dicomweb.frames import OCTETS
from api.dicomweb.places import Place, place_of, places_of
from cmrkit.dicomio.decoding import as_explicit_little_endian, bulk_value
from portal.core.errors import NotFound
from portal.storage import files

DICOM = "application/dicom"
_EXPLICIT = str(ExplicitVRLittleEndian)


def study_files(ask: Ask, study: str) -> Reply:
    places = [
        place
        for series in series_of(ask.visitor, study)
        for place in places_of(ask.visitor, study, series).values()
    ]
    return _files(ask, places)


def series_files(ask: Ask, study: str, series: str) -> Reply:
    return _files(ask, list(places_of(ask.visitor, study, series).values()))


def instance_file(ask: Ask, study: str, series: str, instance: str) -> Reply:
    return _files(ask, [place_of(ask.visitor, study, series, instance)], single=True)


def _files(ask: Ask, places: list[Place], *, single: bool = False) -> Reply:
    if not places:
        raise NotFound()
    ask.visitor.require_files()
    wanted, bare = _syntax(ask.accept, {p.transfer_syntax for p in places}, single=single)
    named = "".join(p.sha256 for p in places) + wanted
    etag = hashlib.sha256(named.encode()).hexdigest()[:32] + ("-1" if bare else "")
    cache = PRIVATE if single else ASK_AGAIN  # a study or a series may grow
    if ask.holds(etag):
        return not_modified(etag, cache)
    if bare:
        syntax = wanted or places[0].transfer_syntax
        reply = Reply(200, _read(places[0], wanted), f"{DICOM}; transfer-syntax={syntax}")
        return reply.tagged(etag, cache)
    first = _read(places[0], wanted)  # what fails is an error before the stream starts

    def parts() -> Iterator[bytes]:
        yield first
        for place in places[1:]:
            yield _read(place, wanted)

    boundary = secrets.token_hex(16)
    if len(places) == 1:
        syntax = wanted or places[0].transfer_syntax
        return multipart([first], DICOM, syntax, boundary).tagged(etag, cache)
    return streamed(parts(), DICOM, wanted, boundary).tagged(etag, cache)


def _syntax(accept: str, stored: set[str], *, single: bool) -> tuple[str, bool]:
    """(transfer syntax to give, empty for as stored; whether bare)."""
    for wanted in ranges(accept):
        if not wanted.matches(DICOM):
            continue
        bare = not wanted.multipart and wanted.media_type == DICOM
        if bare and not single:
            continue
        syntax = wanted.transfer_syntax
        if syntax in ("", "*") or stored == {syntax}:
            return "", bare
        if syntax == _EXPLICIT:
            return _EXPLICIT, bare
    raise NotAcceptable(
        f'Offered here: multipart/related; type="{DICOM}" as stored (transfer-syntax=*) or with '
        f"transfer-syntax={_EXPLICIT}."
    )


def _read(place: Place, syntax: str) -> bytes:
    data = files.read_bytes(place.sha256)
    if not syntax or syntax == place.transfer_syntax:
        return data
    return as_explicit_little_endian(data)


def bulk_data(ask: Ask, study: str, series: str, instance: str, path: str) -> Reply:
    """One binary element by its tag, or by tag/item/tag inside sequences. Pixel data is a
    rendition; everything else is part of the file."""
    place = place_of(ask.visitor, study, series, instance)
    if path != "7FE00010":
        ask.visitor.require_files()
    pieces = path.split("/")
    if len(pieces) % 2 == 0 or not all(_is_tag(p) for p in pieces[::2]):
        raise BadParameter("Name the element by its tag, eight hexadecimal digits.")
    bare = _bulk_form(ask.accept)
    etag = f"{place.tag}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"
    if ask.holds(etag):
        return not_modified(etag, PRIVATE)
    value = bulk_value(files.read_bytes(place.sha256), pieces)
    if value is None:
        raise NotFound()
    if bare:
        return Reply(200, value, OCTETS).tagged(etag, PRIVATE)
    return multipart([value], OCTETS, "", secrets.token_hex(16)).tagged(etag, PRIVATE)


def _is_tag(text: str) -> bool:
    return len(text) == 8 and all(c in "0123456789ABCDEFabcdef" for c in text)


def _bulk_form(accept: str) -> bool:
    for wanted in ranges(accept):
        if wanted.matches(OCTETS):
            return not wanted.multipart and wanted.media_type == OCTETS
    raise NotAcceptable(f"Offered here: {OCTETS}.")
