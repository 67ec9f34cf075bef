"""Having a case open, told to others who have it open too."""

from uuid import UUID

from django.utils import timezone

from portal.accounts.models import User
from portal.meetings.models import Presence
from portal.meetings.selectors import present_at
from portal.projects.models import Project

PAGES = ("case", "adjudication", "meeting")


def be_present(*, by: User, project: Project, case_id: UUID, page: str) -> list[Presence]:
    """A sign of life, answered with who else is there; NotFound unless the case lies open to the
    person. Nothing of it is told to readers of an open case: they can't ask."""
    others = present_at(by, project, case_id)
    Presence.objects.update_or_create(
        case_id=case_id,
        user=by,
        defaults={"page": page if page in PAGES else "case", "seen_at": timezone.now()},
    )
    return others
