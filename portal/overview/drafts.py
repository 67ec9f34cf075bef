"""How far the AI's draft of a case is."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from cmrkit.contracts import JobKind
from portal.annotations.services.drafts import newest_draft
from portal.inference.services.asking import BESIDE
from portal.jobs.models import ACTIVE_STATES, Job, JobState
from portal.modelhub.models import ModelVersion
from portal.overview.checks import Flag, flags_of_read
from portal.reads.beside import ON_BESIDE, stacks_beside
from portal.reads.models import READ_BY_READERS, Read, ReadPurpose


@dataclass(frozen=True)
class DraftInfo:
    """``state`` is none, running, ready or failed; ``model`` made the draft that is shown, and
    ``flags`` are what its worker found."""

    state: str
    job_id: UUID | None
    model: ModelVersion | None
    flags: tuple[Flag, ...] = ()


def lead_jobs() -> QuerySet[Job]:
    """Pre-annotations of what cases are read on, not of what is drawn on beside it."""
    return Job.objects.filter(kind=JobKind.SEGMENT).exclude(payload__has_key=BESIDE)


def lead_drafts() -> QuerySet[Read]:
    """Drafts on what cases are read on."""
    return Read.objects.filter(~ON_BESIDE, purpose=ReadPurpose.DRAFT)


def models_beside_read(read: Read) -> dict[UUID, ModelVersion]:
    """By stack, which model drafted what is drawn on beside the read's own; of a read that may know
    it alone."""
    found: dict[UUID, ModelVersion] = {}
    for beside in stacks_beside(read) if read.sees_ai else []:
        draft = newest_draft(read.case, beside.stack)
        model = _model_of(draft, read) if draft else None
        if model is not None:
            found[beside.stack.pk] = model
    return found


def _model_of(draft: Read, read: Read) -> ModelVersion | None:
    return (
        ModelVersion.objects.filter(reader=draft.reader_id, project=read.case.project_id)
        .order_by("-created_at")
        .first()
    )


NO_DRAFT = DraftInfo("none", None, None)


def draft_state(job_state: str | None, *, has_draft: bool) -> str:
    if job_state in ACTIVE_STATES:
        return "running"
    if has_draft:
        return "ready"
    return "failed" if job_state in (JobState.FAILED, JobState.DEAD) else "none"


def draft_of(read: Read) -> DraftInfo:
    """The draft as this read may know it: nothing at all where its protocol hides the AI."""
    if not read.sees_ai or read.purpose not in READ_BY_READERS:
        return NO_DRAFT
    job = lead_jobs().filter(case=read.case_id).order_by("-created_at").first()
    source = read.draft_source
    model = _model_of(source, read) if source else None
    state = draft_state(job.state if job else None, has_draft=source is not None)
    return DraftInfo(state, job.pk if job else None, model, flags_of_read(read))
