"""Shadow mode of a model: on, off, and how it did."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from portal.accounts.models import User
from portal.modelhub.models import ModelVersion
from portal.modelhub.selectors import get_model
from portal.modelhub.services.shadowing import end_shadow, may_shadow, start_shadow
from portal.modelhub.shadow_selectors import shadow_of
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of, require

ANY = {200: OpenApiTypes.OBJECT}


class ShadowSerializer(serializers.Serializer[Any]):
    on = serializers.BooleanField()


class ShadowView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, model_id: UUID) -> Response:
        user = person(request)
        return Response(_shown(user, _model(user, model_id)))

    @extend_schema(request=ShadowSerializer, responses=ANY)
    def post(self, request: Request, model_id: UUID) -> Response:
        user = person(request)
        model = _model(user, model_id)
        change = start_shadow if checked(ShadowSerializer, request)["on"] else end_shadow
        change(by=user, model=model)
        return Response(_shown(user, model))


def _model(user: User, model_id: UUID) -> ModelVersion:
    """The model, for those who train or approve."""
    model = get_model(user, model_id)
    if Permission.APPROVE_MODEL not in permissions_of(user, model.project_id):
        require(user, Permission.TRAIN, model.project_id)
    return model


def _shown(user: User, model: ModelVersion) -> dict[str, Any]:
    return {**shadow_of(user, model), "may_start": may_shadow(user, model)}
