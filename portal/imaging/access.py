"""Whose pixels a person may see. The one place that REST, DICOMweb and thumbnails ask.

``imaging`` knows projects only. Higher apps (reads, adjudication) register who may see the images
of which case; those people get a relabelled rendition, never the file.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.imaging.models import Study
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of

Provider = Callable[[User], QuerySet[Study]]
_providers: list[Provider] = []
_SECONDS = 5.0
_LIMIT = 2048  # remembered decisions


@dataclass(frozen=True)
class ImageAccess:
    """``everything``: all studies of the project, as stored. Else ``study_uids``, relabelled."""

    everything: bool
    study_uids: frozenset[str]

    def includes(self, study_uid: str) -> bool:
        return self.everything or study_uid in self.study_uids


_decisions: dict[tuple[UUID, UUID, int], tuple[float, ImageAccess]] = {}


def register_image_access(provider: Provider) -> None:
    """``provider(user)`` answers the studies that a duty (a read, an adjudication) opens to the
    person. Call once, from ``AppConfig.ready``."""
    if provider not in _providers:
        _providers.append(provider)


def duty_studies(user: User) -> Q:
    """Studies that some duty opens to the person."""
    condition = Q(pk__in=[])
    for provider in _providers:
        condition |= Q(pk__in=provider(user).values("pk"))
    return condition


def visible_studies(user: User, project: Project) -> QuerySet[Study]:
    """Studies whose images the person may see."""
    rows = Study.objects.filter(project=project)
    if Permission.VIEW_IMAGES in permissions_of(user, project):
        return rows
    return rows.filter(duty_studies(user))


def sees_descriptions(user: User, project: Project) -> bool:
    """Whether the person sees what DICOM says of a study: dates, descriptions. A duty doesn't
    open that."""
    held = permissions_of(user, project)
    return Permission.VIEW_STUDIES in held or Permission.VIEW_IMAGES in held


def listed_studies(user: User, project: Project) -> QuerySet[Study]:
    """Studies whose row the person may see; the data steward sees no pixels."""
    if Permission.VIEW_STUDIES in permissions_of(user, project):
        return Study.objects.filter(project=project)
    return visible_studies(user, project)


def get_study(user: User, project: Project, study_id: UUID) -> Study:
    study = listed_studies(user, project).filter(pk=study_id).select_related("case").first()
    if study is None:
        raise NotFound()
    return study


def image_access(user: User, project: Project) -> ImageAccess:
    """The decision for one person in one project, remembered for seconds and only while the
    project's permission epoch stands: a revocation holds on the next request."""
    known = remembered_access(user.pk, project.pk, project.permission_epoch)
    if known is not None:
        return known
    if Permission.VIEW_IMAGES in permissions_of(user, project):
        access = ImageAccess(True, frozenset())
    else:
        uids = visible_studies(user, project).values_list("study_uid", flat=True)
        access = ImageAccess(False, frozenset(uids))
    if len(_decisions) > _LIMIT:
        _decisions.clear()
    key = (user.pk, project.pk, project.permission_epoch)
    _decisions[key] = (time.monotonic(), access)
    return access


def remembered_access(user_id: UUID, project_id: UUID, epoch: int) -> ImageAccess | None:
    """The decision if it was made seconds ago under this permission epoch; None where it has to be
    made (anew)."""
    known = _decisions.get((user_id, project_id, epoch))
    if known is not None and time.monotonic() - known[0] < _SECONDS:
        return known[1]
    return None
