"""Asking a worker for a draft, and putting it where it may be seen."""

from contextlib import suppress
from typing import Any

import orjson

from cmrkit.contracts import InputRef, JobKind, Priority, StackLabels, StackMeta
from cmrkit.errors import ContractViolation
from cmrkit.volumes.landmarks import Landmark
from portal.accounts.models import User
from portal.adjudication.services.late_draft import compare_with_draft, lock_for_comparing
from portal.annotations.services.drafts import store_draft
from portal.cases.models import Case
from portal.core.events import publish
from portal.imaging.models import Stack
from portal.imaging.selectors import lead_stack
from portal.inference.errors import DraftHidden
from portal.inference.services.asking import asks_beside_case, asks_beside_read, lead_ask
from portal.jobs.models import Job
from portal.jobs.registry import LinkInput, Work
from portal.jobs.services.attempts import artifact_bytes
from portal.jobs.services.queue import Ask, enqueue
from portal.modelhub.models import ModelVersion
from portal.modelhub.services import shadowing
from portal.modelhub.work import model_ref
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.blinding import not_up_yet
from portal.reads.errors import ReadClosed
from portal.reads.models import Read
from portal.reads.services.lifecycle import require_own

TIME_LIMIT_S = 900.0
LABELS = "labels"
MOST_LANDMARKS = 20


def preannotate_cases(*, by: User, cases: list[Case]) -> list[Job]:
    """Drafts for cases, by the champion of today. A single one is waited for: it goes first."""
    for case in cases:
        require(by, Permission.PREANNOTATE, case.project_id)
    priority = Priority.PERSON if len(cases) == 1 else Priority.BATCH
    jobs = []
    for case in cases:
        jobs.append(_enqueue(by, lead_ask(case, lead_stack(case.pk)), priority))
        jobs += [_enqueue(by, ask, priority) for ask in asks_beside_case(case)]
    return jobs


def preannotate_read(*, by: User, read: Read) -> Job:
    """A draft for the person's own open read, on the stack version that it pins; drafts of what is
    drawn on beside it follow. The job is the first one's."""
    require_own(by=by, read=read)
    if not read.sees_ai:
        raise DraftHidden()
    if read.state not in ("assigned", "in_progress"):
        raise ReadClosed()
    job = _enqueue(by, lead_ask(read.case, read.stack), Priority.PERSON)
    for ask in asks_beside_read(read):
        _enqueue(by, ask, Priority.PERSON)
    return job


def _enqueue(by: User, ask: Ask, priority: Priority) -> Job:
    case = ask.case
    assert case is not None
    return enqueue(
        by=by,
        project=case.project,
        case=case,
        kind=JobKind.SEGMENT,
        title=ask.title,
        payload=ask.payload,
        active_key=ask.active_key,
        priority=priority,
    )


def fill(job: Job, link: LinkInput) -> Work:
    stack = Stack.objects.get(pk=job.payload["stack"])
    model = ModelVersion.objects.get(pk=job.payload["model_id"])
    return Work(
        inputs=(
            InputRef(
                item_id=str(stack.pk),
                pixels_url=link("stack-pixels", str(stack.pk)),
                meta=StackMeta.from_json(stack.meta),
            ),
        ),
        models=(model_ref(model, link),),
        time_limit_s=TIME_LIMIT_S,
    )


def finish(job: Job, output: dict[str, Any]) -> None:
    """Store the draft, compare its case again where that was done without it, and tell the readers
    who got a copy: each of them alone, and nobody of a second reading to come. What was drafted in
    the shadow goes to nobody."""
    if shadowing.is_shadow(job):
        shadowing.keep(job, output)
        return
    stack = Stack.objects.get(pk=job.payload["stack"])
    model = ModelVersion.objects.select_related("reader").get(pk=job.payload["model_id"])
    assert job.case is not None
    lock_for_comparing(job.case)
    touched = store_draft(
        case=job.case,
        stack=stack,
        model_version=model,
        labels=StackLabels.from_json(orjson.loads(artifact_bytes(job, LABELS))),
        by_job=job.pk,
        landmarks=_landmarks(output),
    )
    compare_with_draft(job.case)
    told = Read.objects.filter(pk__in=touched).exclude(not_up_yet())
    for read in told.select_related("reader"):
        if read.reader.user_id is not None:
            publish(
                user_ids=[read.reader.user_id],
                message={"type": "draft", "read_id": str(read.pk)},
            )
    shadowing.ask_shadows(case=job.case, stack=stack, drafted_by=model)


def _landmarks(output: dict[str, Any]) -> list[Landmark]:
    """What the worker proposes; one that can't be read is left out, as it may be anybody's."""
    found = []
    rows = output.get("landmarks")
    for row in rows[:MOST_LANDMARKS] if isinstance(rows, list) else []:
        with suppress(ContractViolation):
            found.append(Landmark.from_json(row))
    return found
