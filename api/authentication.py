"""Who is asking: a session (with CSRF) or a bearer token (also as Basic password)."""

import base64
import hashlib

from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from portal.accounts.models import ApiToken, User


class SessionAuthentication(authentication.SessionAuthentication):
    """DRF's own, with a challenge header so that refusals are 401 and not 403."""

    def authenticate_header(self, request: Request) -> str:
        return 'Session realm="accord"'


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer TOKEN``, or Basic with the token as password (DICOMweb clients)."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        token = token_in(request.META.get("HTTP_AUTHORIZATION", ""))
        if token is None:
            return None
        user_and_token = user_of_token(token)
        if user_and_token is None:
            raise exceptions.AuthenticationFailed("This token is not known.")
        return user_and_token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="accord"'


def user_of_token(token: str) -> tuple[User, ApiToken] | None:
    """The active person behind a token's text, or None."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    row = ApiToken.objects.select_related("user").filter(token_sha256=digest).first()
    if row is None or not row.user.is_active:
        return None
    now = timezone.now()
    if row.last_used_at is None or (now - row.last_used_at).total_seconds() > 60:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.user, row


def token_in(header: str) -> str | None:
    """The token of an Authorization header: bearer, or the password of Basic."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer" and rest:
        return rest.strip()
    if scheme.lower() == "basic" and rest:
        try:
            _, _, password = base64.b64decode(rest).decode().partition(":")
        except ValueError:  # not base64, not ASCII, not UTF-8
            return None
        return password or None
    return None
