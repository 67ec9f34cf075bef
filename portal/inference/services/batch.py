"""Drafts for a whole project at once: what is missing is asked for, what is there is left alone."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Subquery

from cmrkit.contracts import JobKind
from portal.accounts.models import User
from portal.cases.models import Case, CaseState
from portal.core.errors import NotFound
from portal.inference.services.asking import ask_for, asks_beside
from portal.jobs.models import Job
from portal.jobs.services.queue import Ask, enqueue_batch
from portal.modelhub.models import ModelVersion
from portal.modelhub.selectors import champion_of, models_beside
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.protocols.selectors import rules_of, version_in_use
from portal.reads.beside import Beside, besides_among, candidates
from portal.reads.models import Read, ReadPurpose
from portal.reads.selectors import reading_stack_of_outer_case

_OPEN = (CaseState.READY, CaseState.READING, CaseState.REOPENED)


class Skipped(StrEnum):
    """Why a case is left out."""

    HAS_DRAFT = "has_draft"  # by today's champion, on today's stack
    QUEUED_ALREADY = "queued_already"
    NOTHING_TO_SEGMENT = "nothing_to_segment"  # no cine stack
    READS_ARE_IN = "reads_are_in"  # agreed, being settled, or locked


@dataclass(frozen=True)
class Batch:
    """``asks`` is what would be queued, or was: a case may have several stacks to draft.
    ``skipped`` counts cases, by the stack that they are read on; withdrawn cases appear nowhere."""

    asks: list[Ask] = field(default_factory=list)
    skipped: Counter[Skipped] = field(default_factory=Counter)
    queued: int = 0

    def to_json(self) -> dict[str, object]:
        skipped = {reason.value: self.skipped[reason] for reason in Skipped}
        due = len({ask.case.pk for ask in self.asks if ask.case})
        return {"due": due, "queued": self.queued, "skipped": skipped}


def plan_batch(*, project: Project, labels: Collection[str] = (), again: bool = False) -> Batch:
    """What pre-annotating the project, or the cases of these labels, would ask for; which stacks
    beside those that are read, says the protocol in use. ``again`` asks anew where there is a
    draft. Raises NotFound for a label that names no case."""
    cases = _cases(project, labels)
    model = champion_of(project)
    keys = {case.pk: ask_for(case, case.lead, model) for case in cases if case.lead}
    active = set(
        Job.objects.filter(project=project, active_key__isnull=False).values_list(
            "active_key", flat=True
        )
    )
    drafted = set() if again else _drafted(project, model)
    asks, skipped = [], Counter[Skipped]()
    for case in cases:
        ask = keys.get(case.pk)
        if case.state not in _OPEN:
            skipped[Skipped.READS_ARE_IN] += 1
        elif ask is None:
            skipped[Skipped.NOTHING_TO_SEGMENT] += 1
        elif ask.active_key in active:
            skipped[Skipped.QUEUED_ALREADY] += 1
        elif (case.pk, case.lead) in drafted:
            skipped[Skipped.HAS_DRAFT] += 1
        else:
            asks.append(ask)
    reading = [case for case in cases if case.state in _OPEN and case.lead]
    for ask in _asks_beside(project, reading, again=again):
        if ask.active_key not in active:
            asks.append(ask)
    return Batch(asks, skipped)


def preannotate_project(
    *, by: User | None, project: Project, labels: Collection[str] = (), again: bool = False
) -> Batch:
    """Queue what ``plan_batch`` found. Asking twice queues nothing twice. ``by`` is None where the
    installation asks, from its own command line."""
    if by is not None:
        require(by, Permission.PREANNOTATE, project)
    plan = plan_batch(project=project, labels=labels, again=again)
    queued = enqueue_batch(by=by, project=project, kind=JobKind.SEGMENT, asks=plan.asks)
    plan.skipped[Skipped.QUEUED_ALREADY] += len(plan.asks) - queued
    return Batch(plan.asks, plan.skipped, queued)


def _asks_beside(project: Project, cases: list[Any], *, again: bool) -> list[Ask]:
    """On long axes and late enhancement of the cases, where the protocol in use and a model of the
    project have a use for them and that model hasn't drafted them yet."""
    version, models = version_in_use(project), models_beside(project)
    if version is None or not models:
        return []
    rules = rules_of(version)
    by_case: dict[UUID, list[Beside]] = {}
    for beside in besides_among(candidates(rules, [case.pk for case in cases]), rules):
        case_id = beside.stack.study.case_id
        if case_id is not None:
            by_case.setdefault(case_id, []).append(beside)
    drafted = set() if again else set().union(*(_drafted(project, m) for m in models.values()))
    asks = []
    for case in cases:
        found = [b for b in by_case.get(case.pk, []) if (case.pk, b.stack.pk) not in drafted]
        asks += asks_beside(case, found, models)
    return asks


def _cases(project: Project, labels: Collection[str]) -> list[Any]:
    """Cases with ``lead``, the stack that a read of each would be on."""
    rows = Case.objects.filter(project=project).exclude(state=CaseState.WITHDRAWN)
    if labels:
        rows = rows.filter(label__in=labels)
    lead = Subquery(reading_stack_of_outer_case().values("pk")[:1])
    found = list(rows.annotate(lead=lead).order_by("label"))
    if missing := set(labels) - {case.label for case in found}:
        raise NotFound(f"No case {', '.join(sorted(missing))} in {project.slug!r}.")
    return found


def _drafted(project: Project, model: ModelVersion) -> set[tuple[UUID, UUID]]:
    rows = Read.objects.filter(
        case__project=project, purpose=ReadPurpose.DRAFT, reader=model.reader
    )
    return set(rows.values_list("case_id", "stack_id"))
