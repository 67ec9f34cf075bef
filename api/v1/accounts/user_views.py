"""People of the installation, for its admins."""

import secrets
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.paging import paged
from api.requests import asked, checked, person
from api.v1.accounts import serializers as s
from portal.accounts.models import User
from portal.accounts.selectors import visible_users
from portal.accounts.services import passwords, users
from portal.core.errors import NotAllowed
from portal.projects.models import Membership


def render_user(user: User) -> dict[str, Any]:
    projects: dict[str, dict[str, Any]] = {}
    for row in Membership.objects.filter(user=user).select_related("project"):
        entry = projects.setdefault(
            row.project.slug, {"slug": row.project.slug, "name": row.project.name, "roles": []}
        )
        entry["roles"].append(row.role)
    return {
        "id": user.pk,
        "email": user.email,
        "display_name": user.display_name,
        "is_active": user.is_active,
        "is_installation_admin": user.is_installation_admin,
        "last_sign_in_at": user.last_login,
        "projects": list(projects.values()),
    }


class UsersView(APIView):
    @extend_schema(responses=s.UserPageSerializer)
    def get(self, request: Request) -> Response:
        rows = visible_users(person(request), asked(request, "search"))
        return Response(paged(request, rows, render_user))

    @extend_schema(request=s.NewUserSerializer, responses={201: s.UserSerializer})
    def post(self, request: Request) -> Response:
        """A new person without a usable password; hand them a one-time link."""
        admin = person(request)
        if not admin.is_installation_admin:
            raise NotAllowed()
        body = checked(s.NewUserSerializer, request)
        user = users.create_user(
            by=admin,
            email=body["email"],
            display_name=body["display_name"],
            password=secrets.token_urlsafe(32),
        )
        return Response(render_user(user), status=201)


class UserDetailView(APIView):
    @extend_schema(request=s.UpdateUserSerializer, responses=s.UserSerializer)
    def patch(self, request: Request, user_id: UUID) -> Response:
        body = checked(s.UpdateUserSerializer, request)
        return Response(render_user(users.update_user(by=person(request), user_id=user_id, **body)))


class OneTimeLinkView(APIView):
    @extend_schema(request=None, responses={201: s.LinkSerializer})
    def post(self, request: Request, user_id: UUID) -> Response:
        url, expires_at = passwords.make_one_time_link(by=person(request), user_id=str(user_id))
        return Response({"url": url, "expires_at": expires_at}, status=201)
