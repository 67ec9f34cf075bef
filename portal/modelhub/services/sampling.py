"""Taking what cases, drafts and reads add to the drift charts: a chore, each once."""

from itertools import pairwise
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef

from cmrkit.contracts import JobKind
from portal.cases.models import Case, CaseState
from portal.imaging.facts import stack_facts
from portal.imaging.models import Stack
from portal.jobs.models import Job, JobState
from portal.measurements.services.measuring import measure
from portal.modelhub.draft_signs import DraftSigns
from portal.modelhub.drift.places import PLACE
from portal.modelhub.models import DriftSample, SampleKind
from portal.modelhub.services.correcting import correct
from portal.reads.beside import ON_BESIDE
from portal.reads.blinding import drift_cases
from portal.reads.models import Read, ReadPurpose, ReadState

AT_ONCE = 20  # a chore is short; the rest has its turn next time


def take_samples() -> int:
    """How many were taken."""
    taken = [_of_case(case) for case in _new_cases()]
    taken += [_of_draft(read) for read in _new_reads(ReadPurpose.DRAFT, SampleKind.OUTPUT)]
    taken += [_of_read(read) for read in _new_reads(ReadPurpose.READING, SampleKind.BEHAVIOUR)]
    # two processes may take the same: the constraint keeps one, both are right
    DriftSample.objects.bulk_create(taken, ignore_conflicts=True)
    return len(taken)


def _new_cases() -> list[Case]:
    stacks = Stack.objects.filter(
        study__case=OuterRef("pk"), is_latest=True, sequence_kind="cine", view="SAX"
    )
    held = DriftSample.objects.filter(kind=SampleKind.INPUT, source_id=OuterRef("pk"))
    rows = Case.objects.filter(Exists(stacks), ~Exists(held)).exclude(state=CaseState.WITHDRAWN)
    return list(rows.order_by("created_at")[:AT_ONCE])


def _new_reads(purpose: ReadPurpose, kind: SampleKind) -> list[Read]:
    held = DriftSample.objects.filter(kind=kind, source_id=OuterRef("pk"))
    rows = Read.objects.filter(
        ~Exists(held), purpose=purpose, state=ReadState.SUBMITTED, case__in=drift_cases(None)
    )
    if purpose == ReadPurpose.DRAFT:  # what is drawn beside has no volumes of a short axis
        rows = rows.exclude(ON_BESIDE)
    if purpose == ReadPurpose.READING:
        rows = rows.filter(draft_source__isnull=False)
    return list(
        rows.select_related("case", "stack", "protocol_version", "draft_source__reader").order_by(
            "submitted_at"
        )[:AT_ONCE]
    )


def _of_case(case: Case) -> DriftSample:
    stack = (
        Stack.objects.filter(study__case=case, is_latest=True, sequence_kind="cine", view="SAX")
        .order_by("created_at", "pk")
        .first()
    )
    assert stack is not None
    facts = stack_facts(stack)
    rows_mm, columns_mm = stack.meta["pixel_spacing_mm"]
    return DriftSample(
        case=case,
        kind=SampleKind.INPUT,
        source_id=case.pk,
        at=case.created_at,
        values={
            "vendor": facts.vendor,
            "field": facts.field,
            "pixel_mm": (rows_mm * columns_mm) ** 0.5,
            "n_slices": stack.n_slices,
            "n_phases": stack.n_phases,
            "repetition_ms": facts.repetition_ms,
            "phase_ms": _phase_ms(stack.meta),
        },
    )


def _phase_ms(meta: dict[str, Any]) -> float | None:
    """Median time from one phase to the next over all slices; None where the images don't say."""
    steps = [
        later - earlier
        for row in meta.get("trigger_times_ms") or []
        for earlier, later in pairwise(row)
        if earlier is not None and later is not None and later > earlier
    ]
    return float(median(steps)) if steps else None


def _of_draft(read: Read) -> DriftSample:
    found = measure(read)
    values = {name: found[name] for name in ("ef_percent", "edv_ml")}
    return _sample(read, SampleKind.OUTPUT, values | _said_of(read))


def _said_of(read: Read) -> dict[str, Any]:
    """What its worker said of the draft beside the contours."""
    jobs = Job.objects.filter(
        kind=JobKind.SEGMENT,
        state=JobState.SUCCEEDED,
        case=read.case_id,
        payload__stack=str(read.stack_id),
    )
    job = jobs.order_by("-finished_at", "-pk").first()
    signs = DraftSigns.of(job.output if job else None)
    values: dict[str, Any] = {
        "expected_dice": signs.expected_dice,
        "entropy": signs.uncertainty,
        "contrast_to_noise": signs.contrast_to_noise,
    }
    if job is not None and signs.embedding:
        values[PLACE] = {"model": str(job.payload.get("model_id", "")), "at": list(signs.embedding)}
    return values


def _of_read(read: Read) -> DriftSample:
    values = correct(read).values
    rows = values["rows"]
    frames = sum(row["n_frames"] for row in rows)
    thrown = sum(row["counts"][kind] for row in rows for kind in ("redrawn", "rejected", "added"))
    return _sample(
        read,
        SampleKind.BEHAVIOUR,
        {
            "added_path_mm": sum(r["added_path_mm"] for r in rows) / frames if frames else None,
            "override_share": thrown / frames if frames else None,
            "seconds": values["seconds"],
        },
    )


def _sample(read: Read, kind: SampleKind, values: dict[str, Any]) -> DriftSample:
    assert read.submitted_at is not None
    return DriftSample(
        case=read.case, kind=kind, source_id=read.pk, at=read.submitted_at, values=values
    )
