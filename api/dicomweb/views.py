"""The ordinary path: Django's middleware and the REST framework around the same handlers."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request

from api.addresses import absolute
from api.dicomweb import capabilities
from api.dicomweb.exchange import Ask, Reply
from api.dicomweb.gate import DicomwebView, visit
from api.dicomweb.routes import Handler
from api.requests import person
from portal.imaging.services.deleting import delete_images
from portal.projects.selectors import get_project


class Answer(DicomwebView):
    """GET of one address. ``handler`` is set by ``as_view``, in a tuple: a bare function on a
    class would become its method."""

    handler: ClassVar[tuple[Handler] | None] = None

    def get(self, request: Request, slug: str, **uids: str) -> HttpResponseBase:
        assert self.handler is not None
        return rendered(self.handler[0](asked(request, slug), **uids))


class Resource(Answer):
    """A study, a series or an instance: retrieved, or deleted by a data steward."""

    def delete(
        self, request: Request, slug: str, study: str, series: str = "", instance: str = ""
    ) -> HttpResponse:
        user = person(request)
        delete_images(
            by=user,
            project=get_project(user, slug),
            study_uid=study,
            series_uid=series,
            instance_uid=instance,
        )
        return HttpResponse(status=204)


class Capabilities(Answer):
    """``OPTIONS`` of the base address says the same as ``GET``."""

    handler = (capabilities.capabilities,)

    def options(self, request: Request, slug: str) -> HttpResponseBase:  # type: ignore[override]
        return self.get(request, slug)


def asked(request: Request, slug: str) -> Ask:
    inner: HttpRequest = request._request
    headers: Mapping[str, str] = {name.lower(): value for name, value in inner.headers.items()}
    query = {name: [str(v) for v in values] for name, values in inner.GET.lists()}
    root = absolute(inner, f"/dicomweb/{slug}")
    return Ask(visit(person(request), slug), slug, root, query, headers)


def rendered(reply: Reply) -> HttpResponseBase:
    response: Any
    if isinstance(reply.body, bytes):
        response = HttpResponse(reply.body, status=reply.status)
    else:
        response = StreamingHttpResponse(reply.body, status=reply.status)
    if reply.media_type:
        response.headers["Content-Type"] = reply.media_type
    elif "Content-Type" in response.headers:
        del response.headers["Content-Type"]
    for name, value in reply.headers.items():
        response.headers[name] = value
    found: HttpResponseBase = response
    return found
