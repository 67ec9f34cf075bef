"""Which case a file of annotations is of, and what has been imported. Reads only."""

from dataclasses import dataclass
from uuid import UUID

from cmrkit.annotations_in import AnnotationFile, referenced_uids
from portal.accounts.models import User
from portal.annotations.errors import CaseUnclear
from portal.annotations.models import AnnotationImport
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.imaging.uids import stored_uid
from portal.projects.models import Project
from portal.reads.blinding import imported_reads, visible_cases


@dataclass(frozen=True)
class ImportedRow:
    """``read_id`` only for those to whom the contours lie open."""

    row: AnnotationImport
    read_id: UUID | None


def get_case_for_import(user: User, project: Project, case_id: UUID) -> Case:
    """The case, for those who run the project; else NotFound."""
    case = visible_cases(user).filter(project=project, pk=case_id).first()
    if case is None:
        raise NotFound()
    return case


def imports_of(user: User, case: Case) -> list[ImportedRow]:
    """What was imported for a case that the person may see as a row: source and counts, not the
    contours."""
    opened = set(imported_reads(user).filter(case=case).values_list("pk", flat=True))
    rows = (
        AnnotationImport.objects.filter(read__case__in=visible_cases(user), read__case=case)
        .select_related("read__reader")
        .order_by("created_at", "pk")
    )
    return [ImportedRow(row, row.read_id if row.read_id in opened else None) for row in rows]


def opened_imports(user: User, case: Case) -> list[ImportedRow]:
    """The same for those to whom the contours lie open, adjudicators among them; one row per file,
    nothing for anybody else."""
    rows = (
        AnnotationImport.objects.filter(read__in=imported_reads(user), read__case=case)
        .select_related("read__reader")
        .order_by("created_at", "pk")
    )
    return [ImportedRow(row, row.read_id) for row in rows]


def case_of_file(project: Project, file: AnnotationFile, *, label: str = "") -> Case:
    """The case that is named, else the one that has the images which the file names; raises
    CaseUnclear where there is none, or more than one."""
    if label:
        case = Case.objects.select_related("project").filter(project=project, label=label).first()
        if case is None:
            raise CaseUnclear(f"There is no case {label} in this project.")
        return case
    named = referenced_uids(file)
    if not named:
        raise CaseUnclear()
    uids = named | {stored_uid(project, uid) for uid in named}
    cases = Case.objects.select_related("project").filter(project=project)
    found = {
        case.pk: case
        for some in _portions(sorted(uids))
        for case in [
            *cases.filter(studies__study_uid__in=some).distinct(),
            *cases.filter(studies__series__instances__sop_instance_uid__in=some).distinct(),
        ]
    }
    if len(found) != 1:
        raise CaseUnclear(
            "The file names images of several cases. Name the case."
            if found
            else "None of this project's cases has the images that the file names."
        )
    return next(iter(found.values()))


def _portions(uids: list[str]) -> list[list[str]]:
    """SQLite takes a limited number of values in one query."""
    return [uids[start : start + 500] for start in range(0, len(uids), 500)]
