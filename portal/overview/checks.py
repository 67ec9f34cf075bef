"""What a worker flagged about a case's draft and images, for those who may know of it.

A reader who may see the draft gets the findings as the worker wrote them. Those who run the project
get topics: that something is to be checked, and nothing of what the AI drew or measured. A reader
from whom the protocol hides the AI gets nothing, whatever else they are in the project.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from cmrkit.contracts import JobKind
from cmrkit.contracts.drawings import LONG_AXIS
from cmrkit.quality import TOPIC_OF, TOPICS, topic_of
from portal.accounts.models import User
from portal.annotations.services.drafts import newest_draft
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.imaging.models import Stack
from portal.jobs.models import Job, JobState
from portal.modelhub.models import ModelVersion
from portal.overview.doubts import Doubted, doubted_stacks
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of
from portal.reads.beside import Beside, stacks_beside
from portal.reads.blinding import cases_blind_to_ai, is_blind_to_ai, visible_cases
from portal.reads.models import Read

SHOWN = 20
_RANK = {"refusal": 0, "problem": 1, "warning": 2, "info": 3}
_GRADES = ("good", "usable", "poor")
_WORDS = ("payload", "state", "error_code", "error_message", "output", "finished_at")
_REFUSED = (JobState.FAILED, JobState.DEAD)


@dataclass(frozen=True)
class Flag:
    """``code`` is a finding's, or a topic's for those who run the project; ``slice_index`` counts
    from 0 and is None for the whole stack."""

    code: str
    message: str
    severity: str
    slice_index: int | None = None


@dataclass(frozen=True)
class StackChecks:
    """``state``: refused (no draft was made), flagged, clear, or doubted (nothing was drafted, and
    the pixels contradict kind or view). ``image_grade``: good, usable or poor; None where nobody
    graded. ``at``: when the draft's job ended; of a stack without, when its version came."""

    stack_id: UUID
    state: str
    image_grade: str | None
    flags: tuple[Flag, ...]
    at: datetime
    sequence_kind: str = ""
    view: str = ""

    @property
    def needs_look(self) -> bool:
        return self.state != "clear" or self.image_grade == "poor"


def checks_of_case(user: User, project: Project, case_id: UUID) -> list[StackChecks]:
    """Of each stack that the newest pre-annotations of the case were of, or that shows something
    else than what counts for it; NotFound for all who may not follow its progress."""
    case = visible_cases(user).filter(project=project, pk=case_id).first()
    if case is None or Permission.VIEW_PROGRESS not in permissions_of(user, project):
        raise NotFound()
    if is_blind_to_ai(user, case):
        return []
    newest: dict[str, StackChecks] = {}
    for job in _ended(case):
        stack = str(job.payload.get("stack", ""))
        found = _in_topics(job) if stack and stack not in newest else None
        if found is not None:
            newest[stack] = found
    for doubted in doubted_stacks(Case.objects.filter(pk=case.pk)):
        place = str(doubted.stack_id)
        newest[place] = _with_doubt(newest.get(place), doubted)
    return _with_names(newest.values())


def _with_names(found: Collection[StackChecks]) -> list[StackChecks]:
    """What each stack is, for a page that lists several."""
    rows = Stack.objects.filter(pk__in=[row.stack_id for row in found])
    names = {pk: names for pk, *names in rows.values_list("pk", "sequence_kind", "view")}
    known = [(row, *names.get(row.stack_id, ("", ""))) for row in found]
    return [replace(row, sequence_kind=kind, view=view) for row, kind, view in known]


def needing_a_look(
    user: User, project: Project, cases: QuerySet[Case] | None = None
) -> dict[UUID, bool]:
    """Of the project's cases, or some of them, that anything was drafted of or whose images are in
    doubt: whether the newest word on a stack asks for a look. Without cases of which the person may
    not know."""
    if Permission.VIEW_PROGRESS not in permissions_of(user, project):
        return {}
    told = visible_cases(user).filter(project=project)
    if cases is not None:
        told = told.filter(pk__in=cases)
    told = told.exclude(pk__in=cases_blind_to_ai(user))
    jobs = Job.objects.filter(
        case__in=told,
        kind=JobKind.SEGMENT,
        finished_at__isnull=False,
    ).only("case_id", *_WORDS)
    found = {doubted.case_id: True for doubted in doubted_stacks(told)}
    spoken: set[tuple[UUID, str]] = set()
    for job in jobs.order_by("-finished_at", "-pk").iterator(chunk_size=500):
        assert job.case_id is not None
        place = (job.case_id, str(job.payload.get("stack", "")))
        if not place[1] or place in spoken:
            continue
        checks = _in_topics(job)
        if checks is not None:
            spoken.add(place)
            found[job.case_id] = found.get(job.case_id, False) or checks.needs_look
    return found


