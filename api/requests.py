"""Reading requests: the signed-in person, checked bodies."""

from typing import Any, TypeVar

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from portal.accounts.models import User

S = TypeVar("S", bound="Serializer[Any]")


def person(request: Request | HttpRequest) -> User:
    """The signed-in person; only for views that need one."""
    user = request.user
    assert isinstance(user, User), "this view must require a signed-in person"
    return user


def checked(serializer_class: type[S], request: Request) -> dict[str, Any]:
    """The body, validated; raises the framework's ValidationError (422 in our shape)."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def client_address(request: Request | HttpRequest) -> str:
    """The network address, for rate limits alone; never stored."""
    return str(request.META.get("REMOTE_ADDR", "unknown"))
