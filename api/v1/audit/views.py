"""The audit trail of a project (for quality) and of the installation (for its admins)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import asked, person
from api.v1.audit import serializers as s
from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.audit.selectors import events
from portal.audit.services import INSTALLATION, project_scope
from portal.audit.verify import ChainReport, verify_chain
from portal.core.errors import NotAllowed
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, require

SYSTEM_NAMES = {"system": "Accord", "worker": "Worker"}


def _project_scope(user: User, slug: str) -> str:
    project = get_project(user, slug)
    require(user, Permission.VIEW_AUDIT, project)
    return project_scope(project.pk)


def _installation_scope(user: User) -> str:
    if not user.is_installation_admin:
        raise NotAllowed()
    return INSTALLATION


def _page(request: Request, scope: str) -> Response:
    rows = events(
        scope,
        action=asked(request, "action"),
        actor_id=asked(request, "actor"),
    )
    return Response(paged(request, rows, _renderer()))


def _renderer() -> Callable[[AuditEvent], dict[str, Any]]:
    """Names are looked up now and never stored in the chain; a lookup is done once a page."""
    names: dict[str, str] = dict(SYSTEM_NAMES)

    def name_of(actor_id: str) -> str:
        if actor_id not in names:
            try:
                user = User.objects.filter(pk=UUID(actor_id)).first()
            except ValueError:
                user = None
            names[actor_id] = user.display_name if user else actor_id
        return names[actor_id]

    def render(event: AuditEvent) -> dict[str, Any]:
        return {
            "seq": event.seq,
            "at": event.at,
            "actor": {"id": event.actor_id, "display_name": name_of(event.actor_id)},
            "action": event.action,
            "target_type": event.target_type,
            "target_id": event.target_id,
            "details": event.details,
            "hash": event.hash,
        }

    return render


def _verification(report: ChainReport) -> Response:
    return Response(
        {
            "ok": report.ok,
            "events": report.events,
            "head_hash": report.head_hash,
            "problems": [
                {"seq": p.seq, "code": p.code, "message": p.message} for p in report.problems
            ],
        }
    )


class ProjectAuditView(APIView):
    @extend_schema(responses=s.AuditPageSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return _page(request, _project_scope(person(request), slug))


class ProjectAuditVerifyView(APIView):
    @extend_schema(responses=s.VerificationSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return _verification(verify_chain(_project_scope(person(request), slug)))


class InstallationAuditView(APIView):
    @extend_schema(responses=s.AuditPageSerializer)
    def get(self, request: Request) -> Response:
        return _page(request, _installation_scope(person(request)))


class InstallationAuditVerifyView(APIView):
    @extend_schema(responses=s.VerificationSerializer)
    def get(self, request: Request) -> Response:
        return _verification(verify_chain(_installation_scope(person(request))))
