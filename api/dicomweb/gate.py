"""Who may have what over DICOMweb, and under which names.

Everything passes here: the person, the project, the decision (``portal.imaging.access``), the
aliases of UIDs, and the label of relabelled renditions for people whose duty alone opens a study.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from api.authentication import SessionAuthentication, TokenAuthentication
from portal.accounts.models import User
from portal.core.errors import NotAllowed
from portal.imaging.access import ImageAccess, Opening, image_access
from portal.imaging.admission import Admission
from portal.imaging.models import Study
from portal.projects.selectors import get_project

UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request's person in one project. ``admission`` is there on the fast path alone."""

    user_id: UUID
    project_id: UUID
    access: ImageAccess
    admission: Admission | None = None

    def opening(self, study: str) -> Opening:
        """What the study's UID in an address opens, and under which names: an alias belongs to one
        assignment, so that the address itself says which. NotFound where it isn't visible."""
        return self.access.opening(study)

    def require_files(self) -> None:
        """Instance files hold what a scanner wrote; duties open renditions only."""
        if not self.access.everything:
            raise NotAllowed("For this duty images come as frames and metadata, not as files.")

    def studies(self) -> QuerySet[Study]:
        """The project's studies, for who sees everything."""
        return Study.objects.filter(project_id=self.project_id)

    def openings(self) -> Iterator[tuple[str, Opening]]:
        """The studies that duties open, by the UIDs that the person knows, in the order of those:
        any other would put two readings of one study side by side."""
        return iter(sorted(self.access.openings.items()))

    def label_of(self, study: Study, opening: Opening) -> str:
        """What stands for the patient in this person's rendition; empty: as stored."""
        return "" if self.access.everything else opening.label or study.label or UNNAMED


def visit(user: User, slug: str) -> Visitor:
    project = get_project(user, slug)
    return Visitor(user.pk, project.pk, image_access(user, project))


class AcceptAnything(BaseContentNegotiation):
    """DICOMweb's media types are decided by the handlers themselves."""

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
