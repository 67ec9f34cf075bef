from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import person
from api.v1.work import serializers as s
from portal.overview.work import WorkItem, my_work


def render(item: WorkItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": item.title,
        "subtitle": item.subtitle,
        "href": item.href,
        "state": item.state,
        "progress": None,
        "project": {"slug": item.project.slug, "name": item.project.name},
        "due_at": item.due_at,
        "updated_at": item.updated_at,
    }


class MyWorkView(APIView):
    """What waits for the signed-in person."""

    @extend_schema(responses=s.WorkSerializer)
    def get(self, request: Request) -> Response:
        return Response(
            {
                "sections": [
                    {
                        "key": section.key,
                        "title": section.title,
                        "items": [render(item) for item in section.items],
                        "more": section.more,
                        "done": section.done,
                    }
                    for section in my_work(person(request))
                ]
            }
        )
