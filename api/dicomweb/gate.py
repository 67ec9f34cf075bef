"""Who may have what over DICOMweb, and under which names.

Everything passes here: the person, the project, the decision (``portal.imaging.access``), the
aliases of UIDs, and the relabelling of metadata for people whose duty alone opens a study.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from api.authentication import SessionAuthentication, TokenAuthentication
from portal.accounts.models import User
from portal.core.errors import NotAllowed, NotFound
from portal.imaging.access import ImageAccess, image_access
from portal.imaging.models import Study
from portal.projects.models import Project
from portal.projects.selectors import get_project

# what a relabelled rendition leaves out (PS3.15 E basic profile, the header part)
_IDENTITY_TEXT = """
    00080050 00080080 00080081 00080090 00080092 00080094 00081010 00081030 0008103E
    00081040 00081048 00081050 00081060 00081070 00100030 00100032 00100040 00101000
    00101001 00101010 00101020 00101030 00101040 00102154 00102160 00102180 001021B0
    00104000 00181000 00181030 00200010 00204000 00321032 00321060 00380010 00400244
    00400253 00400254 00400275 00080020 00080021 00080022 00080023 0008002A 00080030
    00080031 00080032 00080033 00081110 00081111 00081115 00081140 00082111 00400280
"""
_IDENTITY = frozenset(_IDENTITY_TEXT.split())


@dataclass(frozen=True)
class Visitor:
    """One request's person in one project."""

    user: User
    project: Project
    access: ImageAccess

    def study_uid(self, alias: str) -> str:
        """The stored UID behind the alias in a URL; NotFound where it isn't visible. Aliases map
        to themselves for now: this is the one place that will change."""
        if not self.access.includes(alias):
            raise NotFound()
        return alias

    def require_files(self) -> None:
        """Instance files hold what a scanner wrote; duties open renditions only."""
        if not self.access.everything:
            raise NotAllowed("For this duty images come as frames and metadata, not as files.")


def visit(user: User, slug: str) -> Visitor:
    project = get_project(user, slug)
    return Visitor(user, project, image_access(user, project))


def rendition(visitor: Visitor, study: Study, metadata: dict[str, Any]) -> dict[str, Any]:
    """The metadata as this person may see it."""
    if visitor.access.everything:
        return metadata
    kept = {
        tag: value
        for tag, value in metadata.items()
        if tag not in _IDENTITY and not _is_private(tag)
    }
    kept["00100010"] = {"vr": "PN", "Value": [{"Alphabetic": study.label}]}
    kept["00100020"] = {"vr": "LO", "Value": [study.label]}
    return kept


def _is_private(tag: str) -> bool:
    return int(tag[3], 16) % 2 == 1


def signed_in(request: HttpRequest) -> User | None:
    """The person of a session or a token, for views that skip the framework for speed."""
    if request.user.is_authenticated and request.user.is_active:
        return request.user if isinstance(request.user, User) else None
    found = TokenAuthentication().authenticate(Request(request))
    return found[0] if found else None


class AcceptAnything(BaseContentNegotiation):
    """DICOMweb's media types are decided by the views themselves."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        return renderers[0], str(renderers[0].media_type)


class DicomwebView(APIView):
    content_negotiation_class = AcceptAnything
    authentication_classes = [SessionAuthentication, TokenAuthentication]
    schema = None
