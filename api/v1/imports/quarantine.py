"""The quarantine, for the data steward: look, try again, let go."""

from typing import Any
from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import checked, person
from api.v1.imports.views import render_item
from portal.accounts.models import User
from portal.intake.models import QuarantinedFile
from portal.intake.selectors import get_quarantined, quarantined_files
from portal.intake.services.quarantine import discard, hand_out, retry
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require

ANY = {200: OpenApiTypes.OBJECT}


class RetrySerializer(serializers.Serializer[Any]):
    release = serializers.BooleanField(default=False)


def _steward(request: Request, slug: str) -> tuple[User, Project]:
    user = person(request)
    project = get_project(user, slug)
    require(user, Permission.OPEN_VAULT, project)
    return user, project


def render(kept: QuarantinedFile) -> dict[str, Any]:
    item = kept.item
    return {
        "id": kept.pk,
        "import_name": item.batch.label,
        "sequence": item.sequence,
        "sha256": item.sha256,
        "size": item.size,
        "code": item.code,
        "message": item.message,
        "received_at": item.created_at,
        "expires_at": kept.expires_at,
    }


class QuarantineView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user, project = _steward(request, slug)
        return Response(paged(request, quarantined_files(user, project), render))


class QuarantinedFileView(APIView):
    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, slug: str, file_id: UUID) -> Response:
        user, project = _steward(request, slug)
        discard(by=user, kept=get_quarantined(user, project, file_id))
        return Response(status=204)


class QuarantineContentView(APIView):
    @extend_schema(responses={(200, "application/dicom"): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, file_id: UUID) -> StreamingHttpResponse:
        user, project = _steward(request, slug)
        kept = get_quarantined(user, project, file_id)
        response = StreamingHttpResponse(
            hand_out(by=user, kept=kept), content_type="application/dicom"
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{kept.pk}.dcm"'
        response.headers["Cache-Control"] = "no-store"
        return response


class QuarantineRetryView(APIView):
    @extend_schema(request=RetrySerializer, responses=ANY)
    def post(self, request: Request, slug: str, file_id: UUID) -> Response:
        user, project = _steward(request, slug)
        body = checked(RetrySerializer, request)
        kept = get_quarantined(user, project, file_id)
        return Response(render_item(retry(by=user, kept=kept, release=body["release"])))
