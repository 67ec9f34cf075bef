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
from api.dicomweb.relabelling import relabelled
from portal.accounts.models import User
from portal.core.errors import NotAllowed, NotFound
from portal.imaging.access import ImageAccess, image_access
from portal.imaging.models import Study
from portal.projects.models import Project
from portal.projects.selectors import get_project


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
    return metadata if visitor.access.everything else relabelled(metadata, study.label)


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
