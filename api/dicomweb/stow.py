"""STOW-RS: storing instances (PS3.18 10.5)."""

import mmap
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO

from django.http import HttpResponse
from rest_framework.request import Request

from api.dicomweb.gate import DicomwebView
from api.dicomweb.responses import dicom_json
from api.requests import UploadCut, body_chunks, person
from api.v1.imports.views import RawParser
from portal.accounts.models import User
from portal.core.errors import InvalidInput
from portal.intake.models import ImportItem, ImportOutcome
from portal.intake.services.batches import finish_import, receive_file, start_import
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require
from portal.storage import files

_FAILURE_CODES = {"uid_conflict": 0x0111, "unsupported_input": 0x0122}
_CANNOT_UNDERSTAND = 0xC000


class StowView(DicomwebView):
    parser_classes = [RawParser]

    def post(self, request: Request, slug: str, study: str = "") -> HttpResponse:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.IMPORT, project)
        boundary = _boundary(request.headers.get("Content-Type", ""))
        draft, _, size = files.receive(body_chunks(request))
        try:
            if not size:
                raise InvalidInput("The request holds no DICOM part.")
            with draft.open("rb") as handle:
                items = _store(user, project, _parts(handle, boundary))
        finally:
            files.discard(draft)
        return _answer(items)


def _store(user: User, project: Project, parts: Iterator[bytes]) -> list[ImportItem]:
    first = next(parts, None)
    if first is None:
        raise InvalidInput("The request holds no DICOM part.")
    batch = start_import(by=user, project=project, label="STOW-RS")
    items = [
        receive_file(batch=batch, sequence=sequence, chunks=[part])
        for sequence, part in enumerate(chain([first], parts))
    ]
    finish_import(by=user, batch=batch)
    return items


def _boundary(content_type: str) -> bytes:
    match = re.search(r'boundary="?([^";,\s]+)"?', content_type)
    if not content_type.startswith("multipart/related") or match is None:
        raise InvalidInput(
            'Send multipart/related; type="application/dicom" with a boundary (PS3.18 10.5).'
        )
    return match[1].encode()


def _parts(handle: BinaryIO, boundary: bytes) -> Iterator[bytes]:
    """The parts between boundaries; UploadCut, before the first, where the closing one is
    missing."""
    mark = b"--" + boundary
    with mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as body:
        if body.rfind(mark + b"--") < 0:
            raise UploadCut()
        start = body.find(mark)
        while start >= 0:
            start += len(mark)
            if body[start : start + 2] == b"--":
                return
            end = body.find(b"\r\n" + mark, start)
            head_end = body.find(b"\r\n\r\n", start)
            if end < 0 or not 0 <= head_end < end:
                return
            yield body[head_end + 4 : end]
            start = end + 2


def _answer(items: list[ImportItem]) -> HttpResponse:
    failed = [_failure(i) for i in items if i.outcome == ImportOutcome.QUARANTINED]
    stored = [_reference(i) for i in items if i.outcome != ImportOutcome.QUARANTINED]
    found: dict[str, Any] = {}
    if failed:
        found["00081198"] = {"vr": "SQ", "Value": failed}
    if stored:
        found["00081199"] = {"vr": "SQ", "Value": stored}
    status = 200 if not failed else 202 if stored else 409
    return dicom_json(found, status=status)


def _reference(item: ImportItem) -> dict[str, Any]:
    instance = item.instance
    assert instance is not None
    return {
        "00081150": {"vr": "UI", "Value": [instance.sop_class_uid]},
        "00081155": {"vr": "UI", "Value": [instance.sop_instance_uid]},
    }


def _failure(item: ImportItem) -> dict[str, Any]:
    return {
        "00081197": {"vr": "US", "Value": [_FAILURE_CODES.get(item.code, _CANNOT_UNDERSTAND)]},
    }
