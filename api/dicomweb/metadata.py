"""Metadata of studies, series and instances, as DICOM JSON (PS3.18 10.4.1.1.2)."""

import hashlib

import orjson

from api.dicomweb.accept import require_json
from api.dicomweb.documents import Document, document_reply, series_document, study_document
from api.dicomweb.exchange import Ask, Reply
from portal.core.errors import NotFound
from portal.imaging.models import DocumentKind


def study_metadata(ask: Ask, study: str) -> Reply:
    require_json(ask.accept)
    return _reply(ask, study_document(ask.visitor, study, DocumentKind.METADATA))


def series_metadata(ask: Ask, study: str, series: str) -> Reply:
    require_json(ask.accept)
    return _reply(ask, series_document(ask.visitor, study, series, DocumentKind.METADATA))


def instance_metadata(ask: Ask, study: str, series: str, instance: str) -> Reply:
    require_json(ask.accept)
    whole = series_document(ask.visitor, study, series, DocumentKind.METADATA)
    for metadata in orjson.loads(whole.content):
        if metadata["00080018"]["Value"][0] == instance:
            content = orjson.dumps([metadata])
            return _reply(ask, Document(hashlib.sha256(content).hexdigest()[:32], content))
    raise NotFound()


def _reply(ask: Ask, found: Document) -> Reply:
    if found.content == b"[]":
        raise NotFound()
    return document_reply(ask, found)
