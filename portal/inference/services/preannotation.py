"""Asking a worker for a draft, and putting it where it may be seen."""

from typing import Any
from uuid import UUID

import orjson

from cmrkit.contracts import InputRef, JobKind, Priority, StackLabels, StackMeta
from portal.accounts.models import User
from portal.annotations.services.drafts import store_draft
from portal.cases.models import Case
from portal.core.events import publish
from portal.imaging.models import Stack
from portal.imaging.selectors import lead_stack
from portal.inference.errors import DraftHidden, NothingToSegment
from portal.jobs.models import Job
from portal.jobs.registry import LinkInput, Work
from portal.jobs.services.attempts import artifact_bytes
from portal.jobs.services.queue import Ask, enqueue
from portal.modelhub.models import ModelVersion
from portal.modelhub.selectors import champion_of
from portal.modelhub.work import model_ref
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.errors import ReadClosed
from portal.reads.models import Read
from portal.reads.services.lifecycle import require_own

TIME_LIMIT_S = 900.0
LABELS = "labels"


def preannotate_cases(*, by: User, cases: list[Case]) -> list[Job]:
    """Drafts for cases, by the champion of today. A single one is waited for: it goes first."""
    for case in cases:
        require(by, Permission.PREANNOTATE, case.project_id)
    priority = Priority.PERSON if len(cases) == 1 else Priority.BATCH
    return [_enqueue(by, case, lead_stack(case.pk), priority) for case in cases]


def preannotate_read(*, by: User, read: Read) -> Job:
    """A draft for the person's own open read, on the stack version that it pins."""
    require_own(by=by, read=read)
    if not read.protocol_version.ai_visible:
        raise DraftHidden()
    if read.state not in ("assigned", "in_progress"):
        raise ReadClosed()
    return _enqueue(by, read.case, read.stack, Priority.PERSON)


def _enqueue(by: User, case: Case, stack: Stack | None, priority: Priority) -> Job:
    if stack is None:
        raise NothingToSegment()
    ask = ask_for(case, stack.pk, champion_of(case.project_id))
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


def ask_for(case: Case, stack_id: UUID, model: ModelVersion) -> Ask:
    return Ask(
        case=case,
        title=f"Pre-annotate {case.label}",
        payload={
            "stack": str(stack_id),
            "model_id": str(model.pk),
            "model": {
                "name": model.name,
                "version": model.version,
                "noncommercial": model.noncommercial,
                "demonstration": model.demonstration,
            },
        },
        active_key=f"segment:{stack_id}:{model.pk}",
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
    """Store the draft and tell the readers who got a copy: each of them alone."""
    stack = Stack.objects.get(pk=job.payload["stack"])
    model = ModelVersion.objects.select_related("reader").get(pk=job.payload["model_id"])
    assert job.case is not None
    touched = store_draft(
        case=job.case,
        stack=stack,
        model_version=model,
        labels=StackLabels.from_json(orjson.loads(artifact_bytes(job, LABELS))),
        by_job=job.pk,
    )
    for read in Read.objects.filter(pk__in=touched).select_related("reader"):
        if read.reader.user_id is not None:
            publish(
                user_ids=[read.reader.user_id],
                message={"type": "draft", "read_id": str(read.pk)},
            )
