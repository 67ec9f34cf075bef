"""Protocols of a project: read by all its members, changed by its owner."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from api.v1.protocols import serializers as s
from api.v1.protocols.rendering import protocol
from portal.projects.selectors import get_project
from portal.protocols.selectors import visible_protocol, visible_protocols
from portal.protocols.services.protocols import amend_protocol

RULES = ("convention", "structures", "questions", "bands", "layouts")


class ProtocolsView(APIView):
    @extend_schema(responses=s.ProtocolSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        rows = visible_protocols(user, get_project(user, slug))
        return Response([protocol(row) for row in rows])


class ProtocolDetailView(APIView):
    @extend_schema(request=s.EditProtocolSerializer, responses=s.ProtocolSerializer)
    def put(self, request: Request, slug: str, protocol_id: UUID) -> Response:
        user = person(request)
        found = visible_protocol(user, get_project(user, slug), protocol_id)
        body = checked(s.EditProtocolSerializer, request)
        rules = {name: body.pop(name) for name in RULES if name in body}
        return Response(protocol(amend_protocol(by=user, protocol=found, rules=rules, **body)))
