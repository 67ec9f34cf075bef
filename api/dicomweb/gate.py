"""Who may have what over DICOMweb, and under which names.

Everything passes here: the person, the project, the decision (``portal.imaging.access``), the
aliases of UIDs, and the label of relabelled renditions for people whose duty alone opens a study.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.views import APIView

from api.authentication import SessionAuthentication, TokenAuthentication
from portal.accounts.models import User
from portal.core.errors import NotAllowed, NotFound
from portal.imaging.access import ImageAccess, image_access
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

    def studies(self) -> QuerySet[Study]:
        """The studies whose images the person may see."""
        rows = Study.objects.filter(project_id=self.project_id)
        return rows if self.access.everything else rows.filter(study_uid__in=self.access.study_uids)

    def label_of(self, study: Study) -> str:
        """What stands for the patient in this person's rendition; empty: as stored."""
        return "" if self.access.everything else study.label or UNNAMED


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
