"""What a worker flagged about a case's draft and images, for those who may know of it.

A reader who may see the draft gets the findings as the worker wrote them. Those who run the project
get topics: that something is to be checked, and nothing of what the AI drew or measured. A reader
from whom the protocol hides the AI gets nothing, whatever else they are in the project.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cmrkit.contracts import JobKind
from cmrkit.quality import TOPIC_OF, TOPICS, topic_of
from portal.accounts.models import User
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.jobs.models import Job, JobState
from portal.modelhub.models import ModelVersion
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of
from portal.reads.blinding import is_blind_to_ai, visible_cases
from portal.reads.models import Read

SHOWN = 20
_RANK = {"refusal": 0, "problem": 1, "warning": 2, "info": 3}
_GRADES = ("good", "usable", "poor")
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
    """``state``: refused (no draft was made), flagged or clear. ``image_grade``: good, usable or
    poor; None where nobody graded."""

    stack_id: UUID
    state: str
    image_grade: str | None
    flags: tuple[Flag, ...]
    at: datetime


def checks_of_case(user: User, project: Project, case_id: UUID) -> list[StackChecks]:
    """Of each stack that the newest pre-annotations of the case were of; NotFound for all who may
    not follow its progress."""
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
    return list(newest.values())


def flags_of_read(read: Read) -> tuple[Flag, ...]:
    """What the worker said of the draft that this read started with; nothing where the AI is
    hidden."""
    source = read.draft_source
    if source is None or not read.protocol_version.ai_visible:
        return ()
    models = ModelVersion.objects.filter(reader=source.reader_id).values_list("pk", flat=True)
    made_by = {str(pk) for pk in models}
    for job in _ended(read.case):
        same = str(job.payload.get("stack")) == str(source.stack_id)
        if job.state == JobState.SUCCEEDED and same and job.payload.get("model_id") in made_by:
            return tuple(sorted(_flags(job), key=lambda f: _RANK[f.severity]))[:SHOWN]
    return ()


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
