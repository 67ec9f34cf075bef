"""Documents about a model, made from records: as data for the page, or as a file."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.addresses import absolute
from api.requests import person
from portal.core.errors import InvalidInput
from portal.modelhub.card import model_card, records_of
from portal.modelhub.checklists import Filled, all_checklists, as_paper, checklist_named, fill
from portal.modelhub.papers import Paper, as_html, as_markdown
from portal.modelhub.selectors import get_model

MEDIA = {"markdown": ("md", "text/markdown"), "html": ("html", "text/html")}
AS = OpenApiParameter("as", OpenApiTypes.STR, enum=list(MEDIA))
ANSWERS = {
    (200, "application/json"): OpenApiTypes.OBJECT,
    (200, "text/markdown"): OpenApiTypes.STR,
    (200, "text/html"): OpenApiTypes.STR,
}


def answer(request: Request, paper: Paper, name: str) -> HttpResponse:
    """The document as data, or as the file that was asked for."""
    wanted = request.query_params.get("as")
    if wanted is None:
        return Response(paper.to_json())
    if wanted not in MEDIA:
        raise InvalidInput(None, **{"as": ["Choose markdown or html."]})
    ending, media_type = MEDIA[wanted]
    base = absolute(request, "")
    text = as_markdown(paper, base) if wanted == "markdown" else as_html(paper, base)
    response = HttpResponse(text, content_type=f"{media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


class ModelCardView(APIView):
    @extend_schema(parameters=[AS], responses=ANSWERS)
    def get(self, request: Request, model_id: UUID) -> HttpResponse:
        user = person(request)
        model = get_model(user, model_id)
        return answer(request, model_card(user, model), f"model-card-{model.name}-{model.version}")


class ChecklistsView(APIView):
    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, model_id: UUID) -> Response:
        """Each checklist, and how much of it the records of the model fill."""
        user = person(request)
        found = records_of(user, get_model(user, model_id))
        filled = [fill(listed, found) for listed in all_checklists()]
        keys = ("code", "title", "reference", "verified", "counts")
        return Response([{key: row[key] for key in keys} for row in map(Filled.to_json, filled)])


class ChecklistView(APIView):
    @extend_schema(parameters=[AS], responses=ANSWERS)
    def get(self, request: Request, model_id: UUID, checklist: str) -> HttpResponse:
        user = person(request)
        model = get_model(user, model_id)
        filled = fill(checklist_named(checklist), records_of(user, model))
        if request.query_params.get("as") is None:
            return Response(filled.to_json())
        return answer(request, as_paper(filled), f"{checklist}-{model.name}-{model.version}")
