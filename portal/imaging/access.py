"""Whose pixels a person may see. The one place that REST, DICOMweb and thumbnails ask.

``imaging`` knows projects only. Higher apps (reads, adjudication) register who may see the images
of which case; those people get a relabelled rendition, never the file. Some duties open a study
under its own names, others (readings) under those of the assignment (``portal.imaging.aliases``):
such a study is there once per assignment, and not at all under its own names.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.core.caching import Recent
from portal.core.errors import NotFound
from portal.imaging.aliases import OWN, Names
from portal.imaging.models import Study
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of

_SECONDS = 5.0
_LIMIT = 2048  # remembered decisions
_HINTS = 1 << 16


@dataclass(frozen=True, slots=True)
class Assigned:
    """A study as one assignment shows it; ``label`` stands where the patient's name was."""

    scope: UUID
    label: str
    study_id: UUID
    study_uid: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A study that a person may see. Under its own names, its own label stands for it."""

    study_uid: str  # as stored
    names: Names = OWN
    label: str = ""


Provider = Callable[[User], QuerySet[Study]]
Assigning = Callable[[User, Project], Iterable[Assigned]]
_providers: list[Provider] = []
_assigning: list[Assigning] = []


@dataclass(frozen=True)
class ImageAccess:
    """``everything``: all studies of the project, as stored. Else ``openings``, relabelled, by the
    study's UID as the person knows it."""

    everything: bool
    openings: Mapping[str, Opening] = field(default_factory=dict)

    def includes(self, uid: str) -> bool:
        return self.everything or uid in self.openings

    def opening(self, uid: str) -> Opening:
        """NotFound where the person may not see what this UID names."""
        found = Opening(uid) if self.everything else self.openings.get(uid)
        if found is None:
            raise NotFound()
        return found


# the stored study behind an alias, for whoever has to ask the database before they know who asks.
# A hint, no permission: that is ImageAccess
_hints: Recent[str] = Recent(_HINTS)


def study_hint(uid: str) -> str:
    return _hints.get(uid) or uid


_decisions: dict[tuple[UUID, UUID, int], tuple[float, ImageAccess]] = {}


def register_image_access(provider: Provider) -> None:
    """``provider(user)`` answers the studies that a duty (an adjudication, a meeting) opens to the
    person under their own names. Call once, from ``AppConfig.ready``."""
    if provider not in _providers:
        _providers.append(provider)


def register_assigned_images(assigning: Assigning) -> None:
    """``assigning(user, project)`` answers the studies that assignments (reads) open, each under
    the names of its assignment. Call once, from ``AppConfig.ready``."""
    if assigning not in _assigning:
        _assigning.append(assigning)


def named_studies(user: User, project: Project) -> QuerySet[Study]:
    """Studies whose images the person may see under their own names."""
    rows = Study.objects.filter(project=project)
    if Permission.VIEW_IMAGES in permissions_of(user, project):
        return rows
    condition = Q(pk__in=[])
    for provider in _providers:
        condition |= Q(pk__in=provider(user).values("pk"))
    return rows.filter(condition)


def visible_studies(user: User, project: Project) -> QuerySet[Study]:
    """Studies whose images the person may see, under whatever names."""
    assigned = [one.study_id for each in _assigning for one in each(user, project)]
    named = named_studies(user, project).values("pk")
    return Study.objects.filter(Q(pk__in=named) | Q(pk__in=assigned), project=project)


def sees_descriptions(user: User, project: Project) -> bool:
    """Whether the person sees what DICOM says of a study: dates, descriptions. A duty doesn't
    open that."""
    held = permissions_of(user, project)
    return Permission.VIEW_STUDIES in held or Permission.VIEW_IMAGES in held


def listed_studies(user: User, project: Project) -> QuerySet[Study]:
    """Studies whose row the person may see; the data steward sees no pixels. What an assignment
    shows is in no list: two rows of one study, or one row for two readings, would tell."""
    if Permission.VIEW_STUDIES in permissions_of(user, project):
        return Study.objects.filter(project=project)
    return named_studies(user, project)


def get_study(user: User, project: Project, study_id: UUID) -> Study:
    study = listed_studies(user, project).filter(pk=study_id).select_related("case").first()
    if study is None:
        raise NotFound()
    return study


def image_access(user: User, project: Project, *, anew: bool = False) -> ImageAccess:
    """The decision for one person in one project, remembered for seconds and only while the
    project's permission epoch stands: a revocation holds on the next request."""
    known = remembered_access(user.pk, project.pk, project.permission_epoch)
    if known is not None and not anew:
        return known
    if Permission.VIEW_IMAGES in permissions_of(user, project):
        access = ImageAccess(True)
    else:
        access = ImageAccess(False, _openings(user, project))
    if len(_decisions) > _LIMIT:
        _decisions.clear()
    key = (user.pk, project.pk, project.permission_epoch)
    _decisions[key] = (time.monotonic(), access)
    return access


def sees_everything(user: User, project: Project) -> bool:
    """The same question, where it matters alone whether images are seen as stored."""
    known = remembered_access(user.pk, project.pk, project.permission_epoch)
    if known is not None:
        return known.everything
    return Permission.VIEW_IMAGES in permissions_of(user, project)


def _openings(user: User, project: Project) -> dict[str, Opening]:
    uids = named_studies(user, project).values_list("study_uid", flat=True)
    found = {uid: Opening(uid) for uid in uids}
    for each in _assigning:
        for one in each(user, project):
            names = Names(one.scope)
            alias = names.uid(one.study_uid)
            found[alias] = Opening(one.study_uid, names, one.label)
            _hints.put(alias, one.study_uid)
    return found


def remembered_access(user_id: UUID, project_id: UUID, epoch: int) -> ImageAccess | None:
    """The decision if it was made seconds ago under this permission epoch; None where it has to be
    made (anew)."""
    known = _decisions.get((user_id, project_id, epoch))
    if known is not None and time.monotonic() - known[0] < _SECONDS:
        return known[1]
    return None
