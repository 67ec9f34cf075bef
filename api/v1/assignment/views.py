"""Who reads what: strata, progress, pauses, passing on, conflicts of interest."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged_together
from api.requests import asked, checked, person
from api.v1.assignment import serializers as s
from api.v1.assignment.tables import csv_of, opinion_rows, progress_rows
from portal.measurements.opinions import opinions_in
from portal.projects.selectors import get_project
from portal.reads.blinding import get_managed_read, get_own_read
from portal.reads.models import ConflictOfInterest
from portal.reads.progress import progress_of
from portal.reads.services.conflicts import (
    conflicts_in,
    declare_conflict,
    declare_own_conflict,
    end_conflict,
)
from portal.reads.services.pausing import pause_reading, resume_reading
from portal.reads.services.reassigning import reassign_read
from portal.reads.services.strata import set_strata
from portal.reads.strata import cases_by_stratum, diseases_in, sites_in, stratum_rows


def _conflict(row: ConflictOfInterest) -> dict[str, Any]:
    return {
        "id": row.pk,
        "user_id": row.user_id,
        "name": row.user.display_name,
        "site": row.site.name if row.site else None,
        "case": row.case.label if row.case else None,
        "case_id": row.case_id,
        "open_reads": getattr(row, "open_reads", None) or 0,
        "reason": row.reason,
        "declared_by": row.declared_by.display_name,
        "declared_at": row.created_at,
    }


class StrataView(APIView):
    """Site, scanner and known disease of each case: what plans are balanced by."""

    @extend_schema(responses=s.StratumPageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        rows = cases_by_stratum(
            user,
            project,
            search=asked(request, "search"),
            disease=asked(request, "disease"),
        )
        page = paged_together(request, rows, stratum_rows)
        return Response({**page, "sites": sites_in(project), "diseases": diseases_in(project)})

    @extend_schema(request=s.StrataSerializer, responses=s.StrataSetSerializer)
    def put(self, request: Request, slug: str) -> Response:
        user = person(request)
        body = checked(s.StrataSerializer, request)
        rows = [(row["case"], row["disease"]) for row in body["rows"]]
        return Response(vars(set_strata(by=user, project=get_project(user, slug), rows=rows)))


class ReadingView(APIView):
    """How far reading is."""

    @extend_schema(responses=s.ProgressSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        found = progress_of(user, get_project(user, slug))
        return Response(
            {
                **vars(found),
                "readers": [vars(row) for row in found.readers],
                "weeks": [vars(row) for row in found.weeks],
            }
        )


class ReadingExportView(APIView):
    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, slug: str) -> HttpResponse:
        user = person(request)
        found = progress_of(user, get_project(user, slug))
        return csv_of(f"{slug}-reading.csv", progress_rows(found))


class OpinionsView(APIView):
    """First opinions beside final readings, once all reads of a case are in."""

    @extend_schema(responses=s.OpinionSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        return Response([vars(row) for row in opinions_in(user, get_project(user, slug))])


class OpinionsExportView(APIView):
    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, slug: str) -> HttpResponse:
        user = person(request)
        found = opinions_in(user, get_project(user, slug))
        return csv_of(f"{slug}-first-opinions.csv", opinion_rows(found))


class PauseView(APIView):
    @extend_schema(request=s.PauseSerializer, responses={204: None})
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        body = checked(s.PauseSerializer, request)
        pause_reading(by=user, project=get_project(user, slug), **body)
        return Response(status=204)


class ResumeView(APIView):
    @extend_schema(request=s.ResumeSerializer, responses={204: None})
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        body = checked(s.ResumeSerializer, request)
        resume_reading(by=user, project=get_project(user, slug), **body)
        return Response(status=204)


class ReassignView(APIView):
    @extend_schema(request=s.ReassignSerializer, responses=s.ReassignedSerializer)
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_managed_read(user, read_id)
        body = checked(s.ReassignSerializer, request)
        return Response({"id": reassign_read(by=user, read=read, **body).pk})


class ConflictsView(APIView):
    @extend_schema(responses=s.ConflictSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        rows = conflicts_in(user, get_project(user, slug))
        return Response([_conflict(row) for row in rows])

    @extend_schema(request=s.DeclareSerializer, responses={201: s.ConflictSerializer})
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        row = declare_conflict(by=user, project=project, **checked(s.DeclareSerializer, request))
        return Response(_conflict(row), status=201)


class ConflictView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, conflict_id: UUID) -> Response:
        user = person(request)
        end_conflict(by=user, project=get_project(user, slug), conflict_id=conflict_id)
        return Response(status=204)


class OwnConflictView(APIView):
    """A reader's own, of the case that they read."""

    @extend_schema(request=s.OwnConflictSerializer, responses={204: None})
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        read = get_own_read(user, read_id)
        declare_own_conflict(by=user, read=read, **checked(s.OwnConflictSerializer, request))
        return Response(status=204)
