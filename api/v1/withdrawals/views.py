"""Subjects by pseudonym, and taking one out: the data steward's."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import asked, checked, person
from api.v1.withdrawals import rendering
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require
from portal.withdrawal.selectors import get_subject, visible_subjects
from portal.withdrawal.services.withdrawing import preview, withdraw_subject

ANY = {200: OpenApiTypes.OBJECT}


class WithdrawalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)
    password = serializers.CharField(max_length=500, trim_whitespace=False)


class SubjectsView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.OPEN_VAULT, project)
        rows = visible_subjects(user, project)
        if search := asked(request, "search"):
            rows = rows.filter(label__icontains=search)
        return Response(paged(request, rows, rendering.subject))


class PreviewView(APIView):
    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, slug: str, subject_id: UUID) -> Response:
        """What a withdrawal would remove and affect; nothing is done."""
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.OPEN_VAULT, project)
        found = preview(by=user, subject=get_subject(user, project, subject_id))
        return Response(found.as_json())


class WithdrawalView(APIView):
    @extend_schema(request=WithdrawalSerializer, responses=ANY)
    def post(self, request: Request, slug: str, subject_id: UUID) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.OPEN_VAULT, project)
        found = withdraw_subject(
            by=user,
            subject=get_subject(user, project, subject_id),
            **checked(WithdrawalSerializer, request),
        )
        return Response(found.as_json())
