"""Annotations made elsewhere, brought to a case as one file."""

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import body_chunks, person
from api.v1.annotations import serializers as s
from api.v1.annotations.rendering import imported
from api.v1.imports.views import RawParser
from cmrkit.annotations_in import Options, parse_mapping
from portal.annotations.imports import get_case_for_import, imports_of
from portal.annotations.services.importing import import_annotations, received
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require


class ImportAnnotationsView(APIView):
    """The body is the file; its form is told by its content."""

    parser_classes = [RawParser]

    @extend_schema(
        parameters=[
            s.ImportQuerySerializer,
            OpenApiParameter("map", str, many=True, description="NAME=MEANING"),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={201: s.ImportedAnnotationsSerializer},
    )
    def post(self, request: Request, slug: str, case_id: UUID) -> Response:
        user = person(request)
        project = get_project(user, slug)
        case = get_case_for_import(user, project, case_id)
        require(user, Permission.IMPORT, project)
        query = s.ImportQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        mapping = parse_mapping(request.query_params.getlist("map")) or None
        file, sha256 = received(body_chunks(request))
        row = import_annotations(
            by=user,
            case=case,
            file=file,
            sha256=sha256,
            source=query.validated_data["source"],
            options=Options(phase=query.validated_data["phase"], mapping=mapping),
        )
        (found,) = [one for one in imports_of(user, case) if one.row.pk == row.pk]
        return Response(imported(found), status=201)
