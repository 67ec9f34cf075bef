"""Submitting a read; the last one of a case opens its settling in the same transaction."""

from django.db import transaction

from portal.accounts.models import User
from portal.adjudication.services.opening import open_if_all_in, record_opening
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core import clock
from portal.core.events import publish_changed
from portal.measurements.services.first_opinion import close_first_opinion
from portal.measurements.services.freezing import Freezes, freeze_contents
from portal.reads.blinding import OPEN_STATES, progress_watchers
from portal.reads.errors import ReadClosed
from portal.reads.hooks import ReadEvent, run_read_hooks
from portal.reads.models import READ_BY_READERS, Read, ReadPurpose, ReadState
from portal.reads.services.lifecycle import require_own


@transaction.atomic
def submit_read(*, by: User, read: Read, op_id: str, freezes: Freezes, reason: str = "") -> Read:
    """Submit the versions that the reader saw. A repeated ``op_id`` is answered. ``reason``: why
    the reading changed after the AI was shown, where the protocol asks for a first opinion."""
    require_own(by=by, read=read, purposes=READ_BY_READERS)
    case = Case.objects.select_for_update(no_key=True).get(pk=read.case_id)
    locked = Read.objects.select_for_update(no_key=True).get(pk=read.pk)
    if locked.state == ReadState.SUBMITTED and locked.submit_op_id == op_id:
        return locked
    if locked.state not in OPEN_STATES:
        raise ReadClosed()
    frozen = freeze_contents(read=read, freezes=freezes)
    close_first_opinion(read=read, frozen=frozen, reason=reason)
    now = clock.now()
    locked.state = ReadState.SUBMITTED
    locked.started_at = locked.started_at or now
    locked.submitted_at = now
    locked.submitted_digest = frozen.digest
    locked.submit_op_id = op_id
    locked.save(
        update_fields=["state", "started_at", "submitted_at", "submitted_digest", "submit_op_id"]
    )
    # a second reading, or one for training, has no part in how the case goes on
    counts = locked.purpose == ReadPurpose.READING and not locked.duplicate
    opened = open_if_all_in(case) if counts else None
    run_read_hooks(ReadEvent.SUBMITTED, locked)
    record_in_project(
        project_id=case.project_id,
        by=by,
        action="read.submitted",
        target_type="read",
        target_id=read.pk,
        details={"case": str(case.pk), "digest": frozen.digest},
    )
    if opened is not None:
        record_opening(case, opened)
    publish_changed(
        user_ids=progress_watchers(case),
        model="case",
        object_id=case.pk,
        project=read.case.project.slug,
    )
    return locked
