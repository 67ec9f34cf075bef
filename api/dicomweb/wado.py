"""WADO-RS: metadata, instances, frames, thumbnails (PS3.18 10.4)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from pydicom.uid import UID
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api import errors
from api.dicomweb.gate import DicomwebView, Visitor, rendition, signed_in, visit
from api.dicomweb.responses import PRIVATE, dicom_json, multipart
from api.requests import person
from portal.core.errors import DomainError, InvalidInput, NotFound
from portal.imaging.models import Instance, Study
from portal.storage import files

OCTETS = "application/octet-stream"
_IMAGE_TYPES = {
    "1.2.840.10008.1.2.4.50": "image/jpeg",
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


def _instances(visitor: Visitor, study: str, series: str = "", instance: str = "") -> Any:
    rows = Instance.objects.filter(
        series__study__project=visitor.project,
        series__study__study_uid=visitor.study_uid(study),
    )
    if series:
        rows = rows.filter(series__series_uid=series)
    if instance:
        rows = rows.filter(sop_instance_uid=instance)
    if not rows.exists():
        raise NotFound()
    return rows.order_by("series__number", "instance_number", "sop_instance_uid")


class MetadataView(DicomwebView):
    def get(
        self, request: Request, slug: str, study: str, series: str = "", instance: str = ""
    ) -> HttpResponse:
        visitor = visit(person(request), slug)
        rows = _instances(visitor, study, series, instance)
        owner = Study.objects.get(project=visitor.project, study_uid=visitor.study_uid(study))
        found = [rendition(visitor, owner, m) for m in rows.values_list("metadata", flat=True)]
        response = dicom_json(found)
        response.headers["Cache-Control"] = "private, max-age=60"
        return response


class InstancesView(DicomwebView):
    def get(
        self, request: Request, slug: str, study: str, series: str = "", instance: str = ""
    ) -> HttpResponseBase:
        visitor = visit(person(request), slug)
        rows = _instances(visitor, study, series, instance)
        visitor.require_files()
        hashes = list(rows.values_list("blob_id", flat=True))
        files.open_bytes(hashes[0]).close()  # a missing file is an error before the stream starts

        def parts() -> Iterator[bytes]:
            for sha256 in hashes:
                yield files.read_bytes(sha256)

        return multipart(parts(), "application/dicom")


class ThumbnailView(DicomwebView):
    def get(
        self, request: Request, slug: str, study: str, series: str = "", instance: str = ""
    ) -> HttpResponse:
        visitor = visit(person(request), slug)
        row = Study.objects.filter(
            project=visitor.project, study_uid=visitor.study_uid(study)
        ).first()
        if row is None or row.thumbnail is None:
            raise NotFound()
        return HttpResponse(bytes(row.thumbnail), content_type="image/png")


@lru_cache(maxsize=65536)
def _place_of(
    project_id: UUID, epoch: int, study: str, series: str, instance: str
) -> tuple[str, str, tuple[tuple[int, int], ...]]:
    """(file hash, transfer syntax, ranges). Stored bytes never change, so this
    may be kept while the project's epoch stands: a withdrawal begins a new one."""
    row = (
        Instance.objects.filter(
            series__study__project_id=project_id,
            series__study__study_uid=study,
            series__series_uid=series,
            sop_instance_uid=instance,
        )
        .values_list("blob_id", "transfer_syntax_uid", "frame_ranges")
        .first()
    )
    if row is None:
        raise NotFound()
    return row[0], row[1], tuple((a, b) for a, b in row[2])


@csrf_exempt
@require_safe
def frames(
    request: HttpRequest, slug: str, study: str, series: str, instance: str, numbers: str
) -> HttpResponseBase:
    """Frames by byte range, without the framework and without parsing DICOM."""
    try:
        user = signed_in(request)
        if user is None:
            raise AuthenticationFailed
        visitor = visit(user, slug)
        uid = visitor.study_uid(study)
        sha256, syntax, ranges = _place_of(
            visitor.project.pk, visitor.project.permission_epoch, uid, series, instance
        )
        wanted = [_range(ranges, text) for text in numbers.split(",")]
        data = [files.read_range(sha256, offset, length) for offset, length in wanted]
    except (DomainError, AuthenticationFailed) as error:
        answer = errors.exception_handler(error, {})
        assert answer is not None
        return dicom_json(answer.data, status=answer.status_code)
    compressed = UID(syntax).is_compressed
    media_type = _IMAGE_TYPES.get(syntax, OCTETS) if compressed else OCTETS
    accept = request.headers.get("Accept", "")
    if len(data) == 1 and accept.startswith(OCTETS):
        response = HttpResponse(data[0], content_type=f"{OCTETS}; transfer-syntax={syntax}")
        response.headers["Cache-Control"] = PRIVATE
        return response
    return multipart(data, media_type, syntax if compressed else "")


def _range(ranges: tuple[tuple[int, int], ...], text: str) -> tuple[int, int]:
    if not text.isdigit():
        raise InvalidInput(None, frames=["Frame numbers are whole numbers from 1."])
    if not 1 <= int(text) <= len(ranges):
        raise NotFound()
    return ranges[int(text) - 1]
