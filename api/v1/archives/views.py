"""Remote DICOMweb archives: set up by the owner, searched and pulled from by those who import."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from api.v1.archives import serializers as s
from portal.core.errors import NotAllowed
from portal.intake.errors import RemoteProblem
from portal.intake.models import RemoteArchive
from portal.intake.selectors import get_archive, visible_archives
from portal.intake.services.archives import (
    ArchiveSettings,
    add_archive,
    change_archive,
    remove_archive,
)
from portal.intake.services.pulling import ask_pull
from portal.intake.services.searching import Query, search_archive, try_archive
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, permissions_of, require


def render(archive: RemoteArchive) -> dict[str, Any]:
    return {
        "id": archive.pk,
        "name": archive.name,
        "base_url": archive.base_url,
        "auth": archive.auth,
        "username": archive.username,
        "secret_set": archive.sealed_secret is not None,
        "ca_file": archive.ca_file,
        "secure": archive.base_url.startswith("https:"),
    }


def _project(request: Request, slug: str, permission: Permission | None = None) -> Project:
    project = get_project(person(request), slug)
    if permission is not None:
        require(person(request), permission, project)
    elif not permissions_of(person(request), project) & {
        Permission.IMPORT,
        Permission.EDIT_SETTINGS,
    }:
        raise NotAllowed()
    return project


def _archive(
    request: Request, slug: str, archive_id: UUID, permission: Permission
) -> RemoteArchive:
    return get_archive(person(request), _project(request, slug, permission), archive_id)


class ArchivesView(APIView):
    @extend_schema(responses=s.ArchiveSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        rows = visible_archives(person(request), _project(request, slug)).order_by("name", "pk")
        return Response([render(row) for row in rows])

    @extend_schema(request=s.ArchiveSettingsSerializer, responses={201: s.ArchiveSerializer})
    def post(self, request: Request, slug: str) -> Response:
        project = _project(request, slug, Permission.EDIT_SETTINGS)
        wanted = ArchiveSettings(**checked(s.ArchiveSettingsSerializer, request))
        archive = add_archive(by=person(request), project=project, wanted=wanted)
        return Response(render(archive), status=201)


class ArchiveView(APIView):
    @extend_schema(request=s.ArchiveSettingsSerializer, responses=s.ArchiveSerializer)
    def put(self, request: Request, slug: str, archive_id: UUID) -> Response:
        archive = _archive(request, slug, archive_id, Permission.EDIT_SETTINGS)
        wanted = ArchiveSettings(**checked(s.ArchiveSettingsSerializer, request))
        return Response(render(change_archive(by=person(request), archive=archive, wanted=wanted)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, archive_id: UUID) -> Response:
        archive = _archive(request, slug, archive_id, Permission.EDIT_SETTINGS)
        remove_archive(by=person(request), archive=archive)
        return Response(status=204)


class ArchiveTestView(APIView):
    """Whether the archive answers; what is wrong is an answer too."""

    @extend_schema(request=None, responses=s.ArchiveTestSerializer)
    def post(self, request: Request, slug: str, archive_id: UUID) -> Response:
        archive = _archive(request, slug, archive_id, Permission.EDIT_SETTINGS)
        try:
            try_archive(by=person(request), archive=archive)
        except RemoteProblem as problem:
            return Response({"ok": False, "code": problem.code, "message": str(problem)})
        return Response({"ok": True, "code": None, "message": "The archive answers."})


class ArchiveSearchView(APIView):
    """What is looked for names patients: in the body, so that no log of addresses has it."""

    @extend_schema(request=s.SearchSerializer, responses=s.FoundSerializer)
    def post(self, request: Request, slug: str, archive_id: UUID) -> Response:
        archive = _archive(request, slug, archive_id, Permission.IMPORT)
        query = Query(**checked(s.SearchSerializer, request))
        studies, more = search_archive(by=person(request), archive=archive, query=query)
        found = {"studies": [asdict(study) for study in studies], "more": more}
        return Response(found, headers={"Cache-Control": "no-store"})


class ArchivePullView(APIView):
    @extend_schema(request=s.PullSerializer, responses={201: s.AskedSerializer})
    def post(self, request: Request, slug: str, archive_id: UUID) -> Response:
        archive = _archive(request, slug, archive_id, Permission.IMPORT)
        uids = checked(s.PullSerializer, request)["study_uids"]
        pull = ask_pull(by=person(request), archive=archive, study_uids=uids)
        return Response({"import_id": pull.batch_id, "job_id": pull.job_id}, status=201)
