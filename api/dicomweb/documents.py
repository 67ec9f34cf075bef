"""Prepared documents of series, unpacked once and kept in the process while their series stands."""

import gzip
import hashlib
from dataclasses import dataclass

import zstandard

from api.dicomweb.accept import coding
from api.dicomweb.exchange import DICOM_JSON, Ask, Reply, not_modified
from api.dicomweb.gate import Visitor
from api.dicomweb.places import standing, stored_series
from portal.core.caching import Recent
from portal.core.errors import NotFound
from portal.imaging.models import DocumentKind, Series
from portal.imaging.services.indexing import ROOT_MARK, assigned_content, document

CACHE_BYTES = 96 << 20
_SMALL = 1400  # bytes that fit a packet: not worth packing


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON array as UTF-8, with the mark for the client's address in it."""

    etag: str
    content: bytes


_documents: Recent[Document] = Recent(CACHE_BYTES)
_packed: Recent[bytes] = Recent(CACHE_BYTES // 4)
_series: Recent[list[str]] = Recent(2048)


def series_document(visitor: Visitor, study: str, series: str, kind: DocumentKind) -> Document:
    opening = visitor.opening(study)
    names = opening.names
    study_id, version = standing(visitor, opening.study_uid)
    key = (study_id, version, series, kind, visitor.access.everything, names.scope)
    known = _documents.get(key)
    if known is not None:
        return known
    uid = stored_series(study_id, series, names)
    row = (
        Series.objects.filter(study_id=study_id, series_uid=uid)
        .select_related("study")
        .defer("study__thumbnail", "study__metadata", "study__found_row")
        .first()
    )
    if row is None:
        raise NotFound()
    label = visitor.label_of(row.study, opening)
    if names.scope is None:
        made = document(row, kind, label)
        content = zstandard.ZstdDecompressor().decompress(bytes(made.zstd))
        found = Document(made.etag, content)
    else:
        content = assigned_content(row, kind, label, names)
        found = Document(hashlib.sha256(content).hexdigest()[:32], content)
    # a document that is newer than the version in the key is made again under the next version
    return _documents.put(key, found, len(content))


def series_of(visitor: Visitor, study: str) -> list[str]:
    """UIDs of a study's series as the person knows them, in order."""
    opening = visitor.opening(study)
    study_id, version = standing(visitor, opening.study_uid)
    key = (study_id, version)
    known = _series.get(key)
    if known is None:
        rows = Series.objects.filter(study_id=study_id).order_by("number", "series_uid")
        known = _series.put(key, list(rows.values_list("series_uid", flat=True)))
    return [opening.names.uid(uid) for uid in known]


def study_document(visitor: Visitor, study: str, kind: DocumentKind) -> Document:
    """The documents of a study's series as one."""
    parts = [series_document(visitor, study, uid, kind) for uid in series_of(visitor, study)]
    if len(parts) == 1:
        return parts[0]
    etag = hashlib.sha256("".join(p.etag for p in parts).encode()).hexdigest()[:32]
    inner = b",".join(p.content[1:-1] for p in parts if len(p.content) > 2)
    return Document(etag, b"[" + inner + b"]")


def document_reply(ask: Ask, found: Document) -> Reply:
    """With the client's address in it, packed as the client takes it."""
    how = coding(ask.encodings) if len(found.content) > _SMALL else ""
    mark = hashlib.sha256(ask.root.encode()).hexdigest()[:8]
    etag = f"{found.etag}-{mark}{'-' + how if how else ''}"
    if ask.holds(etag):
        reply = not_modified(etag)
    else:
        reply = Reply(200, _body(ask, found, how, etag), DICOM_JSON).tagged(etag)
        if how:
            reply.headers["Content-Encoding"] = how
    reply.headers["Vary"] = "Accept-Encoding"
    return reply


def _body(ask: Ask, found: Document, how: str, etag: str) -> bytes:
    known = _packed.get(etag)
    if known is not None:
        return known
    plain = found.content.replace(ROOT_MARK, ask.root.encode())
    if how == "zstd":
        body = zstandard.ZstdCompressor(level=3).compress(plain)
    elif how == "gzip":
        body = gzip.compress(plain, compresslevel=4, mtime=0)
    else:
        body = plain
    return _packed.put(etag, body, len(body))
