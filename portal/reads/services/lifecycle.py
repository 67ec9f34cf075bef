"""Starting, withdrawing and passing on a read. Submitting is in
``portal.adjudication.services.submission``: it freezes annotations and may close the case."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.cases.models import Case, CaseState
from portal.core import clock
from portal.core.errors import NotAllowed
from portal.core.events import publish_changed
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.projects.services.epoch import bump_permission_epoch
from portal.reads.blinding import OPEN_STATES, progress_watchers
from portal.reads.errors import CaseLocked, ReadClosed, ReadingPaused, ReasonNeeded
from portal.reads.hooks import ReadEvent, run_read_hooks
from portal.reads.models import Read, ReadPurpose, ReadState
from portal.reads.selectors import is_paused, readings


def require_own(*, by: User, read: Read, purposes: Collection[str] = ReadPurpose.values) -> None:
    """The reader of a read, while they hold the role and reading goes on; nobody else changes
    it."""
    adjudicates = read.purpose == ReadPurpose.ADJUDICATION
    needed = Permission.ADJUDICATE if adjudicates else Permission.READ
    require(by, needed, read.case.project_id)
    if read.reader.user_id != by.pk or read.purpose not in purposes:
        raise NotAllowed("Only its reader changes a read.")
    if read.purpose == ReadPurpose.READING and is_paused(by, read.case.project_id):
        raise ReadingPaused()


def lock_open_read(read: Read) -> Read:
    """Lock the read's row for this transaction; raises ReadClosed unless it can be changed.

    Every writer of a read's contents passes here, so that saves, drafts and submit of one read
    happen one after the other on every database. Locks are taken in one order everywhere, so that
    nobody waits in a circle: case, protocol version, adjudication, reads by id, project (its
    permission epoch), and the audit chain last."""
    locked = Read.objects.select_for_update(no_key=True).get(pk=read.pk)
    if locked.state not in OPEN_STATES:
        raise ReadClosed()
    return locked


def mark_started(*, by: User, read: Read) -> None:
    """The first piece of work starts the read. Inside the transaction that saves it."""
    started = Read.objects.filter(pk=read.pk, state=ReadState.ASSIGNED).update(
        state=ReadState.IN_PROGRESS, started_at=clock.now()
    )
    if not started:
        return
    record_in_project(
        project_id=read.case.project_id,
        by=by,
        action="read.started",
        target_type="read",
        target_id=read.pk,
    )
    publish_changed(
        user_ids=progress_watchers(read.case),
        model="case",
        object_id=read.case_id,
        project=read.case.project.slug,
    )


@transaction.atomic
def withdraw_read(*, by: User, read: Read, reason: str) -> Read:
    """Take a read back, submitted or not; the reader can be assigned a repeat after that."""
    require(by, Permission.WITHDRAW_READS, read.case.project_id)
    if not reason.strip():
        raise ReasonNeeded(reason=[ReasonNeeded.message])
    case = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("project")
        .get(pk=read.case_id)
    )
    if case.state == CaseState.LOCKED and not read.duplicate:
        raise CaseLocked()
    bump_permission_epoch(case.project_id)
    shown = _shown(read)
    if not _take_back(Read.objects.filter(pk=read.pk), reason):
        raise ReadClosed()
    read.refresh_from_db()
    details: dict[str, Any] = {"case": str(case.pk)}
    if not read.duplicate:
        details |= _take_back_seconds(read, reason)
        run_read_hooks(ReadEvent.WITHDRAWN, read)
        case.state = CaseState.READING if readings(case).exists() else CaseState.READY
        case.save(update_fields=["state", "updated_at"])
    record_in_project(
        project_id=case.project_id,
        by=by,
        action="read.withdrawn",
        target_type="read",
        target_id=read.pk,
        details=details,
    )
    _tell(read, case, to_reader=shown)
    return read


def _shown(read: Read) -> bool:
    """Whether the reader knows of the read: not of a second reading that isn't up yet."""
    return not read.duplicate or (
        read.available_at is not None and read.available_at <= clock.now()
    )


def _take_back_seconds(read: Read, reason: str) -> dict[str, Any]:
    """A second reading, done or not, has nothing to be held against any more: a repeat of the
    first would come after it. Returns what the audit says of that."""
    seconds = Read.objects.filter(case=read.case_id, reader=read.reader_id, duplicate=True).exclude(
        state=ReadState.WITHDRAWN
    )
    ids = sorted(str(pk) for pk in seconds.values_list("pk", flat=True))
    _take_back(seconds, reason)
    return {"second_readings": ids} if ids else {}


def _take_back(rows: QuerySet[Read], reason: str) -> int:
    return rows.exclude(state=ReadState.WITHDRAWN).update(
        state=ReadState.WITHDRAWN,
        withdrawn_at=clock.now(),
        withdrawal_reason=reason.strip()[:500],
    )


def _tell(read: Read, case: Case, *, to_reader: bool) -> None:
    slug = case.project.slug
    user_id = read.reader.user_id
    if user_id is not None and to_reader:
        notify(
            user_ids=[user_id],
            kind="read_withdrawn",
            text=f"{read.alias} was taken back by the coordinator.",
            href=f"/p/{slug}",
            project=slug,
        )
        publish_changed(user_ids=[user_id], model="read", object_id=read.pk, project=slug)
    publish_changed(user_ids=progress_watchers(case), model="case", object_id=case.pk, project=slug)
