"""Protocols of a project: read by all its members, changed by its owner."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import asked, checked, person, whole_number
from api.v1.protocols import rendering
from api.v1.protocols import serializers as s
from portal.projects.selectors import get_project
from portal.protocols import selectors
from portal.protocols.ready import ready_protocols
from portal.protocols.schema.document import RULES
from portal.protocols.services import protocols as services


class ReadyProtocolsView(APIView):
    """What a project can start from; the same for everybody."""

    @extend_schema(responses=s.ReadyProtocolSerializer(many=True))
    def get(self, request: Request) -> Response:
        person(request)
        return Response(
            [
                {"key": ready.key, "summary": ready.summary, "document": ready.document}
                for ready in ready_protocols()
            ]
        )


class ProtocolsView(APIView):
    @extend_schema(responses=s.ProtocolSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        rows = selectors.visible_protocols(user, get_project(user, slug))
        return Response([rendering.protocol(row) for row in rows])

    @extend_schema(request=s.DocumentSerializer, responses={201: s.VersionSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Another protocol, from a document: one that was exported, a ready one, or a new one."""
        user = person(request)
        project = get_project(user, slug)
        made = services.create_protocol(by=user, project=project, wanted=request.data)
        return Response(rendering.version(made), status=201)


class ProtocolDraftView(APIView):
    @extend_schema(request=s.DraftSerializer, responses=s.DraftCheckSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """What is wrong with a document that is being written, and what saving it would do."""
        user = person(request)
        project = get_project(user, slug)
        body = checked(s.DraftSerializer, request)
        wanted = body.get("protocol")
        found = selectors.visible_protocol(user, project, wanted) if wanted else None
        return Response(
            selectors.check_draft(
                user=user, project=project, protocol=found, wanted=body["document"]
            )
        )


class ProtocolDetailView(APIView):
    @extend_schema(responses=s.VersionSerializer)
    def get(self, request: Request, slug: str, protocol_id: UUID) -> Response:
        """The newest version."""
        user = person(request)
        found = selectors.visible_protocol(user, get_project(user, slug), protocol_id)
        return Response(rendering.version(selectors.versions_of(found)[0]))

    @extend_schema(request=s.EditProtocolSerializer, responses=s.VersionSerializer)
    def put(self, request: Request, slug: str, protocol_id: UUID) -> Response:
        user = person(request)
        found = selectors.visible_protocol(user, get_project(user, slug), protocol_id)
        body = checked(s.EditProtocolSerializer, request)
        rules = {name: body.pop(name) for name in RULES if name in body}
        saved = services.amend_protocol(by=user, protocol=found, rules=rules, **body)
        return Response(rendering.version(saved))


class UseProtocolView(APIView):
    @extend_schema(request=None, responses=s.VersionSerializer)
    def post(self, request: Request, slug: str, protocol_id: UUID) -> Response:
        """New reads follow this protocol from now on."""
        user = person(request)
        found = selectors.visible_protocol(user, get_project(user, slug), protocol_id)
        return Response(rendering.version(services.use_protocol(by=user, protocol=found)))


class ProtocolVersionView(APIView):
    @extend_schema(responses=s.VersionSerializer)
    def get(self, request: Request, slug: str, protocol_id: UUID, version: int) -> Response:
        user = person(request)
        found = selectors.visible_protocol(user, get_project(user, slug), protocol_id)
        return Response(rendering.version(selectors.version_of(found, version)))


class ProtocolFileView(APIView):
    @extend_schema(responses=s.DocumentSerializer)
    def get(self, request: Request, slug: str, protocol_id: UUID, version: int) -> Response:
        """The version as a file, for import elsewhere."""
        user = person(request)
        found = selectors.visible_protocol(user, get_project(user, slug), protocol_id)
        return Response(selectors.document(selectors.version_of(found, version)))


class ProtocolChangesView(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("since", int, description="A version; else the one before.")],
        responses=s.ChangeSerializer(many=True),
    )
    def get(self, request: Request, slug: str, protocol_id: UUID, version: int) -> Response:
        """What differs between two versions."""
        user = person(request)
        found = selectors.visible_protocol(user, get_project(user, slug), protocol_id)
        since = whole_number(asked(request, "since"))
        before = max(1, version - 1) if since is None else since
        return Response(
            selectors.changes_between(
                selectors.version_of(found, before), selectors.version_of(found, version)
            )
        )
