"""Asking a worker what the pixels of new stacks show: a second opinion on what headers say."""

from typing import Any
from uuid import UUID

from cmrkit.contracts import InputRef, JobKind, StackMeta
from portal.imaging.models import Stack, Study
from portal.imaging.services.looking import record_look, take_unseen
from portal.jobs.models import Job
from portal.jobs.registry import LinkInput, Work
from portal.jobs.services.queue import Ask, enqueue_batch
from portal.projects.models import Project

TIME_LIMIT_S = 600.0
STUDIES_AT_ONCE = 100


def ask_about_new() -> int:
    """One job for each study with stacks that nobody looked at; answers how many. It waits behind
    everything that a person waits for."""
    asks: dict[UUID, tuple[Project, list[Ask]]] = {}
    for study, stacks in take_unseen(STUDIES_AT_ONCE).items():
        asks.setdefault(study.project_id, (study.project, []))[1].append(_ask(study, stacks))
    return sum(
        enqueue_batch(by=None, project=project, kind=JobKind.CHECK_KIND, asks=wanted)
        for project, wanted in asks.values()
    )


def _ask(study: Study, stacks: list[Stack]) -> Ask:
    return Ask(
        case=study.case,
        title=f"Check what the images of {study.label} show",
        payload={"stacks": [str(stack.pk) for stack in stacks]},
        active_key=f"check_kind:{stacks[0].pk}",
    )


def fill(job: Job, link: LinkInput) -> Work:
    stacks = Stack.objects.filter(pk__in=job.payload["stacks"]).order_by("pk")
    return Work(
        inputs=tuple(
            InputRef(
                item_id=str(stack.pk),
                pixels_url=link("stack-pixels", str(stack.pk)),
                meta=StackMeta.from_json(stack.meta),
            )
            for stack in stacks
        ),
        time_limit_s=TIME_LIMIT_S,
    )


def finish(job: Job, output: dict[str, Any]) -> None:
    """Keep what was seen of the stacks that the job was about, and of no others."""
    rows = output.get("looks")
    asked = set(job.payload["stacks"])
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict) or row.get("stack") not in asked:
            continue
        if isinstance(row.get("shares"), dict):
            record_look(stack_id=row["stack"], shares=row["shares"])
