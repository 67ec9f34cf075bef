"""All pairs of a project at once, on several cores: after an upgrade, or before a big meeting."""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from uuid import UUID

import django
from django.db import connections

from portal.agreement.cohort.keeping import due, keep
from portal.agreement.cohort.pairing import CaseReads, by_case
from portal.projects.models import Project
from portal.reads.beside import ON_BESIDE
from portal.reads.blinding import ALL_READS_IN
from portal.reads.models import Read, ReadPurpose, ReadState

COUNTED = (ReadPurpose.READING, ReadPurpose.DRAFT, ReadPurpose.ADJUDICATION)
CASES_AT_ONCE = 5


def recompute(
    project: Project, *, processes: int = 1, told: Callable[[int, int], None] = lambda n, all_: None
) -> int:
    """Compute what has no result under its present hash; answers how many cases had something
    due. ``told`` hears how many of them are done."""
    waiting = sorted({row.case_id for row in due(_cases(project.pk))}, key=str)
    batches = [waiting[i : i + CASES_AT_ONCE] for i in range(0, len(waiting), CASES_AT_ONCE)]
    if processes < 2:
        done = 0
        for batch in batches:
            done += _of(project.pk, batch)
            told(done, len(waiting))
        return len(waiting)
    connections.close_all()  # none is shared with another process
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawning, initializer=django.setup) as pool:
        done = 0
        for finished in as_completed(pool.submit(_of, project.pk, batch) for batch in batches):
            done += finished.result()
            told(done, len(waiting))
    return len(waiting)


def _of(project_id: UUID, case_ids: list[UUID]) -> int:
    keep(due(_cases(project_id, case_ids)))
    return len(case_ids)


def _cases(project_id: UUID, case_ids: Iterable[UUID] | None = None) -> list[CaseReads]:
    """No one asks, so no one is told: results alone are written."""
    rows = Read.objects.filter(
        case__project_id=project_id,
        case__state__in=ALL_READS_IN,
        state=ReadState.SUBMITTED,
        purpose__in=COUNTED,
    ).exclude(ON_BESIDE)
    if case_ids is not None:
        rows = rows.filter(case_id__in=case_ids)
    return by_case(
        rows.select_related("case", "protocol_version__protocol", "reader", "stack").defer(
            "stack__thumbnail"
        )
    )
