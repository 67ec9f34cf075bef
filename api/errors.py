"""The one place where a domain error becomes an HTTP status."""

import logging
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response

from cmrkit.errors import CmrkitError
from portal.core import errors as domain
from portal.storage.errors import StorageFull

logger = logging.getLogger(__name__)

STATUS_BY_FAMILY: list[tuple[type[domain.DomainError], int]] = [
    (domain.NotFound, status.HTTP_404_NOT_FOUND),
    (domain.NotAllowed, status.HTTP_403_FORBIDDEN),
    (domain.Conflict, status.HTTP_409_CONFLICT),
    (domain.InvalidInput, status.HTTP_422_UNPROCESSABLE_ENTITY),
    (domain.TooManyAttempts, status.HTTP_429_TOO_MANY_REQUESTS),
    (domain.TooLarge, status.HTTP_413_REQUEST_ENTITY_TOO_LARGE),
    (domain.Unavailable, status.HTTP_503_SERVICE_UNAVAILABLE),
]


# what SQLite and PostgreSQL say when the disk under the database is full
DISK_FULL = ("disk is full", "No space left on device")


def status_of(error: domain.DomainError) -> int:
    """HTTP status of a domain error, by its family; 400 when it belongs to none."""
    for family, code in STATUS_BY_FAMILY:
        if isinstance(error, family):
            return code
    return status.HTTP_400_BAD_REQUEST


def body(code: str, message: str, details: Any = None) -> dict[str, Any]:
    """The shape of every error answer."""
    return {"error": {"code": code, "message": message, "details": details or {}}}


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: domain, science and framework errors, all in one shape."""
    if isinstance(exc, domain.DomainError):
        return Response(body(exc.code, str(exc), exc.details), status=status_of(exc))
    if isinstance(exc, CmrkitError):
        return Response(body(exc.code, str(exc)), status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(exc, OperationalError) and any(words in str(exc) for words in DISK_FULL):
        return exception_handler(StorageFull(), context)
    if isinstance(exc, exceptions.ValidationError):
        return Response(
            body("invalid_input", domain.InvalidInput.message, exc.detail),
            status=status.HTTP_422_UNPROCESSABLE_ENTITY,
        )
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return Response(body("not_signed_in", "Sign in first."), status=401)
    if isinstance(exc, exceptions.PermissionDenied):
        return Response(body("not_allowed", str(exc.detail)), status=403)
    if isinstance(exc, exceptions.APIException):
        return Response(body(str(exc.default_code), str(exc.detail)), status=exc.status_code)
    return None


def csrf_failure(request: HttpRequest, reason: str = "") -> JsonResponse:
    """Django's CSRF refusal in our shape."""
    message = "Your session has changed. Reload the page, then try again."
    return JsonResponse(body("csrf_failed", message), status=403)


def json_not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return JsonResponse(body("not_found", domain.NotFound.message), status=404)


def json_server_error(request: HttpRequest) -> JsonResponse:
    message = "Something went wrong on the server. It has been logged; nothing was half-written."
    return JsonResponse(body("server_error", message), status=500)
