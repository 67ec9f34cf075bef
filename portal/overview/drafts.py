"""How far the AI's draft of a case is."""

from dataclasses import dataclass
from uuid import UUID

from cmrkit.contracts import JobKind
from portal.jobs.models import ACTIVE_STATES, Job, JobState
from portal.modelhub.models import ModelVersion
from portal.overview.checks import Flag, flags_of_read
from portal.reads.models import Read, ReadPurpose


@dataclass(frozen=True)
class DraftInfo:
    """``state`` is none, running, ready or failed; ``model`` made the draft that is shown, and
    ``flags`` are what its worker found."""

    state: str
    job_id: UUID | None
    model: ModelVersion | None
    flags: tuple[Flag, ...] = ()


NO_DRAFT = DraftInfo("none", None, None)


def draft_state(job_state: str | None, *, has_draft: bool) -> str:
    if job_state in ACTIVE_STATES:
        return "running"
    if has_draft:
        return "ready"
    return "failed" if job_state in (JobState.FAILED, JobState.DEAD) else "none"


def draft_of(read: Read) -> DraftInfo:
    """The draft as this read may know it: nothing at all where its protocol hides the AI."""
    if not read.protocol_version.ai_visible or read.purpose != ReadPurpose.READING:
        return NO_DRAFT
    job = (
        Job.objects.filter(case=read.case_id, kind=JobKind.SEGMENT).order_by("-created_at").first()
    )
    source = read.draft_source
    model = (
        ModelVersion.objects.filter(reader=source.reader_id, project=read.case.project_id)
        .order_by("-created_at")
        .first()
        if source
        else None
    )
    state = draft_state(job.state if job else None, has_draft=source is not None)
    return DraftInfo(state, job.pk if job else None, model, flags_of_read(read))
