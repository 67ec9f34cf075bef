"""STOW-RS: storing instances (PS3.18 10.5), as they come in."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from api.addresses import absolute
from api.dicomweb.gate import DicomwebView
from api.dicomweb.responses import dicom_json
from api.requests import UploadCut, body_chunks, person
from api.v1.imports.views import RawParser
from portal.core.errors import InvalidInput
from portal.core.multipart import MultipartReader, boundary_of
from portal.imaging.models import Instance
from portal.intake.models import ImportOutcome
from portal.intake.services.batches import close_import, start_import
from portal.intake.services.receiving import Taken, receive_files
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require

_FAILURE_CODES = {
    "uid_conflict": 0x0111,  # duplicate SOP instance
    "unsupported_input": 0x0122,  # SOP class not supported
    "other_study": 0x0110,  # processing failure
}
_CANNOT_UNDERSTAND = 0xC000
_WANTED = 'Send multipart/related; type="application/dicom" with a boundary (PS3.18 10.5).'


class StowView(DicomwebView):
    parser_classes = [RawParser]

    def post(self, request: Request, slug: str, study: str = "") -> HttpResponse:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.IMPORT, project)
        boundary = boundary_of(request.headers.get("Content-Type", ""))
        if boundary is None:
            raise InvalidInput(_WANTED)
        reader = MultipartReader(
            body_chunks(request),
            boundary,
            cut=UploadCut,
            headless=lambda: InvalidInput("A part has no end of its header. Send it again."),
        )
        parts = reader.parts()
        first = _first(parts)
        batch = start_import(by=user, project=project, label="STOW-RS")
        try:
            files = _numbered(first, parts)
            taken = list(receive_files(batch=batch, files=files, study_uid=study, keep_going=True))
        finally:
            # also of an upload that was cut: what came whole is stored, and sent again is a repeat
            close_import(by=user, batch=batch)
        return _answer(taken, absolute(request, f"/dicomweb/{slug}/studies"))


def _first(parts: Iterator[Iterator[bytes]]) -> Iterator[bytes]:
    """The first part, before anything is written of the import."""
    part = next(parts, None)
    if part is None:
        raise InvalidInput("The request holds no DICOM part.")
    return part


def _numbered(
    first: Iterator[bytes], parts: Iterator[Iterator[bytes]]
) -> Iterator[tuple[int, Iterator[bytes]]]:
    yield 0, first
    yield from enumerate(parts, start=1)


def _answer(taken: list[Taken], base: str) -> HttpResponse:
    failed = [_failure(t) for t in taken if t.item.outcome == ImportOutcome.QUARANTINED]
    stored = [t for t in taken if t.item.outcome != ImportOutcome.QUARANTINED]
    places = _places(stored)
    found: dict[str, Any] = {}
    studies = {places[t.item.instance_id][0] for t in stored}
    if len(studies) == 1:
        found["00081190"] = {"vr": "UR", "Value": [f"{base}/{studies.pop()}"]}
    if failed:
        found["00081198"] = {"vr": "SQ", "Value": failed}
    if stored:
        values = [_reference(t, base, places[t.item.instance_id]) for t in stored]
        found["00081199"] = {"vr": "SQ", "Value": values}
    status = 200 if not failed else 202 if stored else 409
    return dicom_json(found, status=status)


def _places(stored: list[Taken]) -> dict[Any, tuple[str, str, str]]:
    """Instance id -> (study, series, instance) UID as stored."""
    rows = Instance.objects.filter(pk__in={t.item.instance_id for t in stored})
    names = ("pk", "series__study__study_uid", "series__series_uid", "sop_instance_uid")
    return {row[0]: (row[1], row[2], row[3]) for row in rows.values_list(*names)}


def _reference(taken: Taken, base: str, place: tuple[str, str, str]) -> dict[str, Any]:
    """The UID as it was sent, and where the instance is now: cleaning may have given new ones."""
    study, series, instance = place
    url = f"{base}/{study}/series/{series}/instances/{instance}"
    return {**_sent(taken), "00081190": {"vr": "UR", "Value": [url]}}


def _failure(taken: Taken) -> dict[str, Any]:
    code = _FAILURE_CODES.get(taken.item.code, _CANNOT_UNDERSTAND)
    return {**_sent(taken), "00081197": {"vr": "US", "Value": [code]}}


def _sent(taken: Taken) -> dict[str, Any]:
    names = {"00081150": taken.sent.sop_class_uid, "00081155": taken.sent.sop_instance_uid}
    return {tag: {"vr": "UI", "Value": [uid]} for tag, uid in names.items() if uid}
