"""Files that were set aside: sealed in the vault, tried again, let go."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.sealing import unseal_file
from portal.imaging.services.assembling import assemble_study
from portal.intake.errors import DeidentificationChanged, NotKept
from portal.intake.models import ImportItem, ImportOutcome, QuarantinedFile
from portal.intake.services.indexing import index
from portal.intake.services.preparing import Candidate, prepare
from portal.intake.vault.spool import PURPOSE, spool
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require

# bytes of a withdrawn subject least of all
NEVER_KEPT = frozenset(
    {"media_directory", "file_too_large", "unreadable_archive", "subject_withdrawn", ""}
)


def path_of(kept: QuarantinedFile) -> Path:
    return Path(settings.ACCORD_VAULT_DIR) / "quarantine" / str(kept.pk)


def keep(item: ImportItem, candidate: Candidate) -> None:
    """Seal the bytes of a refused file. Call inside the transaction that writes the item: bytes
    without a row are purged, a row without bytes can't come to be."""
    if item.code in NEVER_KEPT or not item.size:
        return
    expires = timezone.now() + timedelta(days=settings.ACCORD_QUARANTINE_DAYS)
    kept = QuarantinedFile(item=item, expires_at=expires)
    candidate.received.seal_to(path_of(kept))
    kept.save(force_insert=True)


def content(kept: QuarantinedFile) -> Iterator[bytes]:
    """The bytes as they were sent."""
    try:
        with path_of(kept).open("rb") as stream:
            yield from unseal_file(stream, PURPOSE)
    except FileNotFoundError as error:
        raise NotKept() from error


def hand_out(*, by: User, kept: QuarantinedFile) -> Iterator[bytes]:
    """The file for the data steward to look at; that it was opened is on record."""
    project = kept.item.batch.project
    require(by, Permission.OPEN_VAULT, project)
    if not path_of(kept).exists():
        raise NotKept()
    with transaction.atomic():
        _record(by, project, "quarantine.opened", kept.item)
    return content(kept)


def retry(*, by: User, kept: QuarantinedFile, release: bool = False) -> ImportItem:
    """Send the file through the import once more. ``release`` says that a person looked at it and
    found no burned-in identity."""
    item, project = kept.item, kept.item.batch.project
    require(by, Permission.OPEN_VAULT, project)
    with (
        spool(content(kept)) as received,
        prepare(project, item.sequence, received, released=release) as candidate,
        transaction.atomic(),
    ):
        if (
            Project.objects.select_for_update().get(pk=project.pk).deid_procedure
            != project.deid_procedure
        ):
            raise DeidentificationChanged()
        item = ImportItem.objects.select_for_update().get(pk=item.pk)
        if item.outcome == ImportOutcome.QUARANTINED:
            _again(by, item, candidate, release=release)
    if item.outcome == ImportOutcome.STORED and item.instance is not None:
        assemble_study(study=item.instance.series.study)
    return item


def _again(by: User, item: ImportItem, candidate: Candidate, *, release: bool) -> None:
    (found,) = index(item.batch, [candidate], into_case=True, write_items=False).items
    item.outcome, item.code, item.message = found.outcome, found.code, found.message
    item.instance_id = found.instance_id
    item.save()
    details = {"outcome": item.outcome, "code": item.code, "released": release}
    _record(by, item.batch.project, "quarantine.retried", item, details)
    if item.outcome != ImportOutcome.QUARANTINED:
        _let_go(item.kept)


def discard(*, by: User, kept: QuarantinedFile) -> None:
    """Delete the sealed bytes now; what became of the file stays in the report."""
    project = kept.item.batch.project
    require(by, Permission.OPEN_VAULT, project)
    with transaction.atomic():
        _record(by, project, "quarantine.discarded", kept.item)
        _let_go(kept)


def _let_go(kept: QuarantinedFile) -> None:
    path = path_of(kept)
    kept.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _record(
    by: User,
    project: Project,
    action: str,
    item: ImportItem,
    details: dict[str, object] | None = None,
) -> None:
    record_in_project(
        project_id=project.pk,
        by=by,
        action=action,
        target_type="import_file",
        target_id=item.pk,
        details=details,
    )
