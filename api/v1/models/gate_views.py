"""How models are judged, and the way back."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from api.v1.models import rendering
from cmrkit.gate import DEFAULT
from portal.modelhub import selectors
from portal.modelhub.services.gate_plans import state_plan
from portal.modelhub.services.rolling_back import roll_back
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, permissions_of, require

ANY = {200: OpenApiTypes.OBJECT}


class NewPlanSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    meaning = serializers.CharField(max_length=200)
    rules = serializers.DictField()
    may_change = serializers.CharField(max_length=2000, allow_blank=True)
    protocol = serializers.CharField(max_length=2000, allow_blank=True)
    impact = serializers.CharField(max_length=2000, allow_blank=True)


class RollBackSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500, allow_blank=True)


class GatePlansView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        """The plans, newest first, and the rules that hold where there is none."""
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.VIEW_MODELS, project)
        rows = selectors.visible_plans(user).filter(project=project).order_by("-version")
        held = permissions_of(user, project)
        return Response(
            {
                "plans": [rendering.gate_plan(row) for row in rows],
                "default_rules": DEFAULT.to_json(),
                "may_state": Permission.APPROVE_MODEL in held and Permission.TRAIN not in held,
            }
        )

    @extend_schema(request=NewPlanSerializer, responses=ANY)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.APPROVE_MODEL, project)
        plan = state_plan(by=user, project=project, **checked(NewPlanSerializer, request))
        return Response(rendering.gate_plan(plan), status=201)


class RollBackView(APIView):
    @extend_schema(request=RollBackSerializer, responses=ANY)
    def post(self, request: Request, model_id: UUID) -> Response:
        user = person(request)
        model = selectors.get_model(user, model_id)
        require(user, Permission.APPROVE_MODEL, model.project_id)
        before = roll_back(
            by=user, project=model.project, model=model, **checked(RollBackSerializer, request)
        )
        return Response(rendering.model_detail(user, before))
