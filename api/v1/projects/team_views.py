"""Members and invitations."""

from typing import Any
from uuid import UUID

from django.contrib import auth
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, person
from api.v1.projects import serializers as s
from portal.accounts.models import User
from portal.accounts.services.sessions import register_session
from portal.projects.models import Invitation, Membership, Project
from portal.projects.roles import Permission
from portal.projects.selectors import get_project, open_invitations, require
from portal.projects.services import invitations, team


def _members(project: Project) -> list[dict[str, Any]]:
    rows: QuerySet[Membership] = (
        Membership.objects.filter(project=project)
        .select_related("user")
        .order_by("user__display_name", "user_id", "role")
    )
    people: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        entry = people.setdefault(
            row.user_id,
            {
                "id": row.user_id,
                "user": {
                    "id": row.user_id,
                    "display_name": row.user.display_name,
                    "email": row.user.email,
                },
                "roles": [],
                "added_at": row.created_at,
            },
        )
        entry["roles"].append(row.role)
        entry["added_at"] = min(entry["added_at"], row.created_at)
    return list(people.values())


def _invitation(row: Invitation, *, is_open: bool) -> dict[str, Any]:
    return {
        "id": row.pk,
        "email": row.email,
        "roles": row.roles,
        "expires_at": row.expires_at,
        "accepted_at": row.accepted_at,
        "is_open": is_open,
    }


def _managed_project(request: Request, slug: str) -> Project:
    project = get_project(person(request), slug)
    require(person(request), Permission.MANAGE_TEAM, project)
    return project


class MembersView(APIView):
    @extend_schema(responses=s.MemberSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        return Response(_members(_managed_project(request, slug)))

    @extend_schema(request=s.NewMemberSerializer, responses={201: s.MemberSerializer(many=True)})
    def post(self, request: Request, slug: str) -> Response:
        project = _managed_project(request, slug)
        team.add_member(
            by=person(request), project=project, **checked(s.NewMemberSerializer, request)
        )
        return Response(_members(project), status=201)


class MemberDetailView(APIView):
    """A member is named by the person's id."""

    @extend_schema(request=s.RolesSerializer, responses=s.MemberSerializer(many=True))
    def patch(self, request: Request, slug: str, user_id: UUID) -> Response:
        project = _managed_project(request, slug)
        body = checked(s.RolesSerializer, request)
        team.set_roles(by=person(request), project=project, user_id=user_id, roles=body["roles"])
        return Response(_members(project))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, user_id: UUID) -> Response:
        project = _managed_project(request, slug)
        team.set_roles(by=person(request), project=project, user_id=user_id, roles=[])
        return Response(status=204)


class InvitationsView(APIView):
    @extend_schema(responses=s.InvitationSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        project = _managed_project(request, slug)
        rows = Invitation.objects.filter(project=project).order_by("-created_at")[:200]
        working = open_invitations(project)
        return Response([_invitation(row, is_open=row.pk in working) for row in rows])

    @extend_schema(request=s.NewInvitationSerializer, responses={201: s.InvitationLinkSerializer})
    def post(self, request: Request, slug: str) -> Response:
        body = checked(s.NewInvitationSerializer, request)
        url, expires_at = invitations.invite(
            by=person(request), project=_managed_project(request, slug), **body
        )
        return Response({"url": url, "expires_at": expires_at}, status=201)


class InvitationDetailView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, invitation_id: UUID) -> Response:
        project = _managed_project(request, slug)
        invitations.withdraw(by=person(request), project=project, invitation_id=invitation_id)
        return Response(status=204)


class OpenInvitationView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(responses=s.OpenInvitationSerializer)
    def get(self, request: Request, token: str) -> Response:
        invitation = invitations.open_invitation(token)
        return Response(
            {
                "project_name": invitation.project.name,
                "project_slug": invitation.project.slug,
                "roles": invitation.roles,
                "email": invitation.email or None,
                "expires_at": invitation.expires_at,
                "needs_account": not isinstance(request.user, User),
            }
        )


class AcceptInvitationView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(request=s.AcceptInvitationSerializer, responses=s.AcceptedSerializer)
    def post(self, request: Request, token: str) -> Response:
        body = checked(s.AcceptInvitationSerializer, request)
        current = request.user if isinstance(request.user, User) else None
        invitation, user = invitations.accept(token=token, by=current, **body)
        if current is None:
            auth.login(request._request, user)
            request.session.save()
            register_session(
                user=user,
                session_key=request.session.session_key or "",
                user_agent=request.META.get("HTTP_USER_AGENT", ""),
            )
        return Response({"project_slug": invitation.project.slug})
