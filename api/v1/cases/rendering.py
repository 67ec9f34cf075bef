"""How cases and their reads look on the wire."""

from typing import Any

from api.v1.adjudications.rendering import reference_brief
from api.v1.annotations.rendering import imported
from api.v1.imaging import rendering as imaging
from portal.jobs.models import Job
from portal.overview.cases import CaseDetail
from portal.overview.checks import StackChecks
from portal.reads.models import Read, ReaderKind, ReadState
from portal.reads.services.assign import Assigned

PROGRESS = {ReadState.ASSIGNED: 0.0, ReadState.SUBMITTED: 1.0}


def case_detail(slug: str, found: CaseDetail) -> dict[str, Any]:
    """``CaseDetail`` of the wire contract."""
    return {
        **found.summary,
        "read_counts": found.summary["reads"],
        "studies": [imaging.study(row, slug, as_stored=True) for row in found.studies],
        "reads": [read_brief(row) for row in found.reads],
        "jobs": [job(row) for row in found.jobs],
        "adjudication_id": found.adjudication_id,
        "reference": reference_brief(found.reference) if found.reference else None,
        "my_read_id": found.my_read_id,
        "imported_annotations": [imported(row) for row in found.imported],
        "actions": found.actions,
    }


def stack_checks(row: StackChecks) -> dict[str, Any]:
    flags = [{k: getattr(f, k) for k in ("code", "message", "severity")} for f in row.flags]
    return {**vars(row), "flags": flags}


def read_brief(row: Read) -> dict[str, Any]:
    """Who reads and how far they are; no more. How much of a read in progress is done would tell
    of its contents, so it has no number."""
    name = row.reader.user.display_name if row.reader.user else row.reader.label
    return {
        "id": row.pk,
        "reader": {"kind": ReaderKind(row.reader.kind), "label": name},
        "state": row.state,
        "progress": PROGRESS.get(ReadState(row.state)),
        "submitted_at": row.submitted_at,
        "alias": row.alias,
        "duplicate": row.duplicate,
        "available_at": row.available_at,
        "due_at": row.due_at,
    }


def job(row: Job) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "title": row.title,
        "state": row.state,
        "progress": row.progress,
        "message": row.message,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }


def assigned(outcome: Assigned) -> dict[str, Any]:
    return {
        "created": len(outcome.created),
        "skipped": [
            {
                "case_id": row.case_id,
                "user_id": row.user_id,
                "code": row.code,
                "message": row.message,
            }
            for row in outcome.skipped
        ],
    }
