"""The settings of a project's DIMSE receiver."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from portal.intake.selectors import receiving_of
from portal.intake.services.receivers import Sender, set_receiving
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require


class SenderSerializer(serializers.Serializer[Any]):
    ae_title = serializers.CharField(max_length=16)
    network = serializers.CharField(max_length=43, allow_blank=True, default="")
    active = serializers.BooleanField(default=True)


class ReceivingSettingsSerializer(serializers.Serializer[Any]):
    ae_title = serializers.CharField(max_length=16)
    enabled = serializers.BooleanField(default=True)
    senders = SenderSerializer(many=True)


class RejectedSerializer(serializers.Serializer[Any]):
    ae_title = serializers.CharField()
    reason = serializers.CharField()
    count = serializers.IntegerField()
    last_at = serializers.DateTimeField()


class ReceivingSerializer(ReceivingSettingsSerializer):
    port = serializers.IntegerField()
    tls = serializers.BooleanField()
    rejected = RejectedSerializer(many=True)


def render(project: Project) -> dict[str, Any]:
    receiver, rejected = receiving_of(project)
    senders = sorted(receiver.senders.all(), key=lambda s: s.created_at) if receiver else []
    return {
        "ae_title": receiver.ae_title if receiver else "",
        "enabled": receiver.enabled if receiver else False,
        "senders": [
            {"ae_title": s.ae_title, "network": s.network, "active": s.active} for s in senders
        ],
        "port": settings.ACCORD_SCP_PORT,
        "tls": bool(settings.ACCORD_SCP_TLS_CERT),
        "rejected": [
            {
                "ae_title": row.calling,
                "reason": row.reason,
                "count": row.count,
                "last_at": row.last_at,
            }
            for row in rejected
        ],
    }


class ReceivingView(APIView):
    """Under which AE title the project receives, from whom, and who was turned away."""

    def _project(self, request: Request, slug: str) -> Project:
        project = get_project(person(request), slug)
        require(person(request), Permission.EDIT_SETTINGS, project)
        return project

    @extend_schema(responses=ReceivingSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(render(self._project(request, slug)))

    @extend_schema(request=ReceivingSettingsSerializer, responses=ReceivingSerializer)
    def put(self, request: Request, slug: str) -> Response:
        project = self._project(request, slug)
        body = checked(ReceivingSettingsSerializer, request)
        set_receiving(
            by=person(request),
            project=project,
            ae_title=body["ae_title"],
            enabled=body["enabled"],
            senders=[Sender(**sender) for sender in body["senders"]],
        )
        return Response(render(project))
