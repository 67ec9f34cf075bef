"""Studies, stacks and thumbnails."""

from functools import partial
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import asked, checked, person
from api.v1.imaging import rendering
from api.v1.imaging.serializers import StackKindInput
from portal.core.errors import NotFound
from portal.imaging.access import (
    get_study,
    image_access,
    listed_studies,
    sees_descriptions,
)
from portal.imaging.selectors import get_stack, label_of, with_stacks
from portal.imaging.services.labelling import correct_stack, revert_stack
from portal.projects.selectors import get_project

ANY = {200: OpenApiTypes.OBJECT}


class StudiesView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        as_stored = sees_descriptions(user, project)
        rows = listed_studies(user, project)
        if search := asked(request, "search"):
            named = Q(label__icontains=search) | Q(description__icontains=search)
            rows = rows.filter(named) if as_stored else rows.none()
        if kind := asked(request, "kind"):
            rows = rows.filter(stacks__sequence_kind=kind, stacks__is_latest=True).distinct()
        rows = with_stacks(rows).order_by("-created_at", "pk")
        render = partial(rendering.study, slug=slug, as_stored=as_stored)
        return Response(paged(request, rows, render))


class StudyView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str, study_id: UUID) -> Response:
        user = person(request)
        project = get_project(user, slug)
        get_study(user, project, study_id)
        row = with_stacks(listed_studies(user, project)).get(pk=study_id)
        as_stored = sees_descriptions(user, project)
        return Response(rendering.study(row, slug, as_stored=as_stored, full=True))


class StackView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str, stack_id: UUID) -> Response:
        user = person(request)
        project = get_project(user, slug)
        stack, names = get_stack(user, project, stack_id)
        as_stored = sees_descriptions(user, project)
        return Response(rendering.stack_detail(stack, slug, names, as_stored=as_stored))


class StackKindView(APIView):
    @extend_schema(request=StackKindInput, responses=ANY)
    def patch(self, request: Request, slug: str, stack_id: UUID) -> Response:
        user = person(request)
        stack, names = get_stack(user, get_project(user, slug), stack_id)
        stack = correct_stack(by=user, stack=stack, **checked(StackKindInput, request))
        return Response(rendering.stack_summary(stack, slug, label_of(stack), names, checked=True))

    @extend_schema(responses=ANY)
    def delete(self, request: Request, slug: str, stack_id: UUID) -> Response:
        user = person(request)
        stack, names = get_stack(user, get_project(user, slug), stack_id)
        stack = revert_stack(by=user, stack=stack)
        return Response(rendering.stack_summary(stack, slug, names=names, checked=True))


def _png(data: bytes | memoryview | None) -> HttpResponse:
    if data is None:
        raise NotFound()
    response = HttpResponse(bytes(data), content_type="image/png")
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


class StackThumbnailView(APIView):
    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, stack_id: UUID) -> HttpResponse:
        user = person(request)
        stack, _ = get_stack(user, get_project(user, slug), stack_id)
        return _png(stack.thumbnail)


class StudyThumbnailView(APIView):
    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, slug: str, study_id: UUID) -> HttpResponse:
        user = person(request)
        project = get_project(user, slug)
        study = get_study(user, project, study_id)
        if not image_access(user, project).includes(study.study_uid):
            raise NotFound()  # listing a study is not seeing it
        return _png(study.thumbnail)
