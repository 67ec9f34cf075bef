"""Assigning many cases at once: a plan is shown, then made exactly as it was shown."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core.errors import InvalidInput
from portal.core.events import publish_changed
from portal.core.hashing import digest
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require, users_with
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import current_version, rules_of
from portal.reads.eligibility import MESSAGES, OPEN_FOR_READING, Standing, people_refused, standings
from portal.reads.errors import PlanChanged, PlanEmpty
from portal.reads.models import AssignmentPlan
from portal.reads.planner import NO_STRATUM, Ask, Plan, PlanCase, PlanReader, make_plan
from portal.reads.selectors import open_loads
from portal.reads.services.assign import lock_cases
from portal.reads.services.giving import Gift, last_positions, make_reads
from portal.reads.strata import STRATA, strata_by

MAX_CASES, MAX_PEOPLE = 20_000, 100


@dataclass(frozen=True)
class Wanted:
    """What a coordinator asks for. ``case_ids`` None: every case that lacks reads. ``balance_by``:
    site, vendor, disease or None. Without a ``seed`` one is drawn.
    ``loads`` are the open reads that the plan was shown with: work goes on in the meantime."""

    user_ids: Sequence[UUID]
    case_ids: Sequence[UUID] | None = None
    balance_by: str | None = None
    seed: str = ""
    loads: dict[UUID, int] | None = None


@dataclass(frozen=True)
class ReaderCount:
    """What one person gets, by stratum; ``open_before`` is open for them already."""

    user_id: UUID
    name: str
    open_before: int
    new: int
    duplicates: int
    by_stratum: dict[str, int]


@dataclass(frozen=True)
class PlanView:
    """A plan as it is shown before it is made. ``digest`` names it: what is made has the same."""

    seed: str
    digest: str
    n_cases: int
    n_reads: int
    n_duplicates: int
    readers: list[ReaderCount]
    strata: dict[str, int]
    warnings: list[str]


@dataclass
class _Ground:
    """What a plan is made from."""

    version: ProtocolVersion
    ask: Ask
    people: dict[UUID, User]
    loads: dict[UUID, int]
    refused: dict[UUID, str]
    found: dict[UUID, Standing]
    strata: dict[UUID, str]
    plan: Plan = field(default_factory=lambda: Plan((), ()))

    @property
    def digest(self) -> str:
        return digest([self.ask.seed, str(self.version.pk), self.plan.digest])


Tell = Callable[[float, str], None]
"""(how far, 0..1; what is done now)"""


def _silent(_done: float, _doing: str) -> None:
    return None


def preview_plan(*, by: User, project: Project, wanted: Wanted, tell: Tell = _silent) -> PlanView:
    """What would be assigned. Nothing changes."""
    require(by, Permission.ASSIGN_READS, project)
    tell(0.0, "Looking the cases up")
    return _view(_prepare(by, project, checked(wanted), _cases(project, wanted), tell))


@transaction.atomic
def make_assignments(
    *,
    by: User,
    project: Project,
    wanted: Wanted,
    expected_digest: str,
    still_wanted: Callable[[], None] = lambda: None,
) -> AssignmentPlan:
    """Make the plan that was shown; raises PlanChanged where it would be another one now. Asked
    again, it answers the plan made before. ``still_wanted`` is called when all is written, and
    takes all of it back by raising."""
    require(by, Permission.ASSIGN_READS, project)
    made = _made(project, expected_digest)
    if made is not None:
        return made
    # all cases at once, in one order: of two coordinators the second waits, then sees PlanChanged
    cases = lock_cases(project, wanted.case_ids)
    made = _made(project, expected_digest)
    if made is not None:
        return made
    open_cases = [case for case in cases if case.state in OPEN_FOR_READING]
    ground = _prepare(by, project, checked(wanted), open_cases)
    if ground.digest != expected_digest:
        raise PlanChanged()
    if not ground.plan.reads:
        raise PlanEmpty(plan=[PlanEmpty.message])
    row = _store(by, project, wanted, ground)
    _tell(project, ground)
    still_wanted()
    return row


def _made(project: Project, plan_digest: str) -> AssignmentPlan | None:
    return AssignmentPlan.objects.filter(project=project, digest=plan_digest).first()


def checked(wanted: Wanted) -> Wanted:
    """As it was asked; raises InvalidInput for what can't be planned."""
    problems: dict[str, list[str]] = {}
    if not 1 <= len(set(wanted.user_ids)) <= MAX_PEOPLE:
        problems["user_ids"] = [f"Choose 1 to {MAX_PEOPLE} people."]
    if wanted.case_ids is not None and not 1 <= len(wanted.case_ids) <= MAX_CASES:
        problems["case_ids"] = [f"Choose 1 to {MAX_CASES} cases, or leave them out for all."]
    if wanted.balance_by not in (None, *STRATA):
        problems["balance_by"] = [f"One of {', '.join(STRATA)}, or nothing."]
    if len(wanted.seed) > 32:
        problems["seed"] = ["At most 32 characters."]
    if problems:
        raise InvalidInput(None, **problems)
    return wanted


