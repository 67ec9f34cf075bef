"""How the readings of a case compare; 404 until all its reads are in."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import person
from api.v1.agreement import serializers as s
from portal.agreement.selectors import shown_values, visible_comparison
from portal.projects.selectors import get_project


class AgreementView(APIView):
    @extend_schema(responses=s.AgreementSerializer)
    def get(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        row = visible_comparison(user, get_project(user, slug), case_id)
        return Response(shown_values(row))
