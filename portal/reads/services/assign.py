"""Assigning reads: cases × people, with a code for each pair that can't be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.cases.models import Case, CaseState
from portal.core.errors import InvalidInput
from portal.core.events import publish_changed
from portal.imaging.models import Stack
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.projects.services.epoch import bump_permission_epoch
from portal.protocols.models import ProtocolVersion
from portal.protocols.services.protocols import freeze
from portal.reads.blinding import progress_watchers
from portal.reads.hooks import ReadEvent, run_read_hooks
from portal.reads.models import Read, ReadPurpose, ReadState
from portal.reads.selectors import readers_allowed, reading_stack, version_for_case
from portal.reads.services.readers import reader_of

MAX_CASES, MAX_PEOPLE = 500, 20
OPEN_FOR_READING = (CaseState.READY, CaseState.READING, CaseState.REOPENED)

MESSAGES = {
    "unknown_case": "There is no such case in this project.",
    "not_a_reader": "This person has no reader role in the project.",
    "case_closed": "All reads of this case are in already.",
    "no_stack": "This case has no short-axis cine stack to read.",
    "already_assigned": "This person reads the case already.",
    "adjudicates_case": "This person adjudicates the case and so can't read it.",
    "enough_readers": "The case has as many readers as its protocol asks for.",
}


@dataclass(frozen=True)
class Skipped:
    """A pair that was left out, with the reason."""

    case_id: UUID
    user_id: UUID
    code: str

    @property
    def message(self) -> str:
        return MESSAGES[self.code]


@dataclass
class Assigned:
    created: list[Read] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def assign_reads(
    *, by: User, project: Project, case_ids: Sequence[UUID], user_ids: Sequence[UUID]
) -> Assigned:
    """Give each case to each person, as far as the rules allow; all in one transaction."""
    require(by, Permission.ASSIGN_READS, project)
    if not case_ids or not user_ids or len(case_ids) > MAX_CASES or len(user_ids) > MAX_PEOPLE:
        raise InvalidInput(
            case_ids=[f"Choose 1 to {MAX_CASES} cases and 1 to {MAX_PEOPLE} people."]
        )
    people = {user.pk: user for user in User.objects.filter(pk__in=user_ids)}
    allowed = readers_allowed(project, user_ids)
    outcome = Assigned()
    with transaction.atomic():
        # the lock on the case keeps two coordinators from giving it to one reader too many
        cases = {
            case.pk: case
            for case in Case.objects.select_for_update(no_key=True)
            .filter(project=project, pk__in=case_ids)
            .order_by("pk")
        }
        for case_id in dict.fromkeys(case_ids):
            case = cases.get(case_id)
            for user_id in dict.fromkeys(user_ids):
                if case is None:
                    outcome.skipped.append(Skipped(case_id, user_id, "unknown_case"))
                elif user_id not in allowed:
                    outcome.skipped.append(Skipped(case_id, user_id, "not_a_reader"))
                else:
                    _assign_one(case, people[user_id], outcome)
        if outcome.created:
            bump_permission_epoch(project.pk)
        for read in outcome.created:
            _record_and_tell(by, read)
    return outcome


def _assign_one(case: Case, reader: User, outcome: Assigned) -> None:
    version = version_for_case(case)
    stack = reading_stack(case)
    code = _refusal(case, reader, version, stack)
    if code or stack is None:
        outcome.skipped.append(Skipped(case.pk, reader.pk, code or "no_stack"))
        return
    freeze(version)
    read = Read.objects.create(
        case=case,
        protocol_version=version,
        reader=reader_of(reader),
        repeat=Read.objects.filter(
            case=case,
            protocol_version=version,
            reader__user=reader,
            purpose=ReadPurpose.READING,
        ).count(),
        purpose=ReadPurpose.READING,
        stack=stack,
    )
    if case.state != CaseState.READING:
        case.state = CaseState.READING
        case.save(update_fields=["state", "updated_at"])
    run_read_hooks(ReadEvent.ASSIGNED, read)
    outcome.created.append(read)


def _refusal(case: Case, reader: User, version: ProtocolVersion, stack: Stack | None) -> str | None:
    if case.state not in OPEN_FOR_READING:
        return "case_closed"
    if stack is None:
        return "no_stack"
    reads = list(
        Read.objects.filter(case=case)
        .exclude(state=ReadState.WITHDRAWN)
        .values_list("purpose", "reader__user_id")
    )
    if (ReadPurpose.READING, reader.pk) in reads:
        return "already_assigned"
    if Read.objects.filter(
        case=case, purpose=ReadPurpose.ADJUDICATION, reader__user=reader
    ).exists():
        return "adjudicates_case"
    if sum(purpose == ReadPurpose.READING for purpose, _ in reads) >= version.reads_per_case:
        return "enough_readers"
    return None


def _record_and_tell(by: User, read: Read) -> None:
    case, reader_id = read.case, read.reader.user_id
    assert reader_id is not None
    record_in_project(
        project_id=case.project_id,
        by=by,
        action="read.assigned",
        target_type="read",
        target_id=read.pk,
        details={
            "case": str(case.pk),
            "reader": str(reader_id),
            "protocol": read.protocol_version.number,
        },
    )
    slug = case.project.slug
    notify(
        user_ids=[reader_id],
        kind="read_assigned",
        text=f"{case.label} is yours to read.",
        href=f"/read/{read.pk}",
        project=slug,
    )
    publish_changed(user_ids=[reader_id], model="read", object_id=read.pk, project=slug)
    publish_changed(user_ids=progress_watchers(case), model="case", object_id=case.pk, project=slug)
