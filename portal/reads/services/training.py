"""Training: marking cases whose answer is known, giving them to readers, admitting by hand."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.cases.models import Case, CaseState
from portal.core import clock
from portal.core.errors import Conflict, InvalidInput, NotFound
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with
from portal.projects.services.epoch import bump_permission_epoch
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import current_version
from portal.protocols.services.protocols import freeze
from portal.reads.errors import ReasonNeeded
from portal.reads.hooks import ReadEvent, run_read_hooks
from portal.reads.models import Admission, Read, Reader, ReadPurpose, ReadState, TrainingCase
from portal.reads.selectors import readings
from portal.reads.services.assign import lock_cases, tell_reader
from portal.reads.services.readers import reader_of

MAX_CASES, MAX_PEOPLE = 200, 100


@transaction.atomic
def mark_training_cases(
    *, by: User, project: Project, case_ids: Sequence[UUID]
) -> list[TrainingCase]:
    """From now on these are no trial cases. Each has to have a known answer: a locked reference, or
    annotations made elsewhere; and nobody may be reading it."""
    require(by, Permission.ASSIGN_READS, project)
    if not 1 <= len(case_ids) <= MAX_CASES:
        raise InvalidInput(case_ids=[f"Choose 1 to {MAX_CASES} cases."])
    cases = lock_cases(project, case_ids)
    if len(cases) != len(set(case_ids)):
        raise NotFound()
    made = []
    for case in cases:
        reference = _reference_of(case)
        if reference is None:
            raise Conflict(
                f"{case.label} has no known answer: lock its reference, or import annotations."
            )
        if case.state != CaseState.LOCKED and readings(case).exists():
            raise Conflict(f"{case.label} is being read. Take its reads back first.")
        row, new = TrainingCase.objects.get_or_create(
            case=case, defaults={"project": project, "reference": reference, "added_by": by}
        )
        if new:
            made.append(row)
            _record(by, project, "training.case_added", "case", case.pk)
    return made


@transaction.atomic
def unmark_training_case(*, by: User, project: Project, case_id: UUID) -> None:
    """Only while nobody has been given it: whoever trained on a case has seen its answer."""
    require(by, Permission.ASSIGN_READS, project)
    lock_cases(project, [case_id])
    row = TrainingCase.objects.filter(project=project, case_id=case_id).first()
    if row is None:
        raise NotFound()
    if Read.objects.filter(case=case_id, purpose=ReadPurpose.TRAINING).exists():
        raise Conflict("Readers have been given this case for training. It stays one.")
    row.delete()
    _record(by, project, "training.case_removed", "case", case_id)


@transaction.atomic
def give_training(*, by: User, project: Project, user_ids: Sequence[UUID]) -> list[Read]:
    """Each person gets the training cases that they don't have yet. Asked again after all are
    submitted without success, they get them once more."""
    require(by, Permission.ASSIGN_READS, project)
    if not 1 <= len(set(user_ids)) <= MAX_PEOPLE:
        raise InvalidInput(user_ids=[f"Choose 1 to {MAX_PEOPLE} people."])
    if set(user_ids) - users_with(Permission.READ, project.pk):
        raise InvalidInput(user_ids=["Somebody among them has no reader role in the project."])
    marked = TrainingCase.objects.filter(project=project)
    lock_cases(project, list(marked.values_list("case_id", flat=True)))
    rows = list(marked.select_related("case__project", "reference__stack").order_by("case__label"))
    if not rows:
        raise Conflict("Mark training cases first.")
    version = current_version(project.pk)
    freeze(version)
    made = [
        _training_read(row, reader, version)
        for user in User.objects.filter(pk__in=user_ids).order_by("pk")
        for reader in [reader_of(user)]
        for row in _due_for(reader, rows)
    ]
    if made:
        bump_permission_epoch(project.pk)
    for read in made:
        run_read_hooks(ReadEvent.ASSIGNED, read)
    for read in made:
        tell_reader(read)
    if made:
        _record(by, project, "training.given", "project", project.pk, reads=len(made))
    return made


def _due_for(reader: Reader, rows: Sequence[TrainingCase]) -> list[TrainingCase]:
    """What the person doesn't have yet; everything once more when all is submitted. Never a case
    that they settled themselves."""
    own = Read.objects.filter(case__in=[row.case_id for row in rows], reader=reader).exclude(
        state=ReadState.WITHDRAWN
    )
    settled = set(own.filter(purpose=ReadPurpose.ADJUDICATION).values_list("case_id", flat=True))
    trained = own.filter(purpose=ReadPurpose.TRAINING)
    still_open = set(trained.exclude(state=ReadState.SUBMITTED).values_list("case_id", flat=True))
    done = set(trained.values_list("case_id", flat=True)) - still_open
    possible = [row for row in rows if row.case_id not in settled | still_open]
    missing = [row for row in possible if row.case_id not in done]
    return missing or ([] if still_open else possible)


def _training_read(row: TrainingCase, reader: Reader, version: ProtocolVersion) -> Read:
    before = Read.objects.filter(case=row.case, reader=reader, purpose=ReadPurpose.TRAINING)
    return Read.objects.create(
        case=row.case,
        protocol_version=version,
        reader=reader,
        repeat=before.count(),
        purpose=ReadPurpose.TRAINING,
        stack=row.reference.stack,
        announced_at=clock.now(),
    )


@transaction.atomic
def admit(*, by: User, project: Project, user_id: UUID, reason: str) -> Admission:
    """A named person lets the reader read trial cases, whatever the training says."""
    require(by, Permission.ASSIGN_READS, project)
    if not reason.strip():
        raise ReasonNeeded(reason=[ReasonNeeded.message])
    if user_id not in users_with(Permission.READ, project.pk):
        raise InvalidInput(user_id=["This person has no reader role in the project."])
    if user_id == by.pk:
        raise Conflict("Nobody admits themselves. Ask another coordinator.")
    row, made = Admission.objects.get_or_create(
        project=project,
        user_id=user_id,
        defaults={"admitted_by": by, "reason": reason.strip()[:300]},
    )
    if not made:
        raise Conflict("This person is admitted already.")
    _record(by, project, "training.admitted", "user", user_id)
    return row


def _reference_of(case: Case) -> Read | None:
    """The signed read of a locked case, else the newest annotations made elsewhere."""
    rows = Read.objects.filter(case=case, state=ReadState.SUBMITTED)
    signed = rows.filter(purpose=ReadPurpose.ADJUDICATION).order_by("-submitted_at").first()
    if signed is not None and case.state == CaseState.LOCKED:
        return signed
    return rows.filter(purpose=ReadPurpose.IMPORTED).order_by("-submitted_at").first()


def _record(
    by: User, project: Project, action: str, target: str, target_id: UUID, **details: int
) -> None:
    record_in_project(
        project_id=project.pk,
        by=by,
        action=action,
        target_type=target,
        target_id=target_id,
        details=dict(details),
    )
