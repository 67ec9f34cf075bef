"""Who trains, on what, and how they did. A reader sees the own results, who assigns sees all."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.accounts.models import User
from portal.core.errors import NotAllowed
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import has_permission, require, users_with
from portal.protocols.selectors import rules_of, version_in_use
from portal.reads.models import Admission, Read, ReadPurpose, ReadState, TrainingCase


@dataclass(frozen=True)
class Threshold:
    required: bool
    cases: int
    dice_min: float
    ef_points_max: float


@dataclass(frozen=True)
class TrainingRead:
    """One training read under its pseudonym; ``dice`` and ``differences`` once it is submitted."""

    read_id: UUID
    alias: str
    state: str
    submitted_at: datetime | None
    passed: bool | None
    dice: dict[str, float | None] = field(default_factory=dict)
    differences: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class TrainingPerson:
    """``admitted_by`` is empty for one who reached the threshold."""

    user_id: UUID
    name: str
    given: int
    submitted: int
    passed: int
    mean_dice: dict[str, float]
    mean_ef_points: float | None
    admitted_at: datetime | None
    admitted_by: str
    reason: str


@dataclass(frozen=True)
class TrainingCaseRow:
    case_id: UUID
    case: str
    reference: str
    given: int


@dataclass(frozen=True)
class Training:
    threshold: Threshold
    cases: list[TrainingCaseRow]
    people: list[TrainingPerson]


@dataclass(frozen=True)
class OwnTraining:
    threshold: Threshold
    admitted: bool
    reads: list[TrainingRead]


def training_of(user: User, project: Project) -> Training:
    """For those who assign reads."""
    require(user, Permission.ASSIGN_READS, project)
    given: dict[UUID, int] = defaultdict(int)
    by_person: dict[UUID, list[Read]] = defaultdict(list)
    for read in _reads(project):
        given[read.case_id] += 1
        if read.reader.user_id:
            by_person[read.reader.user_id].append(read)
    cases = [
        TrainingCaseRow(
            row.case_id,
            row.case.label,
            "imported" if row.reference.purpose == ReadPurpose.IMPORTED else "locked",
            given[row.case_id],
        )
        for row in TrainingCase.objects.filter(project=project)
        .select_related("case", "reference")
        .order_by("case__label")
    ]
    admissions = {
        row.user_id: row
        for row in Admission.objects.filter(project=project).select_related("admitted_by")
    }
    team = users_with(Permission.READ, project.pk) | set(by_person)
    people = [
        _person(person, by_person[person.pk], admissions.get(person.pk))
        for person in User.objects.filter(pk__in=team).order_by("display_name", "pk")
    ]
    return Training(threshold_of(project), cases, people)


def own_training(user: User, project: Project) -> OwnTraining:
    if not has_permission(user, Permission.READ, project):
        raise NotAllowed()
    reads = [_training_read(read) for read in _reads(project) if read.reader.user_id == user.pk]
    admitted = Admission.objects.filter(project=project, user=user).exists()
    return OwnTraining(threshold_of(project), admitted, reads)


def threshold_of(project: Project) -> Threshold:
    version = version_in_use(project)
    if version is None:
        return Threshold(False, 0, 0.0, 0.0)
    asked = rules_of(version).training
    return Threshold(
        asked["required"], int(asked["cases"]), asked["dice_min"], asked["ef_points_max"]
    )


def _reads(project: Project) -> list[Read]:
    return list(
        Read.objects.filter(case__project=project, purpose=ReadPurpose.TRAINING)
        .exclude(state=ReadState.WITHDRAWN)
        .select_related("reader", "training_result")
        .order_by("created_at", "pk")
    )


def _result(read: Read) -> Any:
    return getattr(read, "training_result", None)


def _training_read(read: Read) -> TrainingRead:
    result = _result(read)
    return TrainingRead(
        read_id=read.pk,
        alias=read.alias,
        state=read.state,
        submitted_at=read.submitted_at,
        passed=result.passed if result else None,
        dice=result.values["dice"] if result else {},
        differences=result.values["differences"] if result else {},
    )


def _person(person: User, reads: list[Read], admission: Admission | None) -> TrainingPerson:
    results = [found for read in reads if (found := _result(read)) is not None]
    dice: dict[str, list[float]] = defaultdict(list)
    for result in results:
        for structure, value in result.values["dice"].items():
            if value is not None:
                dice[structure].append(value)
    apart = [r.values["differences"].get("ef_percent") for r in results]
    known = [abs(ef) for ef in apart if ef is not None]
    by = admission.admitted_by if admission else None
    return TrainingPerson(
        user_id=person.pk,
        name=person.display_name,
        given=len(reads),
        submitted=len(results),
        passed=sum(result.passed for result in results),
        mean_dice={name: sum(found) / len(found) for name, found in sorted(dice.items())},
        mean_ef_points=sum(known) / len(known) if known else None,
        admitted_at=admission.created_at if admission else None,
        admitted_by=by.display_name if by else "",
        reason=admission.reason if admission else "",
    )
