"""Jobs: list, one, cancel, retry."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import asked, checked, person
from portal.accounts.models import User
from portal.core.errors import NotAllowed, NotFound
from portal.inference.services.batch import plan_batch, preannotate_project
from portal.inference.services.preannotation import preannotate_cases, preannotate_read
from portal.jobs.models import Job
from portal.jobs.selectors import describe, describe_to, get_job, visible_jobs
from portal.jobs.services import queue
from portal.jobs.workload import workload
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require
from portal.reads.blinding import get_own_read, visible_cases

ANY = {200: OpenApiTypes.OBJECT}


NARROWED_BY = [
    OpenApiParameter("state", str, description="states, comma-separated"),
    OpenApiParameter("kind", str, description="kinds, comma-separated"),
]


def _listed(request: Request, user: User, rows: QuerySet[Job]) -> Response:
    for name in ("state", "kind"):
        if wanted := asked(request, name):
            rows = rows.filter(**{f"{name}__in": wanted.split(",")})
    rows = rows.select_related("project").order_by("-created_at")
    return Response(paged(request, rows, lambda job: describe_to(user, job)))


class JobsView(APIView):
    @extend_schema(parameters=NARROWED_BY, responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        return _listed(request, user, visible_jobs(user).filter(project=get_project(user, slug)))


class AllJobsView(APIView):
    """Jobs of every project that the person may see jobs of."""

    @extend_schema(parameters=NARROWED_BY, responses=ANY)
    def get(self, request: Request) -> Response:
        user = person(request)
        return _listed(request, user, visible_jobs(user))


class WorkloadView(APIView):
    """Queues, workers and pace, for those who run the project."""

    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        if not user.is_installation_admin:
            require(user, Permission.VIEW_JOBS, project)
        rows = visible_jobs(user).filter(project=project)
        return Response(workload(rows, names=user.is_installation_admin))


class AllWorkloadView(APIView):
    """The same for the whole installation, for its admins."""

    @extend_schema(responses=ANY)
    def get(self, request: Request) -> Response:
        user = person(request)
        if not user.is_installation_admin:
            raise NotAllowed()
        return Response(workload(visible_jobs(user), names=True))


class JobView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, job_id: UUID) -> Response:
        user = person(request)
        return Response(describe_to(user, get_job(user, job_id)))


class JobCancelView(APIView):
    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, job_id: UUID) -> Response:
        user = person(request)
        return Response(describe_to(user, queue.cancel(by=user, job=get_job(user, job_id))))


class JobRetryView(APIView):
    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, job_id: UUID) -> Response:
        user = person(request)
        return Response(describe_to(user, queue.retry(by=user, job=get_job(user, job_id))))


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


class PreannotateAllView(APIView):
    """Drafts for all cases of a project that lack one."""

    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        """What asking would queue, and what it would leave out and why."""
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.PREANNOTATE, project)
        return Response(plan_batch(project=project).to_json())

    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        done = preannotate_project(by=user, project=get_project(user, slug))
        return Response(done.to_json(), status=201)


class PreannotateReadView(APIView):
    """A draft for the person's own read."""

    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, read_id: UUID) -> Response:
        user = person(request)
        job = preannotate_read(by=user, read=get_own_read(user, read_id))
        return Response(describe_to(user, job), status=201)
