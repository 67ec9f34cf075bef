"""An import is started and finished. Both may be repeated."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.events import publish_changed
from portal.imaging.models import Study
from portal.imaging.services.assembling import assemble_study
from portal.intake.models import ImportBatch, ImportOutcome, ImportState
from portal.intake.services.opening import open_import
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with


def start_import(
    *, by: User, project: Project, label: str = "", expected_files: int | None = None
) -> ImportBatch:
    """A person's import. The label is shown: it must not be a file or folder name, as those carry
    identity."""
    require(by, Permission.IMPORT, project)
    return open_import(project=project, label=label, by=by, expected_files=expected_files)


def studies_with_news(batch: ImportBatch) -> set[UUID]:
    """Studies that got new files from this import."""
    stored = batch.items.filter(outcome=ImportOutcome.STORED, instance__isnull=False)
    return set(stored.values_list("instance__series__study_id", flat=True).distinct())


def finish_import(*, by: User | None, batch: ImportBatch) -> ImportBatch:
    """Assemble the stacks of every study that got new files; a second call changes nothing."""
    if by is not None:
        require(by, Permission.IMPORT, batch.project_id)
    for study in Study.objects.filter(pk__in=studies_with_news(batch)):
        assemble_study(study=study)
    return close_import(by=by, batch=batch)


@transaction.atomic
def close_import(*, by: User | None, batch: ImportBatch) -> ImportBatch:
    """No more files come. Stacks are assembled once the study's senders are quiet: a study sent in
    a hundred requests is not assembled a hundred times."""
    batch = (
        ImportBatch.objects.select_for_update(of=("self",))
        .select_related("project")
        .get(pk=batch.pk)
    )
    if batch.state == ImportState.FINISHED:
        return batch
    batch.state, batch.finished_at = ImportState.FINISHED, timezone.now()
    batch.save(update_fields=["state", "finished_at"])
    found = batch.items.values_list("outcome").annotate(n=Count("pk"))
    counts = dict.fromkeys(ImportOutcome.values, 0) | dict(found)
    record_in_project(
        project_id=batch.project_id,
        by=by,
        action="import.finished",
        target_type="import",
        target_id=batch.pk,
        details={**counts, "studies": sorted(map(str, studies_with_news(batch)))},
    )
    publish_changed(
        user_ids=users_with(Permission.VIEW_STUDIES, batch.project_id),
        model="import",
        object_id=batch.pk,
        project=batch.project.slug,
    )
    return batch


def close_abandoned(after: timedelta = timedelta(hours=12)) -> int:
    """Finish imports whose sender went away: what came of them is sorted. Answers how many."""
    idle = timezone.now() - after
    last = Max("items__created_at")
    rows = ImportBatch.objects.filter(state=ImportState.RECEIVING, created_at__lt=idle)
    abandoned = list(rows.annotate(last=last).filter(Q(last=None) | Q(last__lt=idle))[:100])
    for batch in abandoned:
        finish_import(by=None, batch=batch)
    return len(abandoned)
