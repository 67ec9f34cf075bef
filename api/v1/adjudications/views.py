"""Settling cases and their reference standards."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.renderers import OrjsonRenderer
from api.requests import asked, person
from api.v1.adjudications import reference_serializers as rs
from api.v1.adjudications import rendering
from api.v1.adjudications import serializers as s
from api.v1.reads import parsing
from api.v1.reads.rendering import contents
from portal.adjudication.models import Adjudication
from portal.adjudication.selectors import (
    adjudications_in,
    get_adjudication,
    get_reference,
    get_settleable,
    versions_of,
)
from portal.adjudication.services import deciding, settling
from portal.adjudication.services.reopening import reopen_case
from portal.adjudication.services.signing import sign_reference
from portal.annotations.selectors import contents_of
from portal.measurements.services.measuring import measure
from portal.projects.selectors import get_project
from portal.reads.models import Read
from portal.reporting.services.reports import report_pdf


class AdjudicationsView(APIView):
    @extend_schema(responses=s.AdjudicationPageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        rows = adjudications_in(
            user,
            get_project(user, slug),
            state=asked(request, "state"),
            search=asked(request, "search"),
            reason=asked(request, "reason"),
        )
        return Response(paged(request, rows, lambda row: rendering.brief(user, row)))


class AdjudicationView(APIView):
    @extend_schema(responses=s.AdjudicationSerializer)
    def get(self, request: Request, adjudication_id: UUID) -> Response:
        user = person(request)
        return Response(rendering.detail(user, get_adjudication(user, adjudication_id)))


class StartView(APIView):
    @extend_schema(request=None, responses=s.StartedSerializer)
    def post(self, request: Request, adjudication_id: UUID) -> Response:
        user = person(request)
        found = get_settleable(user, adjudication_id)
        return Response({"read_id": settling.start_adjudication(by=user, adjudication=found).pk})


class DecideView(APIView):
    @extend_schema(request=s.DecideSerializer, responses=s.DecidedSerializer)
    def post(self, request: Request, adjudication_id: UUID) -> Response:
        user = person(request)
        found = get_settleable(user, adjudication_id)
        body = parsing.body_in(request.data)
        choice = deciding.Choice(
            source=str(body.get("source", "")),
            reason=str(body.get("reason", "")),
            note=str(body.get("note", "")),
            frames=parsing.frames_in(body.get("frames")),
            structures=parsing.structures_in(body.get("structures")),
            seen=parsing.cells_in(body.get("seen")),
        )
        read = deciding.decide(
            by=user, adjudication=found, op_id=parsing.op_id_in(body), choice=choice
        )
        return Response(_decided(found, read))


class UndoView(APIView):
    @extend_schema(request=s.UndoSerializer, responses=s.DecidedSerializer)
    def post(self, request: Request, adjudication_id: UUID) -> Response:
        user = person(request)
        found = get_settleable(user, adjudication_id)
        body = parsing.body_in(request.data)
        read = deciding.undo(
            by=user,
            adjudication=found,
            op_id=parsing.op_id_in(body),
            decisions=parsing.decisions_in(body.get("decisions")),
        )
        return Response(_decided(found, read))


def _decided(found: Adjudication, read: Read) -> dict[str, Any]:
    held = contents_of(read)
    return {
        **contents(held),
        "measurements": measure(read, held),
        "decisions": rendering.decisions(found),
    }


class SignView(APIView):
    @extend_schema(request=s.SignSerializer, responses=s.SignedSerializer)
    def post(self, request: Request, adjudication_id: UUID) -> Response:
        user = person(request)
        found = get_settleable(user, adjudication_id)
        body = parsing.body_in(request.data)
        reference = sign_reference(
            by=user,
            adjudication=found,
            op_id=parsing.op_id_in(body),
            password=str(body.get("password", ""))[:1024],
            meaning=str(body.get("meaning", "")),
            freezes=parsing.freezes_in(body.get("freezes")),
        )
        return Response({"reference": rendering.reference_brief(reference)})


class ReferenceView(APIView):
    @extend_schema(responses=rs.ReferenceSerializer)
    def get(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        row = get_reference(user, get_project(user, slug), case_id)
        return Response({**rendering.reference_brief(row), "content": row.content})


class ReferenceVersionsView(APIView):
    """All that was signed of the case, newest first; an array."""

    @extend_schema(responses=rs.ReferenceVersionSerializer(many=True))
    def get(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        rows = versions_of(user, get_project(user, slug), case_id)
        return Response([rendering.reference_version(user, row) for row in rows])


class ReopenView(APIView):
    @extend_schema(request=rs.ReopenSerializer, responses=rs.ReopenResultSerializer)
    def post(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        row = get_reference(user, get_project(user, slug), case_id)
        body = parsing.body_in(request.data)
        opened = reopen_case(by=user, reference=row, reason=str(body.get("reason", "")))
        return Response({"adjudication_id": opened.pk})


class ReportView(APIView):
    """The signed page; JSON only when there is an error to tell."""

    renderer_classes = [OrjsonRenderer]

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, case_id: UUID) -> HttpResponse:
        user = person(request)
        version = parsing.optional_version(request.query_params.get("version"))
        row = get_reference(user, get_project(user, slug), case_id, version=version)
        response = HttpResponse(report_pdf(row), content_type="application/pdf")
        response.headers["Content-Disposition"] = (
            f'inline; filename="reference-{row.digest[:12]}.pdf"'
        )
        response.headers["Cache-Control"] = "no-store"
        return response
