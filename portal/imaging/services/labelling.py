"""A person says what a stack is, or takes it back."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.imaging.errors import NothingToCorrect, StackOutdated
from portal.imaging.models import Stack, StackLabel, Study
from portal.imaging.services.assembling import fill_series
from portal.projects.roles import Permission
from portal.projects.selectors import require


@transaction.atomic
def correct_stack(
    *, by: User, stack: Stack, sequence_kind: str | None = None, view: str | None = None
) -> Stack:
    """Set kind, view or both; what is None keeps what was said before, else what was found.

    Raises NothingToCorrect without either, StackOutdated for a version that isn't the newest.
    """
    require(by, Permission.IMPORT, stack.study.project_id)
    if not sequence_kind and not view:
        raise NothingToCorrect()
    stack = _newest(stack)
    label = StackLabel.objects.filter(study_id=stack.study_id, key=stack.key).first()
    label = label or StackLabel(study_id=stack.study_id, key=stack.key)
    label.sequence_kind = sequence_kind or label.sequence_kind
    label.view = view or label.view
    label.actor_id, label.at = by.pk, timezone.now()
    label.save()
    _apply(stack, label.sequence_kind or stack.found_kind, label.view or stack.found_view)
    _record(by, stack, "stack.corrected")
    return stack


@transaction.atomic
def revert_stack(*, by: User, stack: Stack) -> Stack:
    """Back to what was found; without a correction nothing changes."""
    require(by, Permission.IMPORT, stack.study.project_id)
    stack = _newest(stack)
    deleted, _ = StackLabel.objects.filter(study_id=stack.study_id, key=stack.key).delete()
    if deleted:
        _apply(stack, stack.found_kind, stack.found_view)
        _record(by, stack, "stack.correction_reverted")
    return stack


def _newest(stack: Stack) -> Stack:
    """The row as it is now, under its study's lock: an assembly may be running."""
    Study.objects.select_for_update().get(pk=stack.study_id)
    fresh = Stack.objects.select_related("study").get(pk=stack.pk)
    if not fresh.is_latest:
        raise StackOutdated()
    fresh.found_kind = fresh.found_kind or fresh.sequence_kind  # assembled before they were kept
    fresh.found_view = fresh.found_view or fresh.view
    return fresh


def _apply(stack: Stack, kind: str, view: str) -> None:
    stack.sequence_kind, stack.view = kind, view
    stack.meta = {**stack.meta, "sequence_kind": kind, "view": view}
    stack.save(update_fields=["sequence_kind", "view", "meta", "found_kind", "found_view"])
    fill_series(stack.study)


def _record(by: User, stack: Stack, action: str) -> None:
    record_in_project(
        project_id=stack.study.project_id,
        by=by,
        action=action,
        target_type="stack",
        target_id=stack.pk,
        details={
            "study": str(stack.study_id),
            "sequence_kind": stack.sequence_kind,
            "view": stack.view,
            "found_kind": stack.found_kind,
            "found_view": stack.found_view,
        },
    )
