"""How the signed-in person likes their viewer."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import person
from portal.accounts.services.preferences import preferences_of, set_preferences
from portal.core.errors import InvalidInput


class PreferencesSerializer(serializers.Serializer[Any]):
    viewer = serializers.DictField(help_text="Free JSON of at most 32 kB.")


class PreferencesView(APIView):
    @extend_schema(responses=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        return Response(preferences_of(person(request)))

    @extend_schema(request=PreferencesSerializer, responses=PreferencesSerializer)
    def put(self, request: Request) -> Response:
        if not isinstance(request.data, dict):
            raise InvalidInput(None, body=["Give an object."])
        return Response(set_preferences(by=person(request), viewer=request.data.get("viewer")))
