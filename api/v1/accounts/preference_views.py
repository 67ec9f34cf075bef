"""How the signed-in person likes their viewer."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from portal.accounts.services.preferences import (
    preferences_of,
    set_digest,
    set_preferences,
    wants_digest,
)
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


class MailSerializer(serializers.Serializer[Any]):
    digest = serializers.BooleanField(help_text="One mail a day of notifications not looked at.")
    possible = serializers.BooleanField(
        read_only=True, help_text="Whether this installation sends mail."
    )


class MailView(APIView):
    """Whether the signed-in person wants mail."""

    @extend_schema(responses=MailSerializer)
    def get(self, request: Request) -> Response:
        return self._answer(request)

    @extend_schema(request=MailSerializer, responses=MailSerializer)
    def put(self, request: Request) -> Response:
        set_digest(by=person(request), wanted=checked(MailSerializer, request)["digest"])
        return self._answer(request)

    def _answer(self, request: Request) -> Response:
        wanted = wants_digest(person(request))
        return Response({"digest": wanted, "possible": settings.ACCORD_MAIL_CONFIGURED})
