"""Cases of a project, and giving them to readers."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import checked, person
from api.v1.cases import rendering
from api.v1.cases import serializers as s
from portal.overview.cases import case_detail, cases_in, summary
from portal.overview.checks import checks_of_case
from portal.projects.selectors import get_project
from portal.reads.selectors import assignable_readers
from portal.reads.services.assign import assign_reads


class CasesView(APIView):
    @extend_schema(responses=s.CasePageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        rows = cases_in(
            user,
            get_project(user, slug),
            state=request.query_params.get("state", ""),
            search=request.query_params.get("search", ""),
            ordering=request.query_params.get("ordering", ""),
        )
        return Response(paged(request, rows, summary))


class CaseView(APIView):
    @extend_schema(responses=s.CaseDetailSerializer)
    def get(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        found = case_detail(user, get_project(user, slug), case_id)
        return Response(rendering.case_detail(slug, found))


class CaseChecksView(APIView):
    @extend_schema(responses=s.StackChecksSerializer(many=True))
    def get(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        found = checks_of_case(user, get_project(user, slug), case_id)
        return Response([rendering.stack_checks(row) for row in found])


class ReadersView(APIView):
    @extend_schema(responses=s.ReaderRowSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        return Response([vars(row) for row in assignable_readers(user, get_project(user, slug))])


class AssignmentsView(APIView):
    @extend_schema(request=s.AssignSerializer, responses=s.AssignedSerializer)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        body = checked(s.AssignSerializer, request)
        outcome = assign_reads(by=user, project=get_project(user, slug), **body)
        return Response(rendering.assigned(outcome))
