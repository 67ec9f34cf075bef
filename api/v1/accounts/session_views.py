"""Signing in and out, passwords, one's own sessions and tokens."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.middleware.csrf import get_token
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.requests import checked, client_address, person
from api.v1.accounts import serializers as s
from portal.accounts.models import ApiToken, User, UserSession
from portal.accounts.services import passwords, sessions, tokens


def _session_body(user: User | None) -> dict[str, Any]:
    return {
        "user": s.MeSerializer(user).data if user else None,
        "version": settings.ACCORD_VERSION,
        "mail_configured": settings.ACCORD_MAIL_CONFIGURED,
    }


def _sign_out(request: Request) -> None:
    if isinstance(request.user, User):
        sessions.end_session(by=request.user, session_key=request.session.session_key or "")
    auth.logout(request._request)


@method_decorator(csrf_protect, name="dispatch")
class SessionView(APIView):
    """Who am I; sign in; sign out."""

    permission_classes = [AllowAny]

    @extend_schema(responses=s.SessionSerializer)
    def get(self, request: Request) -> Response:
        get_token(request._request)  # sends the CSRF cookie
        user = request.user if isinstance(request.user, User) else None
        if user and request.session.session_key:
            sessions.touch_session(session_key=request.session.session_key)
        return Response(_session_body(user))

    @extend_schema(request=s.SignInSerializer, responses=s.SessionSerializer)
    def post(self, request: Request) -> Response:
        body = checked(s.SignInSerializer, request)
        user = sessions.authenticate(
            email=body["email"], password=body["password"], address=client_address(request)
        )
        _sign_out(request)  # whoever was signed in here before: their sockets close too
        auth.login(request._request, user)
        request.session.save()
        sessions.register_session(
            user=user,
            session_key=request.session.session_key or "",
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
        )
        return Response(_session_body(user))

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        _sign_out(request)
        return Response(status=204)


class ChangePasswordView(APIView):
    @extend_schema(request=s.ChangePasswordSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        body = checked(s.ChangePasswordSerializer, request)
        user = person(request)
        old_key = request.session.session_key or ""
        passwords.change_password(
            by=user,
            current=body["current_password"],
            new=body["new_password"],
            session_key=old_key,
        )
        auth.update_session_auth_hash(request._request, user)
        request.session.save()
        UserSession.objects.filter(user=user, session_key=old_key).update(
            session_key=request.session.session_key or ""
        )
        return Response(status=204)


class ResetRequestView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(request=s.ResetRequestSerializer, responses={202: None})
    def post(self, request: Request) -> Response:
        body = checked(s.ResetRequestSerializer, request)
        passwords.request_reset(email=body["email"], address=client_address(request))
        return Response(status=202)


class ResetConfirmView(APIView):
    permission_classes = [AllowAny]

    @extend_schema(request=s.ResetConfirmSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        body = checked(s.ResetConfirmSerializer, request)
        passwords.confirm_reset(token=body["token"], new=body["new_password"])
        return Response(status=204)


class SessionsView(APIView):
    @extend_schema(responses=s.UserSessionSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = UserSession.objects.filter(user=person(request)).order_by("-last_seen_at")
        context = {"session_key": request.session.session_key}
        return Response(s.UserSessionSerializer(rows, many=True, context=context).data)


class SessionDetailView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, session_id: UUID) -> Response:
        sessions.end_session(by=person(request), session_id=session_id)
        return Response(status=204)


class TokensView(APIView):
    @extend_schema(responses=s.TokenSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = ApiToken.objects.filter(user=person(request)).order_by("-created_at")
        return Response(s.TokenSerializer(rows, many=True).data)

    @extend_schema(request=s.NewTokenSerializer, responses={201: s.MadeTokenSerializer})
    def post(self, request: Request) -> Response:
        body = checked(s.NewTokenSerializer, request)
        row, text = tokens.make_token(by=person(request), name=body["name"])
        return Response({**s.TokenSerializer(row).data, "token": text}, status=201)


class TokenDetailView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, token_id: UUID) -> Response:
        tokens.delete_token(by=person(request), token_id=token_id)
        return Response(status=204)
