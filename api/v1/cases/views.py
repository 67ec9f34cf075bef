"""Cases of a project, and giving them to readers."""

from dataclasses import asdict
from functools import partial
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged_together
from api.requests import asked, checked, person
from api.v1.cases import rendering
from api.v1.cases import serializers as s
from portal.overview.cases import case_detail, cases_in, summaries
from portal.overview.checks import checks_of_case
from portal.overview.next_cases import next_cases
from portal.projects.selectors import get_project
from portal.reads.selectors import assignable_readers
from portal.reads.services.assign import assign_reads


class CasesView(APIView):
    @extend_schema(responses=s.CasePageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        rows = cases_in(
            user,
            project,
            state=asked(request, "state"),
            search=asked(request, "search"),
            ordering=asked(request, "ordering"),
            look=asked(request, "look"),
        )
        return Response(paged_together(request, rows, partial(summaries, user, project)))


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


class NextCasesView(APIView):
    """Which cases to have read next, by their drafts and by what the references lack."""

    @extend_schema(parameters=[s.NextAskSerializer], responses=s.NextCasesSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        ask = s.NextAskSerializer(data=request.query_params)
        ask.is_valid(raise_exception=True)
        return Response(asdict(next_cases(user, project, n=ask.validated_data["n"])))


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
