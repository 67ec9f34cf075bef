"""Pulling ticked studies from an archive: a job that goes on where it was killed."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from cmrkit.contracts import JobKind
from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.core.sealing import seal, unseal
from portal.intake import errors as e
from portal.intake.models import (
    ImportBatch,
    ImportItem,
    ImportOutcome,
    ImportState,
    Pull,
    PullItem,
    RemoteArchive,
)
from portal.intake.remote.archive import Archive, InstanceRef
from portal.intake.remote.fetching import Fetcher, patiently
from portal.intake.services.batches import finish_import
from portal.intake.services.opening import open_import
from portal.intake.services.receiving import receive_file, refuse_file
from portal.intake.vault.spool import Spooled
from portal.jobs.models import Job
from portal.jobs.registry import Reporter
from portal.jobs.services.queue import enqueue
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.storage.files import chunks_of

MAX_STUDIES = 100
_PURPOSE = "intake.pull"
_LISTING = 0.05  # of the progress bar
# of one file, while the archive as a whole works; more in a row than this are no longer of files
_OF_ONE_FILE = ("remote_not_found", "remote_bad_answer", "remote_too_large", "remote_failed")
_IN_A_ROW = 20


def ask_pull(*, by: User, archive: RemoteArchive, study_uids: list[str]) -> Pull:
    """Queue the job; its import is there at once. Raises InvalidInput."""
    require(by, Permission.IMPORT, archive.project_id)
    studies = list(dict.fromkeys(study_uids))
    if any(not uid or len(uid) > 64 or set(uid) - set("0123456789.") for uid in studies):
        raise InvalidInput(None, study_uids=["These are not UIDs. Search again."])
    with transaction.atomic():
        pull = Pull.objects.create(
            archive=archive,
            batch=_new_batch(archive, by),
            asked_by=by,
            n_studies=len(studies),
            sealed_studies=seal(json.dumps(studies).encode(), _PURPOSE),
        )
        record_in_project(
            project_id=archive.project_id,
            by=by,
            action="pull.asked",
            target_type="archive",
            target_id=archive.pk,
            details={"studies": len(studies), "import": str(pull.batch_id)},
        )
        n = len(studies)
        pull.job = enqueue(
            by=by,
            project=archive.project,
            kind=JobKind.PULL,
            title=f"Pull {n} {'study' if n == 1 else 'studies'} from {archive.name}",
            payload={"pull": str(pull.pk)},
            active_key=f"pull:{pull.pk}",
        )
        pull.save(update_fields=["job"])
    return pull


def _new_batch(archive: RemoteArchive, by: User) -> ImportBatch:
    return open_import(
        project=archive.project,
        label=f"From {archive.name}",
        by=by,
        details={"archive": str(archive.pk)},
    )


def run_pull(job: Job, reporter: Reporter) -> dict[str, Any]:
    """The job's work. Raises RemoteProblem for what ends the pull as a whole."""
    pull = Pull.objects.select_related("archive__project", "batch__project", "asked_by").get(
        pk=job.payload["pull"]
    )
    require(pull.asked_by, Permission.IMPORT, pull.archive.project_id)
    if pull.archive.removed_at is not None or pull.sealed_studies is None:
        raise e.ArchiveRemoved()
    studies: list[str] = json.loads(unseal(bytes(pull.sealed_studies), _PURPOSE))
    todo, n_before = _plan(pull, _listed(pull.archive, studies, reporter))
    _take_in(pull, todo, n_before, reporter)
    reporter.check()
    finish_import(by=None, batch=pull.batch)
    # which studies they were need not be known any longer
    Pull.objects.filter(pk=pull.pk).update(sealed_studies=None)
    return {"studies": len(studies), **_counts(pull)}


def pull_ended(job: Job) -> None:
    """Cancelled or failed: what came is assembled; trying again goes into a new import."""
    pull = Pull.objects.select_related("batch__project").filter(job=job).first()
    if pull is not None and pull.batch.state == ImportState.RECEIVING:
        finish_import(by=None, batch=pull.batch)


