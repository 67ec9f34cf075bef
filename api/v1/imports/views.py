"""Imports from the browser: one request per file, each of which may be sent again."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import asked, body_chunks, checked, person, whole_number
from api.v1.imaging.rendering import study
from portal.accounts.models import User
from portal.core.errors import InvalidInput, NotAllowed
from portal.imaging.selectors import with_stacks
from portal.intake.models import ImportBatch, ImportItem, ImportOutcome
from portal.intake.selectors import (
    get_import,
    items_of,
    items_problems_first,
    job_of,
    studies_of,
    visible_imports,
)
from portal.intake.services.batches import finish_import, start_import
from portal.intake.services.deidentifying import import_label
from portal.intake.services.receiving import receive_file, skip_known
from portal.jobs.selectors import describe
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require

ANY = {200: OpenApiTypes.OBJECT}


class RawParser(BaseParser):
    """Leaves the body as a stream: a file is never held in memory."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return stream


class NewImportSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    expected_files = serializers.IntegerField(min_value=0, required=False, allow_null=True)


def render_item(item: ImportItem) -> dict[str, Any]:
    return {
        "sequence": item.sequence,
        "sha256": item.sha256,
        "outcome": item.outcome,
        "code": item.code,
        "message": item.message,
        "size": item.size,
        "study": item.instance.series.study.label if item.instance else None,
    }


def render(batch: ImportBatch) -> dict[str, Any]:
    return {
        "id": batch.pk,
        "name": batch.label,
        "state": batch.state,
        "counts": {
            "expected": batch.expected_files,
            **{name: getattr(batch, name) for name in ImportOutcome.values},
        },
        "started_at": batch.created_at,
        "finished_at": batch.finished_at,
    }


class ImportsView(APIView):
    parser_classes = [JSONParser]

    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.IMPORT, project)
        rows = visible_imports(user, project).order_by("-created_at")
        return Response(paged(request, rows, render))

    @extend_schema(request=NewImportSerializer, responses=ANY)
    def post(self, request: Request, slug: str) -> Response:
        user = person(request)
        project = get_project(user, slug)
        body = checked(NewImportSerializer, request)
        batch = start_import(
            by=user,
            project=project,
            label=import_label(project, body["name"]) or "Upload",
            expected_files=body.get("expected_files"),
        )
        return Response(render(get_import(user, project, batch.pk)), status=201)


class ImportView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str, batch_id: UUID) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.IMPORT, project)
        batch = get_import(user, project, batch_id)
        found = render(batch)
        found["items"] = [render_item(item) for item in items_problems_first(batch)]
        found["studies"] = [
            study(row, slug, as_stored=True) for row in with_stacks(studies_of(batch))
        ]
        job = job_of(batch)
        found["job"] = describe(job) if job else None
        return Response(found)


def own_import(user: User, slug: str, batch_id: UUID) -> ImportBatch:
    """An import that this person may add files to."""
    project = get_project(user, slug)
    require(user, Permission.IMPORT, project)
    batch = get_import(user, project, batch_id)
    if batch.started_by_id != user.pk:
        raise NotAllowed("Only the person who started an import adds files to it.")
    return batch


class ImportFilesView(APIView):
    parser_classes = [RawParser]

    @extend_schema(request={"application/octet-stream": OpenApiTypes.BINARY}, responses=ANY)
    def post(self, request: Request, slug: str, batch_id: UUID) -> Response:
        batch = own_import(person(request), slug, batch_id)
        sequence = whole_number(asked(request, "sequence"))
        if sequence is None:
            raise InvalidInput(None, sequence=["Give the file's number, from 0."])
        item = receive_file(batch=batch, sequence=sequence, chunks=body_chunks(request))
        return Response(render_item(item))


class KnownFileSerializer(serializers.Serializer[Any]):
    sequence = serializers.IntegerField(min_value=0, max_value=2**31 - 1)
    sha256 = serializers.RegexField(r"\A[0-9a-f]{64}\Z")


class KnownFilesSerializer(serializers.Serializer[Any]):
    files = serializers.ListField(child=KnownFileSerializer(), max_length=1000)


class ImportKnownView(APIView):
    """Which of these files need not be sent."""

    parser_classes = [JSONParser]

    @extend_schema(request=KnownFilesSerializer, responses=ANY)
    def post(self, request: Request, slug: str, batch_id: UUID) -> Response:
        batch = own_import(person(request), slug, batch_id)
        files = checked(KnownFilesSerializer, request)["files"]
        hashes = {file["sequence"]: file["sha256"] for file in files}
        return Response({"known": skip_known(batch=batch, hashes=hashes)})


class ImportItemsView(APIView):
    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str, batch_id: UUID) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.IMPORT, project)
        batch = get_import(user, project, batch_id)
        outcome = request.query_params.get("outcome", "")
        if outcome and outcome not in ImportOutcome.values:
            raise InvalidInput(None, outcome=["Choose stored, duplicate or quarantined."])
        return Response(paged(request, items_of(batch, outcome), render_item))


class ImportReportView(APIView):
    """The whole report as a JSON file. It names files by number and hash."""

    @extend_schema(responses=ANY)
    def get(self, request: Request, slug: str, batch_id: UUID) -> StreamingHttpResponse:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.IMPORT, project)
        batch = get_import(user, project, batch_id)
        response = StreamingHttpResponse(_report(batch), content_type="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="import-{batch.pk}.json"'
        return response


def _report(batch: ImportBatch) -> Iterator[bytes]:
    """Written as it is read: an import may hold a million files."""
    head = orjson.dumps(render(batch), option=orjson.OPT_INDENT_2).rstrip(b"\n}")
    yield head + b',\n  "files": [\n'
    comma = b""
    for item in items_of(batch).iterator(chunk_size=1000):
        yield comma + b"    " + orjson.dumps(render_item(item))
        comma = b",\n"
    yield b"\n  ]\n}\n"


class ImportFinishView(APIView):
    @extend_schema(request=None, responses=ANY)
    def post(self, request: Request, slug: str, batch_id: UUID) -> Response:
        user = person(request)
        project = get_project(user, slug)
        require(user, Permission.IMPORT, project)
        finish_import(by=user, batch=get_import(user, project, batch_id))
        return ImportView().get(request, slug, batch_id)