def n_cases(project: Project, wanted: Wanted) -> int:
    """How many cases would be looked at."""
    if wanted.case_ids is not None:
        return len(wanted.case_ids)
    return Case.objects.filter(project=project, state__in=OPEN_FOR_READING).count()


def _cases(project: Project, wanted: Wanted) -> list[Case]:
    rows = Case.objects.filter(project=project, state__in=OPEN_FOR_READING)
    if wanted.case_ids is not None:
        rows = rows.filter(pk__in=wanted.case_ids)
    return list(rows.select_related("visit__subject").order_by("pk"))


def _prepare(
    by: User, project: Project, wanted: Wanted, cases: Sequence[Case], tell: Tell = _silent
) -> _Ground:
    if len(cases) > MAX_CASES:
        raise InvalidInput(case_ids=[f"Plan at most {MAX_CASES} cases at once."])
    version = current_version(project.pk)
    rules = rules_of(version)
    people = {user.pk: user for user in User.objects.filter(pk__in=set(wanted.user_ids))}
    refused = people_refused(project, set(wanted.user_ids))
    ground = _Ground(
        version=version,
        ask=Ask(
            seed=wanted.seed or secrets.token_hex(8),
            order=rules.order["kind"],
            by_stratum=bool(rules.order["stratify_by"]),
            duplicates_share=rules.duplicates_share,
        ),
        people={user_id: user for user_id, user in people.items() if user_id not in refused},
        loads=open_loads(project, asking=by) if wanted.loads is None else wanted.loads,
        refused=refused,
        found=standings(
            project, cases, lambda n: tell(0.7 * n / len(cases), f"Looked at {n:,} cases")
        ),
        strata=strata_by(project, cases, wanted.balance_by or rules.order["stratify_by"]),
    )
    tell(0.75, "Sharing the cases out")
    ground.plan = make_plan(*_input(project, ground), ground.ask)
    return ground


def _input(project: Project, ground: _Ground) -> tuple[list[PlanCase], list[PlanReader]]:
    ends = last_positions(project, ground.people)
    people = [
        PlanReader(str(user_id), ground.loads.get(user_id, 0), ends.get(user_id, 0))
        for user_id in ground.people
    ]
    cases = [
        PlanCase(
            id=str(case_id),
            label=standing.case.label,
            stratum=ground.strata.get(case_id, NO_STRATUM),
            needed=standing.needed,
            closed_to={str(user_id): code for user_id, code in standing.closed_to.items()},
        )
        for case_id, standing in ground.found.items()
        if standing.needed
    ]
    return cases, people


