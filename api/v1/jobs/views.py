"""Jobs: list, one, cancel, retry."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import checked, person
from portal.core.errors import NotFound
from portal.inference.services.preannotation import preannotate_cases, preannotate_read
from portal.jobs.selectors import describe, get_job, visible_jobs
from portal.jobs.services import queue
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require
from portal.reads.blinding import get_own_read, visible_cases

ANY = {200: OpenApiTypes.OBJECT}


class JobsView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        rows = visible_jobs(user).filter(project=get_project(user, slug))
        if state := request.query_params.get("state", ""):
            rows = rows.filter(state__in=state.split(","))
        rows = rows.select_related("project").order_by("-created_at")
        return Response(paged(request, rows, describe))


class JobView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, job_id: UUID) -> Response:
        return Response(describe(get_job(person(request), job_id)))


class JobCancelView(APIView):
    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, job_id: UUID) -> Response:
        user = person(request)
        return Response(describe(queue.cancel(by=user, job=get_job(user, job_id))))


class JobRetryView(APIView):
    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, job_id: UUID) -> Response:
        user = person(request)
        return Response(describe(queue.retry(by=user, job=get_job(user, job_id))))


class CasesSerializer(serializers.Serializer[Any]):
    case_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=500)


class PreannotateView(APIView):
    """Drafts for cases of a project."""

    @extend_schema(request=CasesSerializer, responses=ANY)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.PREANNOTATE, project)
        wanted = checked(CasesSerializer, request)["case_ids"]
        cases = list(
            visible_cases(user).filter(project=project, pk__in=wanted).select_related("project")
        )
        if len(cases) != len(set(wanted)):
            raise NotFound()
        jobs = preannotate_cases(by=user, cases=cases)
        return Response([describe(job) for job in jobs], status=201)


class PreannotateReadView(APIView):
    """A draft for the person's own read."""

    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        job = preannotate_read(by=user, read=get_own_read(user, read_id))
        return Response(describe(job), status=201)
