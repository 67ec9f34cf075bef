"""Datasets, exports and test sets."""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import checked, person
from api.v1.datasets import rendering
from portal.core.errors import NotFound
from portal.datasets import selectors
from portal.datasets.services.exporting import export_dataset
from portal.datasets.services.freezing import freeze_dataset, usable_references
from portal.datasets.services.test_sets import freeze_test_set
from portal.jobs.selectors import describe
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require
from portal.storage import files

ANY = {200: OpenApiTypes.OBJECT}


class FractionsSerializer(serializers.Serializer[Any]):
    train = serializers.FloatField(min_value=0, max_value=1)
    validation = serializers.FloatField(min_value=0, max_value=1)
    test = serializers.FloatField(min_value=0, max_value=1)


class NewDatasetSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    case_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_null=True, default=None
    )
    fractions = FractionsSerializer(required=False)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=1)


class NewExportSerializer(serializers.Serializer[Any]):
    formats = serializers.ListField(child=serializers.CharField(), min_length=1, max_length=3)


class NewTestSetSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=["phantom", "cases"])
    n = serializers.IntegerField(required=False, default=5)
    seed = serializers.IntegerField(required=False, default=1, min_value=0, max_value=9999)


class DatasetsView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.VIEW_DATASETS, project)
        rows = selectors.visible_datasets(user).filter(project=project).order_by("-created_at")
        found = paged(request, rows, rendering.dataset)
        return Response({**found, "locked_cases": len(usable_references(project))})

    @extend_schema(request=NewDatasetSerializer, responses=ANY)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        row = freeze_dataset(by=user, project=project, **checked(NewDatasetSerializer, request))
        return Response(rendering.dataset(row, full=True), status=201)


class DatasetView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, dataset_id: UUID) -> Response:
        return Response(
            rendering.dataset(selectors.get_dataset(person(request), dataset_id), full=True)
        )


class ExportsView(APIView):
    @extend_schema(request=NewExportSerializer, responses=ANY)
    def post(self, request: Request, dataset_id: UUID) -> Response:
        user = person(request)
        row = export_dataset(
            by=user,
            dataset=selectors.get_dataset(user, dataset_id),
            **checked(NewExportSerializer, request),
        )
        return Response(describe(row.job), status=201)


class ExportDownloadView(APIView):
    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: UUID) -> FileResponse:
        row = selectors.get_export(person(request), export_id)
        if row.blob_id is None:
            raise NotFound()
        name = f"{row.dataset.project.slug}-{row.dataset.name}-{row.dataset.version}.zip"
        return FileResponse(files.open_bytes(row.blob_id), as_attachment=True, filename=name)


class TestSetsView(APIView):
    __test__ = False

    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.VIEW_MODELS, project)
        rows = selectors.visible_test_sets(user).filter(project=project).order_by("-created_at")
        return Response(paged(request, rows, rendering.test_set))

    @extend_schema(request=NewTestSetSerializer, responses=ANY)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        body = checked(NewTestSetSerializer, request)
        row = freeze_test_set(by=user, project=project, source=body.pop("kind"), **body)
        return Response(rendering.test_set(row), status=201)
