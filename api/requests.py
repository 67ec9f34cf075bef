"""Reading requests: the signed-in person, checked bodies."""

from collections.abc import Iterator
from typing import Any, BinaryIO, TypeVar, cast

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from portal.accounts.models import User
from portal.core.errors import InvalidInput
from portal.storage.files import chunks_of

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


def asked(request: Request, name: str, default: str = "") -> str:
    """One word of the query. A zero byte is in no stored text, and PostgreSQL takes none."""
    text: str = request.query_params.get(name, default)
    if "\x00" in text:
        raise InvalidInput(None, **{name: ["This holds a character that can't be looked for."]})
    return text


def whole_number(text: str, most: int = 2**31 - 1) -> int | None:
    """A number from 0 in plain digits, else None."""
    usable = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
    return int(text) if usable and int(text) <= most else None


class UploadCut(InvalidInput):
    code = "upload_cut"
    message = "The upload was cut before its end. Nothing of it was kept; send it again."


def body_chunks(request: Request) -> Iterator[bytes]:
    """The raw body as it comes; raises UploadCut where less came than was announced."""
    announced, received = str(request.META.get("CONTENT_LENGTH") or ""), 0
    for chunk in chunks_of(_wire(request)):
        received += len(chunk)
        yield chunk
    if announced.isdigit() and received < int(announced):
        raise UploadCut()


def _wire(request: Request) -> BinaryIO:
    """What to read the body from. Under WSGI Django reads nothing of a body that comes in chunks,
    without a length; the server knows where it ends."""
    in_chunks = "chunked" in str(request.META.get("HTTP_TRANSFER_ENCODING", "")).lower()
    wire = request.META.get("wsgi.input") if in_chunks else None
    return cast("BinaryIO", wire or request._request)


def client_address(request: Request | HttpRequest) -> str:
    """The network address, for rate limits alone; never stored."""
    return str(request.META.get("REMOTE_ADDR", "unknown"))
