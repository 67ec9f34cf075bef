"""Datasets, exports and test sets."""

from uuid import UUID

from django.http import FileResponse, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.downloads import made_now
from api.paging import paged
from api.requests import checked, person
from api.v1.datasets import rendering
from api.v1.datasets.asking import (
    FreeCasesSerializer,
    NewDatasetSerializer,
    NewExportSerializer,
    NewTestSetSerializer,
    freeze_options,
)
from cmrkit.writers import write_csv, write_parquet
from portal.core.errors import InvalidInput, NotFound
from portal.datasets import selectors
from portal.datasets.services.exporting import export_dataset
from portal.datasets.services.freezing import freeze_dataset, usable_references
from portal.datasets.services.test_sets import free_references, freeze_test_set, patients_of
from portal.jobs.selectors import describe
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require
from portal.storage import files

ANY = {200: OpenApiTypes.OBJECT}
TABLES = {
    "parquet": ("application/vnd.apache.parquet", write_parquet),
    "csv": ("text/csv; charset=utf-8", write_csv),
}


class DatasetsView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.VIEW_DATASETS, project)
        rows = selectors.visible_datasets(user).filter(project=project).order_by("-created_at")
        found = paged(request, rows, rendering.dataset)
        references = usable_references(project)
        sites = sorted({r.case.visit.subject.site.name for r in references})
        return Response({**found, "locked_cases": len(references), "sites": sites})

    @extend_schema(request=NewDatasetSerializer, responses=ANY)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        body = checked(NewDatasetSerializer, request)
        row = freeze_dataset(by=user, project=project, **freeze_options(project, body))
        return Response(rendering.dataset(row, full=True), status=201)


class DatasetView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, dataset_id: UUID) -> Response:
        return Response(
            rendering.dataset(selectors.get_dataset(person(request), dataset_id), full=True)
        )


class ManifestView(APIView):
    """The bytes whose SHA-256 is the version's content hash."""

    @extend_schema(responses=ANY)
    def get(self, request: Request, dataset_id: UUID) -> HttpResponse:
        data = selectors.manifest_of(person(request), dataset_id)
        return HttpResponse(data, content_type="application/json")


class DifferenceView(APIView):
    """What changed from ``old_id`` to ``dataset_id``."""

    @extend_schema(responses=ANY)
    def get(self, request: Request, dataset_id: UUID, old_id: UUID) -> Response:
        return Response(selectors.difference(person(request), old_id, dataset_id))


class MeasurementsView(APIView):
    """Numbers and answers, a row each: Parquet, or CSV by ``?as=csv``."""

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=sorted(TABLES))],
        responses={(200, "application/vnd.apache.parquet"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, dataset_id: UUID) -> FileResponse:
        wanted = request.query_params.get("as", "parquet")
        if wanted not in TABLES:
            raise InvalidInput(None, **{"as": [f"One of {', '.join(sorted(TABLES))}."]})
        rows = selectors.measurements_of(person(request), dataset_id)
        media_type, write = TABLES[wanted]
        name = f"measurements.{wanted}"
        return made_now(lambda out: write(out, rows), name=name, media_type=media_type)


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


class FreeCasesView(APIView):
    """How many patients and cases may still be held out for tests."""

    @extend_schema(responses=FreeCasesSerializer)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.FREEZE_TEST_SETS, project)
        free = free_references(project)
        return Response({"patients": len(patients_of(free)), "cases": len(free)})
