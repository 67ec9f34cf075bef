"""Stacks by the id that a person knows: their own, or the one that an assignment gave them."""

from collections import defaultdict
from uuid import UUID

from portal.core.caching import Recent
from portal.core.errors import NotFound
from portal.imaging.access import ImageAccess
from portal.imaging.aliases import OWN, Names
from portal.imaging.models import Stack, Study

_KEPT = 1 << 15
# alias -> the stack's own id, and whose alias it is. No permission: that is ImageAccess
_aliases: Recent[tuple[UUID, Names]] = Recent(_KEPT)
_HEAVY = ("thumbnail", "study__thumbnail", "study__metadata", "study__found_row")


def find_stack(access: ImageAccess, project_id: UUID, wanted: UUID) -> tuple[Stack, Names]:
    """A stack (any version) whose images the person may see, and under which names; NotFound
    else. What an assignment shows isn't found under its own id."""
    stack_id, names = _located(access, project_id, wanted)
    row = (
        Stack.objects.filter(pk=stack_id, study__in=Study.objects.filter(project_id=project_id))
        .select_related("study__case")
        .defer(*_HEAVY)
        .first()
    )
    if row is None or not access.includes(names.uid(row.study.study_uid)):
        raise NotFound()
    return row, names


def _located(access: ImageAccess, project_id: UUID, wanted: UUID) -> tuple[UUID, Names]:
    if access.everything:
        return wanted, OWN
    return _aliases.get(wanted) or _searched(access, project_id, wanted) or (wanted, OWN)


def _searched(access: ImageAccess, project_id: UUID, wanted: UUID) -> tuple[UUID, Names] | None:
    """Through all that assignments show the person; what is passed on the way is remembered."""
    shown: dict[str, list[Names]] = defaultdict(list)
    for opening in access.openings.values():
        if opening.names.scope is not None:
            shown[opening.study_uid].append(opening.names)
    studies = Study.objects.filter(project_id=project_id, study_uid__in=shown)
    found = None
    for pk, uid in Stack.objects.filter(study__in=studies).values_list("pk", "study__study_uid"):
        for names in shown[uid]:
            alias = names.row_id(pk)
            _aliases.put(alias, (pk, names))
            if alias == wanted:
                found = (pk, names)
    return found
