"""Passing a read on: taken back from one person and given to another, in one step."""

from uuid import UUID

from django.db import transaction

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import Conflict
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.eligibility import MESSAGES
from portal.reads.errors import CantBeGiven
from portal.reads.models import Read, ReadPurpose, ReadState
from portal.reads.services.assign import assign_reads, lock_cases
from portal.reads.services.lifecycle import withdraw_read


@transaction.atomic
def reassign_read(*, by: User, read: Read, user_id: UUID, reason: str) -> Read:
    """The new read starts empty; what was read so far stays with the withdrawn one. Raises
    CantBeGiven with the reason, and then nothing has changed."""
    project = read.case.project
    require(by, Permission.ASSIGN_READS, project)
    lock_cases(project, [read.case_id])
    # as it is now: it may have been submitted since it was looked up
    read.refresh_from_db(fields=["state"])
    if read.purpose != ReadPurpose.READING or read.state == ReadState.SUBMITTED:
        raise Conflict("Only a read that is open can be passed on. Withdraw it instead.")
    if read.duplicate:
        raise Conflict("A second reading is of use by the same person alone. Withdraw it instead.")
    withdraw_read(by=by, read=read, reason=reason)
    outcome = assign_reads(by=by, project=project, case_ids=[read.case_id], user_ids=[user_id])
    if outcome.skipped:
        code = outcome.skipped[0].code
        raise CantBeGiven(MESSAGES[code], user_id=[code])
    (made,) = outcome.created
    record_in_project(
        project_id=project.pk,
        by=by,
        action="read.reassigned",
        target_type="read",
        target_id=made.pk,
        details={"from": str(read.pk)},
    )
    return made
