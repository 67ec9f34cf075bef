"""Plans of many reads: shown, then made as shown; of very many in the background."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from api.v1.assignment import serializers as s
from portal.core.errors import InvalidInput
from portal.jobs.models import Job
from portal.projects.selectors import get_project
from portal.reads.services.plan_jobs import (
    get_plan_job,
    is_large,
    made_of,
    queue_plan,
    result_of,
    shown_of,
)
from portal.reads.services.planning import Wanted, make_assignments, preview_plan


def _wanted(body: dict[str, Any]) -> Wanted:
    loads = body.get("loads")
    try:
        known = None if loads is None else {UUID(user_id): n for user_id, n in loads.items()}
    except ValueError as error:
        raise InvalidInput(loads=["Give the open reads by the person's id."]) from error
    return Wanted(
        user_ids=body["user_ids"],
        case_ids=body.get("case_ids"),
        balance_by=body.get("balance_by"),
        seed=body.get("seed", ""),
        loads=known,
    )


def _queued(job: Job) -> Response:
    return Response({"job_id": str(job.pk)}, status=202)


class PlanView(APIView):
    """What would be assigned. Nothing changes. Answers 202 with a job where cases × readers are
    more than 20,000."""

    @extend_schema(
        request=s.WantedSerializer,
        responses={200: s.PlanSerializer, 202: s.PlanQueuedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        wanted = _wanted(checked(s.WantedSerializer, request))
        if is_large(project, wanted):
            return _queued(queue_plan(by=user, project=project, wanted=wanted))
        return Response(shown_of(preview_plan(by=user, project=project, wanted=wanted)))


class MakePlanView(APIView):
    """Make the plan that was shown, or refuse where it would be another one now. A large one is
    made by a job, which is refused in the same words."""

    @extend_schema(
        request=s.MakePlanSerializer,
        responses={200: s.PlanMadeSerializer, 202: s.PlanQueuedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        body = checked(s.MakePlanSerializer, request)
        wanted, expected = _wanted(body), body["digest"]
        if is_large(project, wanted):
            job = queue_plan(by=user, project=project, wanted=wanted, expected_digest=expected)
            return _queued(job)
        row = make_assignments(by=user, project=project, wanted=wanted, expected_digest=expected)
        return Response(made_of(row))


class PlanJobView(APIView):
    """How far the person's own plan is, and the plan once it is there."""

    @extend_schema(responses=s.PlanJobSerializer)
    def get(self, request: Request, slug: str, job_id: UUID) -> Response:
        user = person(request)
        job = get_plan_job(user, get_project(user, slug), job_id)
        found = result_of(job)
        failed = bool(job.error_code)
        return Response(
            {
                "id": str(job.pk),
                "state": job.state,
                "progress": job.progress,
                "message": job.message,
                "problem": {"code": job.error_code, "message": job.error_message}
                if failed
                else None,
                "plan": found.get("plan"),
                "made": found.get("made"),
            }
        )
