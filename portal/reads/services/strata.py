"""What disease a case is known to have beforehand: set by the coordinator, for balance alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core.errors import InvalidInput
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.models import CaseStratum

MAX_ROWS = 20_000


@dataclass(frozen=True)
class StrataSet:
    """``unknown``: labels of which the project has no case."""

    set: int
    unknown: list[str]


@transaction.atomic
def set_strata(*, by: User, project: Project, rows: Sequence[tuple[str, str]]) -> StrataSet:
    """(case label, disease) pairs; an empty disease takes it back. Others stay as they are."""
    require(by, Permission.ASSIGN_READS, project)
    if len(rows) > MAX_ROWS:
        raise InvalidInput(rows=[f"At most {MAX_ROWS} rows at once."])
    wanted = {label.strip(): disease.strip() for label, disease in rows}
    cases = dict(Case.objects.filter(project=project).values_list("label", "pk"))
    known = {label: disease for label, disease in wanted.items() if label in cases}
    CaseStratum.objects.filter(case__project=project, case__label__in=list(known)).delete()
    made = [
        CaseStratum(case_id=cases[label], disease=disease)
        for label, disease in known.items()
        if disease
    ]
    CaseStratum.objects.bulk_create(made, batch_size=500)
    if known:
        record_in_project(
            project_id=project.pk,
            by=by,
            action="strata.set",
            target_type="project",
            target_id=project.pk,
            details={"cases": len(known)},
        )
    return StrataSet(len(known), sorted(wanted.keys() - cases.keys()))