def _store(by: User, project: Project, wanted: Wanted, ground: _Ground) -> AssignmentPlan:
    reads = ground.plan.reads
    n_duplicates = sum(read.duplicate for read in reads)
    row = AssignmentPlan.objects.create(
        project=project,
        protocol_version=ground.version,
        seed=ground.ask.seed,
        asked={
            "user_ids": sorted(map(str, wanted.user_ids)),
            "case_ids": None if wanted.case_ids is None else sorted(map(str, wanted.case_ids)),
            "balance_by": wanted.balance_by,
            "loads": {str(user_id): n for user_id, n in sorted(ground.loads.items())},
        },
        digest=ground.digest,
        n_reads=len(reads) - n_duplicates,
        n_duplicates=n_duplicates,
        made_by=by,
    )
    gifts = [
        Gift(ground.found[UUID(r.case_id)], UUID(r.reader_id), r.position, r.duplicate)
        for r in sorted(reads, key=lambda read: read.duplicate)
    ]
    taking = {gift.user_id: ground.people[gift.user_id] for gift in gifts}
    make_reads(project, gifts, taking, plan=row)
    # one row for thousands of reads: each names its plan, and the digest covers every pair
    record_in_project(
        project_id=project.pk,
        by=by,
        action="reads.planned",
        target_type="plan",
        target_id=row.pk,
        details={
            "reads": row.n_reads,
            "duplicates": row.n_duplicates,
            "readers": len(taking),
            "seed": row.seed,
            "digest": row.digest,
        },
    )
    return row


def _tell(project: Project, ground: _Ground) -> None:
    """Readers are told how many new reads there are, second ones not among them."""
    new = Counter(UUID(r.reader_id) for r in ground.plan.reads if not r.duplicate)
    for user_id, n in new.items():
        notify(
            user_ids=[user_id],
            kind="read_assigned",
            text=f"{n} {'read is' if n == 1 else 'reads are'} yours.",
            href="/",
            project=project.slug,
        )
    publish_changed(user_ids=new, model="read", object_id=project.pk, project=project.slug)
    publish_changed(
        user_ids=users_with(Permission.VIEW_PROGRESS, project.pk),
        model="case",
        object_id=project.pk,
        project=project.slug,
    )


def _view(ground: _Ground) -> PlanView:
    new: dict[str, Counter[str]] = defaultdict(Counter)
    twice: Counter[str] = Counter()
    strata: Counter[str] = Counter()
    for read in ground.plan.reads:
        if read.duplicate:
            twice[read.reader_id] += 1
        else:
            new[read.reader_id][ground.strata.get(UUID(read.case_id), NO_STRATUM)] += 1
    planned = {read.case_id for read in ground.plan.reads}
    for case_id in planned:
        strata[ground.strata.get(UUID(case_id), NO_STRATUM)] += 1
    readers = [
        ReaderCount(
            user_id=user_id,
            name=user.display_name,
            open_before=ground.loads.get(user_id, 0),
            new=new[str(user_id)].total(),
            duplicates=twice[str(user_id)],
            by_stratum=dict(sorted(new[str(user_id)].items())),
        )
        for user_id, user in ground.people.items()
    ]
    return PlanView(
        seed=ground.ask.seed,
        digest=ground.digest,
        n_cases=len(planned),
        n_reads=sum(row.new for row in readers),
        n_duplicates=twice.total(),
        readers=sorted(readers, key=lambda row: (row.name, str(row.user_id))),
        strata=dict(sorted(strata.items())),
        warnings=_warnings(ground),
    )


def _warnings(ground: _Ground) -> list[str]:
    found = []
    names = dict(User.objects.filter(pk__in=ground.refused).values_list("pk", "display_name"))
    for user_id, code in sorted(ground.refused.items(), key=lambda row: names.get(row[0], "")):
        found.append(f"{names.get(user_id, 'Someone')} is left out: {MESSAGES[code]}")
    closed = Counter(s.closed for s in ground.found.values() if s.closed)
    found += [f"{_cases_text(n)} left out: {MESSAGES[code]}" for code, n in sorted(closed.items())]
    if short := ground.plan.short:
        codes = sorted({code for row in short for code in row.codes})
        why = " ".join(MESSAGES[code] for code in codes) or "There are too few people."
        found.append(f"{_cases_text(len(short))} will lack reads. {why}")
    return found


def _cases_text(n: int) -> str:
    return f"{n} {'case' if n == 1 else 'cases'}"
