"""Projects: list, guided creation, front page, settings."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import asked, checked, person
from api.v1.projects import serializers as s
from api.v1.projects.rendering import model_brief
from portal.accounts.models import User
from portal.overview.selectors import ProjectOverview, overview
from portal.projects.deidentification import is_settled, procedure_of
from portal.projects.models import Project
from portal.projects.selectors import get_project, visible_projects
from portal.projects.services import projects
from portal.projects.setup import ProjectOptions


def render(found: ProjectOverview) -> dict[str, Any]:
    project = found.project
    return {
        "slug": project.slug,
        "name": project.name,
        "description": project.description,
        "time_zone": project.time_zone,
        "my_roles": found.roles,
        "my_permissions": found.permissions,
        "champion": model_brief(found.champion) if found.champion else None,
        "counts": vars(found.counts),
        "first_run": [vars(step) for step in found.first_run],
        "deidentification": _deidentification(project),
        "created_at": project.created_at,
    }


def _deidentification(project: Project) -> dict[str, Any]:
    procedure = procedure_of(project)
    return {
        "on": procedure is not None,
        "options": sorted(procedure.options) if procedure else [],
        "procedure": project.deid_procedure,
        "fixed": is_settled(project),
    }


def _body(serializer: type[Any], request: Request) -> dict[str, Any]:
    """The checked body, with the choice of de-identification as the service takes it."""
    body = checked(serializer, request)
    if "deidentification" in body:
        body["deidentification"] = projects.Deidentification(**body["deidentification"])
    return body


class ProjectsView(APIView):
    @extend_schema(responses=s.ProjectPageSerializer)
    def get(self, request: Request) -> Response:
        user = person(request)
        rows = visible_projects(user).order_by("name", "pk")
        search = asked(request, "search")
        if search:
            rows = rows.filter(name__icontains=search)
        return Response(paged(request, rows, lambda row: render(overview(user, row))))

    @extend_schema(request=s.NewProjectSerializer, responses={201: s.ProjectSerializer})
    def post(self, request: Request) -> Response:
        body = _body(s.NewProjectSerializer, request)
        options = ProjectOptions(
            starting_model=body.pop("starting_model", ""),
            ai_visible=body.pop("ai_visible"),
            reads_per_case=body.pop("reads_per_case"),
            protocol=body.pop("protocol"),
        )
        user = person(request)
        project = projects.create_project(by=user, options=options, **body)
        return Response(render(overview(user, project)), status=201)


class ProjectDetailView(APIView):
    @extend_schema(responses=s.ProjectSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return _answer(person(request), get_project(person(request), slug))

    @extend_schema(request=s.UpdateProjectSerializer, responses=s.ProjectSerializer)
    def patch(self, request: Request, slug: str) -> Response:
        user = person(request)
        body = _body(s.UpdateProjectSerializer, request)
        project = projects.update_project(by=user, project=get_project(user, slug), **body)
        return _answer(user, project)


def _answer(user: User, project: Project) -> Response:
    return Response(render(overview(user, project)))
