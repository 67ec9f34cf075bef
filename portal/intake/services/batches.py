"""An import: started, files received one by one, finished. Every step may be repeated."""

from collections.abc import Iterable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from cmrkit.dicomio import InstanceHeader, read_header
from cmrkit.errors import CmrkitError
from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.cases.errors import SubjectWithdrawn
from portal.core.events import publish_changed
from portal.imaging.models import Study
from portal.imaging.services.assembling import assemble_study
from portal.intake.errors import ImportFinished
from portal.intake.models import ImportBatch, ImportItem, ImportOutcome, ImportState
from portal.intake.services.storing import find_instance, store_instance
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with
from portal.storage import files


@transaction.atomic
def start_import(
    *, by: User, project: Project, label: str = "", expected_files: int | None = None
) -> ImportBatch:
    require(by, Permission.IMPORT, project)
    batch = ImportBatch.objects.create(
        project=project, label=label[:120], expected_files=expected_files, started_by=by
    )
    record_in_project(
        project_id=project.pk,
        by=by,
        action="import.started",
        target_type="import",
        target_id=batch.pk,
    )
    return batch


def receive_file(
    *, batch: ImportBatch, sequence: int, chunks: Iterable[bytes], into_case: bool = True
) -> ImportItem:
    """Take one file in; with ``into_case`` a study seen for the first time becomes a case to read.
    The same sequence number again answers what became of it the first time, so a lost connection
    is mended by sending again."""
    known = ImportItem.objects.filter(batch=batch, sequence=sequence).first()
    if known is not None:
        return known
    if batch.state == ImportState.FINISHED:
        raise ImportFinished()
    draft, sha256, size = files.receive(chunks)
    try:
        header, problem = None, None
        try:
            header = read_header(draft)
        except CmrkitError as error:
            problem = error
        with transaction.atomic():
            # one writer per project: studies, cases and labels are made here
            Project.objects.select_for_update().get(pk=batch.project_id)
            known = ImportItem.objects.filter(batch=batch, sequence=sequence).first()
            if known is not None:
                return known
            item = ImportItem(batch=batch, sequence=sequence, sha256=sha256, size=size)
            if header is None:
                assert problem is not None
                _refuse(item, problem.code, str(problem))
            else:
                _place(item, header, draft, sha256, size, into_case)
            item.save()
        return item
    finally:
        files.discard(draft)


def refuse_file(*, batch: ImportBatch, sequence: int, code: str, message: str) -> ImportItem:
    """Write down a file whose bytes could not be taken in at all."""
    item = ImportItem(batch=batch, sequence=sequence, sha256="", size=0)
    _refuse(item, code, message)
    item.save()
    return item


def _refuse(item: ImportItem, code: str, message: str) -> None:
    item.outcome = ImportOutcome.QUARANTINED
    item.code, item.message = code, message[:300]


def _place(
    item: ImportItem, header: InstanceHeader, draft: Path, sha256: str, size: int, into_case: bool
) -> None:
    project = item.batch.project
    found = find_instance(project, header)
    if found is None:
        try:
            item.instance = store_instance(
                project=project,
                header=header,
                draft=draft,
                sha256=sha256,
                size=size,
                label=None if into_case else item.batch.label,
            )
        except SubjectWithdrawn as refusal:  # raised before anything is written
            item.sha256, item.size = "", 0  # a withdrawn file leaves no fingerprint
            return _refuse(item, refusal.code, str(refusal))
        item.outcome = ImportOutcome.STORED
    elif found.blob_id == sha256:
        item.instance = found
        item.outcome = ImportOutcome.DUPLICATE
        item.code, item.message = "already_stored", "This file was imported before."
    else:
        _refuse(
            item,
            "uid_conflict",
            "Another file with the same SOPInstanceUID is stored already. The stored one stands; "
            "ask the site which is right.",
        )
    return None


def finish_import(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Assemble the stacks of every study that got new files; a second call changes nothing."""
    require(by, Permission.IMPORT, batch.project_id)
    studies = Study.objects.filter(
        series__instances__import_items__batch=batch,
        series__instances__import_items__outcome=ImportOutcome.STORED,
    ).distinct()
    for study in studies:
        assemble_study(study=study)
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state == ImportState.FINISHED:
            return batch
        batch.state, batch.finished_at = ImportState.FINISHED, timezone.now()
        batch.save(update_fields=["state", "finished_at"])
        counts = {
            outcome: batch.items.filter(outcome=outcome).count() for outcome in ImportOutcome.values
        }
        record_in_project(
            project_id=batch.project_id,
            by=by,
            action="import.finished",
            target_type="import",
            target_id=batch.pk,
            details={**counts, "studies": sorted(str(s.pk) for s in studies)},
        )
        publish_changed(
            user_ids=users_with(Permission.VIEW_STUDIES, batch.project_id),
            model="import",
            object_id=batch.pk,
            project=batch.project.slug,
        )
    return batch