def _listed(archive: RemoteArchive, studies: list[str], reporter: Reporter) -> list[InstanceRef]:
    def pause(seconds: float) -> None:
        for _ in range(int(seconds * 2)):
            reporter.check()
            time.sleep(0.5)

    remote, found = Archive(archive), []
    for number, study in enumerate(studies):
        reporter.progress(
            _LISTING * number / len(studies), f"Asking for study {number + 1} of {len(studies)}"
        )
        found += patiently(_listing(remote, study), pause)
    if not found:
        raise e.NothingToPull()
    return found


def _listing(remote: Archive, study: str) -> Callable[[], list[InstanceRef]]:
    return lambda: list(remote.instances(study))


def _key(pull: Pull, ref: InstanceRef) -> str:
    """Knows an instance again, and tells nobody without the vault key which one it is."""
    said = f"{_PURPOSE} {pull.pk} {ref.instance}".encode()
    return hmac.new(settings.ACCORD_VAULT_KEY.encode(), said, hashlib.sha256).hexdigest()


def _plan(pull: Pull, refs: list[InstanceRef]) -> tuple[list[tuple[int, InstanceRef]], int]:
    """(numbered instances still to be fetched, how many were here before). A number is given to an
    instance before it is fetched and never to another, so that a killed pull doubles nothing."""
    by_key = {_key(pull, ref): ref for ref in refs}
    with transaction.atomic():
        pull = Pull.objects.select_for_update().get(pk=pull.pk)
        _renew_batch(pull)
        known = {item.key: item for item in _items_with_outcome(pull)}
        mine = PullItem.objects.filter(batch=pull.batch)
        following = (mine.aggregate(last=Max("sequence"))["last"] or 0) + 1
        todo: list[tuple[int, InstanceRef]] = []
        new: list[PullItem] = []
        for key, ref in by_key.items():
            item = known.get(key)
            if item is not None and (item.here or (item.taken and item.batch_id == pull.batch_id)):
                continue
            if item is None or item.batch_id != pull.batch_id:
                if item is not None:
                    item.delete()
                item = PullItem(pull=pull, batch=pull.batch, key=key, sequence=following)
                new.append(item)
                following += 1
            todo.append((item.sequence, ref))
        PullItem.objects.bulk_create(new, batch_size=500)
        n_before = len(by_key) - len(todo)
        n_mine = PullItem.objects.filter(batch=pull.batch).count()
        ImportBatch.objects.filter(pk=pull.batch_id).update(expected_files=n_mine)
    return todo, n_before


def _renew_batch(pull: Pull) -> None:
    if pull.batch.state == ImportState.FINISHED:
        pull.batch = _new_batch(pull.archive, pull.asked_by)
        pull.save(update_fields=["batch"])


def _items_with_outcome(pull: Pull) -> Any:
    """``taken``: the import knows the file; ``here``: and it was not set aside."""
    taken = ImportItem.objects.filter(batch=OuterRef("batch"), sequence=OuterRef("sequence"))
    good = taken.exclude(outcome=ImportOutcome.QUARANTINED)
    return pull.items.annotate(taken=Exists(taken), here=Exists(good))


def _take_in(
    pull: Pull, todo: list[tuple[int, InstanceRef]], n_before: int, reporter: Reporter
) -> None:
    batch = ImportBatch.objects.select_related("project").get(pull=pull)
    pull.batch = batch
    total, in_a_row = n_before + len(todo), 0
    with Fetcher(pull.archive, reporter.check) as fetcher:
        for done, (sequence, found) in enumerate(fetcher.each(todo), start=n_before):
            reporter.progress(_LISTING + (1 - _LISTING) * done / total, f"{done} of {total} files")
            batch.refresh_from_db(fields=["state"])  # a person may have finished it
            if isinstance(found, Spooled):
                in_a_row = 0
                with found, found.opened() as stream:
                    receive_file(batch=batch, sequence=sequence, chunks=chunks_of(stream))
            else:
                in_a_row += 1
                if found.code not in _OF_ONE_FILE or in_a_row >= _IN_A_ROW:
                    raise found
                refuse_file(batch=batch, sequence=sequence, code=found.code, message=str(found))


def _counts(pull: Pull) -> dict[str, int]:
    found = list(ImportItem.objects.filter(batch=pull.batch).values_list("outcome", flat=True))
    return {outcome: found.count(outcome) for outcome in ImportOutcome.values}
