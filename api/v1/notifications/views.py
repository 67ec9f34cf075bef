from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import checked, person
from api.v1.notifications import serializers as s
from portal.accounts.models import Notification
from portal.accounts.services import notifications


def render(row: Notification) -> dict[str, Any]:
    return {
        "id": row.pk,
        "at": row.created_at,
        "kind": row.kind,
        "text": row.text,
        "href": row.href,
        "read": row.read_at is not None,
    }


class NotificationsView(APIView):
    """One's own notification centre."""

    @extend_schema(responses=s.NotificationPageSerializer)
    def get(self, request: Request) -> Response:
        rows = Notification.objects.filter(user=person(request)).order_by("-created_at", "pk")
        if request.query_params.get("unread") == "true":
            rows = rows.filter(read_at__isnull=True)
        return Response(paged(request, rows, render))


class MarkReadView(APIView):
    @extend_schema(request=s.MarkReadSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        body = checked(s.MarkReadSerializer, request)
        notifications.mark_read(by=person(request), ids=body["ids"])
        return Response(status=204)
