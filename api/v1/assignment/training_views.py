"""Training and calibration: cases, results, admission."""

from dataclasses import asdict
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from api.v1.assignment import serializers as s
from portal.projects.selectors import get_project
from portal.reads.services.training import (
    admit,
    give_training,
    mark_training_cases,
    unmark_training_case,
)
from portal.reads.trainings import own_training, training_of


class TrainingView(APIView):
    @extend_schema(responses=s.TrainingSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        return Response(asdict(training_of(user, get_project(user, slug))))


class OwnTrainingView(APIView):
    """The signed-in reader's own."""

    @extend_schema(responses=s.OwnTrainingSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        return Response(asdict(own_training(user, get_project(user, slug))))


class TrainingCasesView(APIView):
    @extend_schema(request=s.MarkCasesSerializer, responses=s.MarkedSerializer)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        body = checked(s.MarkCasesSerializer, request)
        return Response({"added": len(mark_training_cases(by=user, project=project, **body))})


class TrainingCaseView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        unmark_training_case(by=user, project=get_project(user, slug), case_id=case_id)
        return Response(status=204)


class GiveTrainingView(APIView):
    @extend_schema(request=s.GiveTrainingSerializer, responses=s.GivenSerializer)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        body = checked(s.GiveTrainingSerializer, request)
        return Response({"created": len(give_training(by=user, project=project, **body))})


class AdmitView(APIView):
    @extend_schema(request=s.AdmitSerializer, responses={204: None})
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        admit(by=user, project=get_project(user, slug), **checked(s.AdmitSerializer, request))
        return Response(status=204)