def flags_of_read(read: Read) -> tuple[Flag, ...]:
    """What the worker said of the draft that this read started with, and of drafts on what is drawn
    on beside it; nothing where the AI is hidden."""
    if not read.sees_ai:
        return ()
    jobs = _ended(read.case)
    found = _flags_of_draft(jobs, read.draft_source) if read.draft_source else []
    for beside in stacks_beside(read):
        draft = newest_draft(read.case, beside.stack)
        for flag in _flags_of_draft(jobs, draft) if draft else ():
            found.append(replace(flag, message=f"{_images(beside)}: {flag.message}"))
    return tuple(sorted(found, key=lambda f: _RANK[f.severity]))[:SHOWN]


def _flags_of_draft(jobs: list[Job], draft: Read) -> list[Flag]:
    """What the worker said that made this draft last."""
    models = ModelVersion.objects.filter(reader=draft.reader_id).values_list("pk", flat=True)
    made_by = {str(pk) for pk in models}
    for job in jobs:
        same = str(job.payload.get("stack")) == str(draft.stack_id)
        if job.state == JobState.SUCCEEDED and same and job.payload.get("model_id") in made_by:
            return list(_flags(job))
    return []


def _images(beside: Beside) -> str:
    return beside.stack.view if beside.drawing is LONG_AXIS else "Late enhancement"


def _ended(case: Case) -> list[Job]:
    """Newest first."""
    rows = Job.objects.filter(case=case, kind=JobKind.SEGMENT, finished_at__isnull=False)
    return list(rows.order_by("-finished_at", "-pk")[:SHOWN])


def _in_topics(job: Job) -> StackChecks | None:
    """None for a job that says nothing of the images: it broke, or was cancelled."""
    stack_id = UUID(str(job.payload["stack"]))
    assert job.finished_at is not None
    if job.state in _REFUSED and TOPIC_OF.get(job.error_code) == "scope":
        flag = Flag("scope", job.error_message, "refusal")
        return StackChecks(stack_id, "refused", None, (flag,), job.finished_at)
    if job.state != JobState.SUCCEEDED:
        return None
    topics: dict[str, str] = {}
    for flag in _flags(job):
        topic = topic_of(flag.code)
        worst = min(flag.severity, topics.get(topic, "info"), key=_RANK.__getitem__)
        topics[topic] = worst
    flags = [Flag(topic, TOPICS[topic], severity) for topic, severity in topics.items()]
    flags.sort(key=lambda f: (_RANK[f.severity], list(TOPICS).index(f.code)))
    state = "flagged" if any(f.severity != "info" for f in flags) else "clear"
    return StackChecks(stack_id, state, _grade(job.output), tuple(flags), job.finished_at)


def _with_doubt(known: StackChecks | None, doubted: Doubted) -> StackChecks:
    """What is known of a stack, first of all that its pixels contradict its kind or view."""
    topic = topic_of("kind_doubtful")
    flag = Flag(topic, TOPICS[topic], doubted.severity)
    if known is None:
        return StackChecks(doubted.stack_id, "doubted", None, (flag,), doubted.since)
    state = "flagged" if known.state == "clear" else known.state
    return replace(known, state=state, flags=(flag, *known.flags))


def _flags(job: Job) -> Iterable[Flag]:
    """Findings of a job's output, which a worker from elsewhere may have written."""
    rows = (job.output or {}).get("findings", [])
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("code"):
            where = row.get("slice")
            severity = str(row.get("severity", "warning"))
            yield Flag(
                code=str(row["code"])[:60],
                message=str(row.get("message", ""))[:300],
                severity=severity if severity in _RANK else "warning",
                slice_index=where if isinstance(where, int) else None,
            )


def _grade(output: dict[str, Any] | None) -> str | None:
    quality = (output or {}).get("quality")
    grade = quality.get("grade") if isinstance(quality, dict) else None
    return grade if grade in _GRADES else None
