"""Plans of very many cases and readers, made by the portal in the background."""

from dataclasses import asdict, replace
from secrets import token_hex
from typing import Any
from uuid import UUID

from cmrkit.contracts import JobKind, Priority
from portal.accounts.models import User
from portal.core.errors import NotAllowed, NotFound
from portal.core.hashing import digest
from portal.jobs.models import Job, JobState
from portal.jobs.registry import Reporter
from portal.jobs.services.queue import enqueue
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.models import AssignmentPlan
from portal.reads.services.planning import (
    PlanView,
    Wanted,
    checked,
    make_assignments,
    n_cases,
    preview_plan,
)

# cases × people: as many take a second or two in a request
AT_ONCE = 20_000


def is_large(project: Project, wanted: Wanted) -> bool:
    """Whether the plan is too large for the request that asks for it."""
    return n_cases(project, wanted) * len(set(wanted.user_ids)) > AT_ONCE


def queue_plan(
    *, by: User, project: Project, wanted: Wanted, expected_digest: str | None = None
) -> Job:
    """Have the plan shown, or with a digest made as it was shown. Asked for again while it is
    worked on, it is the same job. The seed is drawn here, so that a second try plans the same."""
    require(by, Permission.ASSIGN_READS, project)
    asked = _to_json(checked(wanted))
    key = digest([str(by.pk), asked, expected_digest])[:40]
    payload = {
        "wanted": _to_json(replace(wanted, seed=wanted.seed or token_hex(8))),
        "digest": expected_digest,
    }
    return enqueue(
        by=by,
        project=project,
        kind=JobKind.PLAN,
        title="Assign the plan" if expected_digest else "Plan assignments",
        payload=payload,
        active_key=f"plan:{project.pk}:{key}",
        priority=Priority.PERSON,
    )


def run_plan(job: Job, reporter: Reporter) -> dict[str, Any]:
    """The job's work. What it did before it was killed is undone by the database; a plan that was
    made is found again by its digest."""
    by, project = job.requested_by, job.project
    if by is None or not by.is_active:
        raise NotAllowed()
    wanted, expected = _from_json(job.payload["wanted"]), job.payload["digest"]
    if expected is None:
        plan = preview_plan(by=by, project=project, wanted=wanted, tell=reporter.progress)
        return {"plan": shown_of(plan)}
    reporter.progress(0.0, "Assigning: all reads at once, or none")
    row = make_assignments(
        by=by,
        project=project,
        wanted=wanted,
        expected_digest=expected,
        still_wanted=reporter.check,
    )
    return {"made": made_of(row)}


def get_plan_job(user: User, project: Project, job_id: UUID) -> Job:
    """The person's own: of their own second readings a plan tells nothing to others."""
    require(user, Permission.ASSIGN_READS, project)
    job = Job.objects.filter(
        pk=job_id, project=project, kind=JobKind.PLAN, requested_by=user
    ).first()
    if job is None:
        raise NotFound()
    return job


def result_of(job: Job) -> dict[str, Any]:
    return (job.output or {}) if job.state == JobState.SUCCEEDED else {}


def shown_of(plan: PlanView) -> dict[str, Any]:
    found = asdict(plan)
    for row in found["readers"]:
        row["user_id"] = str(row["user_id"])
    return found


def made_of(row: AssignmentPlan) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "seed": row.seed,
        "digest": row.digest,
        "n_reads": row.n_reads,
        "n_duplicates": row.n_duplicates,
        "made_at": row.created_at.isoformat(),
    }


def _to_json(wanted: Wanted) -> dict[str, Any]:
    loads = None if wanted.loads is None else {str(k): n for k, n in sorted(wanted.loads.items())}
    return {
        "user_ids": sorted({str(user_id) for user_id in wanted.user_ids}),
        "case_ids": None if wanted.case_ids is None else sorted(map(str, wanted.case_ids)),
        "balance_by": wanted.balance_by,
        "seed": wanted.seed,
        "loads": loads,
    }


def _from_json(value: dict[str, Any]) -> Wanted:
    cases, loads = value["case_ids"], value["loads"]
    return Wanted(
        user_ids=[UUID(user_id) for user_id in value["user_ids"]],
        case_ids=None if cases is None else [UUID(case_id) for case_id in cases],
        balance_by=value["balance_by"],
        seed=value["seed"],
        loads=None if loads is None else {UUID(user_id): n for user_id, n in loads.items()},
    )
