"""Whether a person may be given a case, and if not, why: one answer for a pair chosen by hand and
for ten thousand cases at once. A fixed number of queries, whatever the number of cases."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from portal.cases.models import Case, CaseState
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import users_with
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import current_version, rules_of, version_in_use
from portal.reads.convening import heard
from portal.reads.models import (
    Admission,
    ConflictOfInterest,
    Read,
    ReadingPause,
    ReadPurpose,
    ReadState,
    TrainingCase,
)
from portal.reads.selectors import reading_stacks

OPEN_FOR_READING = (CaseState.READY, CaseState.READING, CaseState.REOPENED)
CHUNK = 500  # ids in one query: SQLite takes no more than some thousands

MESSAGES = {
    "unknown_case": "There is no such case in this project.",
    "not_a_reader": "This person has no reader role in the project.",
    "paused": "This person's reading is paused.",
    "not_admitted": "This person has not passed the training of this protocol.",
    "case_closed": "All reads of this case are in already.",
    "training_case": "This case is read for training and is no trial case.",
    "no_stack": "This case has no short-axis cine stack to read.",
    "already_assigned": "This person reads the case already.",
    "adjudicates_case": "This person adjudicates the case and so can't read it.",
    "heard_case": "This person was in a meeting that discussed the case's readings.",
    "conflict_of_interest": "A conflict of interest is declared for this person.",
    "enough_readers": "The case has as many readers as its protocol asks for.",
}


@dataclass
class Standing:
    """How one case stands: what a new read of it would be pinned to, and who is kept from it."""

    case: Case
    version: ProtocolVersion
    stack_id: UUID | None
    counted: int = 0
    closed_to: dict[UUID, str] = field(default_factory=dict)
    repeats: Counter[UUID] = field(default_factory=Counter)
    is_training: bool = False

    @property
    def closed(self) -> str | None:
        """Why nobody can be given the case."""
        if self.case.state not in OPEN_FOR_READING:
            return "case_closed"
        if self.is_training:
            return "training_case"
        return None if self.stack_id else "no_stack"

    @property
    def needed(self) -> int:
        return 0 if self.closed else max(self.version.reads_per_case - self.counted, 0)

    def refusal(self, user_id: UUID) -> str | None:
        return self.closed or self.closed_to.get(user_id) or self._full()

    def _full(self) -> str | None:
        return None if self.needed else "enough_readers"

    def take(self, user_id: UUID) -> None:
        """The person gets the case now."""
        self.counted += 1
        self.closed_to[user_id] = "already_assigned"


def people_refused(project: Project, user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Those who can't be given any case of the project at the moment, with the code."""
    asked = set(user_ids)
    refused = dict.fromkeys(asked - users_with(Permission.READ, project.pk), "not_a_reader")
    version = version_in_use(project)
    if version and rules_of(version).training["required"]:
        admitted = Admission.objects.filter(project=project).values_list("user_id", flat=True)
        for user_id in asked - set(admitted):
            refused.setdefault(user_id, "not_admitted")
    paused = ReadingPause.objects.filter(
        project=project, ended_at__isnull=True, user__isnull=False
    ).values_list("user_id", flat=True)
    for user_id in asked & set(paused):
        refused.setdefault(user_id, "paused")
    return refused


def standings(
    project: Project, cases: Sequence[Case], looked_at: Callable[[int], None] = lambda _n: None
) -> dict[UUID, Standing]:
    """By case. ``cases`` come with ``visit__subject`` loaded. ``looked_at`` hears how many are
    done."""
    found: dict[UUID, Standing] = {}
    current = current_version(project.pk)
    for start in range(0, len(cases), CHUNK):
        found.update(_standings(cases[start : start + CHUNK], current))
        looked_at(len(found))
    _add_conflicts(project, found)
    return found


def _standings(cases: Sequence[Case], current: ProtocolVersion) -> dict[UUID, Standing]:
    ids = [case.pk for case in cases]
    stacks: dict[UUID | None, UUID] = {}
    for case_id, stack_id in (
        reading_stacks().filter(study__case__in=ids).values_list("study__case_id", "pk")
    ):
        stacks.setdefault(case_id, stack_id)
    found = {case.pk: Standing(case, current, stacks.get(case.pk)) for case in cases}
    for read in (
        Read.objects.filter(case__in=ids)
        .exclude(purpose__in=[ReadPurpose.DRAFT, ReadPurpose.IMPORTED])
        .select_related("reader", "protocol_version__protocol")
        .order_by("-created_at")
    ):
        _add_read(found[read.case_id], read)
    for case_id in TrainingCase.objects.filter(case__in=ids).values_list("case_id", flat=True):
        found[case_id].is_training = True
    for case_id, user_id in heard(ids):
        found[case_id].closed_to.setdefault(user_id, "heard_case")
    return found


def _add_read(standing: Standing, read: Read) -> None:
    user_id = read.reader.user_id
    if user_id is None:
        return
    if read.purpose == ReadPurpose.ADJUDICATION:
        standing.closed_to[user_id] = "adjudicates_case"
    elif read.purpose == ReadPurpose.TRAINING:
        standing.closed_to.setdefault(user_id, "training_case")
    else:
        standing.repeats[user_id] += 1
        if read.state != ReadState.WITHDRAWN and not read.duplicate:
            # oldest last: all reads of a case are on the version and the stack of its first
            standing.version, standing.stack_id = read.protocol_version, read.stack_id
            standing.counted += 1
            standing.closed_to.setdefault(user_id, "already_assigned")


def _add_conflicts(project: Project, found: dict[UUID, Standing]) -> None:
    of_site: dict[UUID, list[UUID]] = defaultdict(list)
    of_case: dict[UUID, list[UUID]] = defaultdict(list)
    for row in ConflictOfInterest.objects.filter(project=project, ended_at__isnull=True):
        if row.site_id:
            of_site[row.site_id].append(row.user_id)
        elif row.case_id:
            of_case[row.case_id].append(row.user_id)
    for case_id, standing in found.items():
        at_site = of_site.get(standing.case.visit.subject.site_id, [])
        for user_id in (*at_site, *of_case.get(case_id, [])):
            standing.closed_to.setdefault(user_id, "conflict_of_interest")
