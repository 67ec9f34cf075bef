"""Statistics over a project's cases: tables, the points of plots, files."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.downloads import made_now
from api.requests import person
from api.v1.agreement import statistics_serializers as s
from api.v1.protocols.rendering import protocol
from portal.agreement.cohort.behind import Behind, Compared, behind
from portal.agreement.cohort.exporting import FORMATS, export
from portal.agreement.cohort.pairing import Kind
from portal.agreement.cohort.points import points
from portal.agreement.cohort.raw import write_raw
from portal.agreement.cohort.rows import Query, cohort
from portal.agreement.cohort.statistics import statistics
from portal.core.errors import InvalidInput
from portal.projects.selectors import get_project

EXPORT_SECONDS = 30.0
_TEXTS = ("protocol", "site", "vendor", "disease")
FILTERS = [
    OpenApiParameter("comparison", OpenApiTypes.STR, enum=[str(kind) for kind in Kind]),
    *[OpenApiParameter(name, OpenApiTypes.STR) for name in _TEXTS],
    OpenApiParameter("reader", OpenApiTypes.STR, many=True, description="A reader's key."),
]


def _query(request: Request) -> Query:
    given = request.query_params
    comparison = given.get("comparison", str(Kind.INTER))
    if comparison not in set(Kind):
        raise InvalidInput(comparison=[f"One of {', '.join(Kind)}."])
    texts: dict[str, Any] = {name: given.get(name, "") for name in _TEXTS}
    return Query(comparison=Kind(comparison), readers=tuple(given.getlist("reader")), **texts)


class StatisticsView(APIView):
    @extend_schema(parameters=FILTERS, responses=s.StatisticsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What has no result yet is computed for two seconds; ``pending`` says how much is left:
        ask again."""
        user = person(request)
        return Response(statistics(cohort(user, get_project(user, slug), _query(request))))


class StatisticsPointsView(APIView):
    @extend_schema(
        parameters=[
            *FILTERS,
            OpenApiParameter(
                "measure",
                OpenApiTypes.STR,
                required=True,
                description="A number's name, METRIC:STRUCTURE:LEVEL:PHASE, or answer:QUESTION.",
            ),
        ],
        responses=s.PointsSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        built = cohort(user, get_project(user, slug), _query(request))
        return Response(points(built, request.query_params.get("measure", "edv_ml")))


class BehindPointView(APIView):
    @extend_schema(
        parameters=[
            *FILTERS[:2],
            OpenApiParameter("a", OpenApiTypes.STR, description="Key of the first reader."),
            OpenApiParameter("b", OpenApiTypes.STR, description="Key of the second reader."),
        ],
        responses=s.BehindPointSerializer,
    )
    def get(self, request: Request, slug: str, case_id: UUID) -> Response:
        """The contours of the two reads behind a point. Without ``a`` and ``b`` the case's first
        pair of that kind."""
        user = person(request)
        keys = (request.query_params.get("a", ""), request.query_params.get("b", ""))
        found = behind(
            user,
            get_project(user, slug),
            _query(request),
            case_id=case_id,
            readers=keys if any(keys) else None,
        )
        return Response(_behind(found))


def _behind(found: Behind) -> dict[str, Any]:
    return {
        "case_id": str(found.case_id),
        "case": found.case,
        "stack_id": str(found.stack_id),
        "protocol": protocol(found.version),
        "sides": [_side(side) for side in found.sides],
        "differences": found.differences,
        "spacing_assumed": found.spacing_assumed,
    }


def _side(side: Compared) -> dict[str, Any]:
    return {
        "key": side.key,
        "label": side.label,
        "ed_phase": side.ed_phase,
        "es_phase": side.es_phase,
        "numbers": side.numbers,
        "contours": [
            {
                "structure": row.structure,
                "sop_instance_uid": row.sop_instance_uid,
                "frame_number": row.frame_number,
                "parts": row.parts,
                "state": row.state,
            }
            for row in side.annotations
        ],
    }


class StatisticsExportView(APIView):
    @extend_schema(
        parameters=[*FILTERS, OpenApiParameter("as", OpenApiTypes.STR, enum=list(FORMATS))],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        user = person(request)
        project = get_project(user, slug)
        wanted = request.query_params.get("as", "csv")
        built = cohort(user, project, _query(request), seconds=EXPORT_SECONDS)
        data = export(by=user, project=project, built=built, file_format=wanted)
        response = HttpResponse(data, content_type=FORMATS[wanted])
        name = f"{project.slug}-agreement-{built.query.comparison}.{wanted}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class RawReadsView(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("protocol", OpenApiTypes.STR)],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str) -> FileResponse:
        """Contours, pins and answers of every read that counts, to compute everything anew."""
        user = person(request)
        project = get_project(user, slug)
        wanted = request.query_params.get("protocol", "")
        return made_now(
            lambda out: write_raw(by=user, project=project, protocol=wanted, out=out),
            name=f"{project.slug}-raw-reads.zip",
            media_type="application/zip",
        )
