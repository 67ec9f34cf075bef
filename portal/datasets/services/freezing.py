"""A dataset version: an immutable, content-hashed selection of reference labels."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.accounts.models import User
from portal.adjudication.models import ReferenceStandard
from portal.audit.services import record_in_project
from portal.cases.models import CaseState
from portal.core.errors import InvalidInput
from portal.core.hashing import digest
from portal.datasets.errors import NothingLocked
from portal.datasets.models import DatasetItem, DatasetVersion, TestSetItem
from portal.datasets.splitting import split_patients
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require

DEFAULT_FRACTIONS = {"train": 0.8, "validation": 0.2, "test": 0.0}


def usable_references(project: Project) -> list[ReferenceStandard]:
    """The newest reference of every locked, assessable case whose patient is in no test set."""
    held_out = TestSetItem.objects.filter(
        test_set__project=project,
        stack__study__case__isnull=False,  # phantoms made for a test set are no patient's
    ).values("stack__study__case__visit__subject__patient_hash")
    rows = (
        ReferenceStandard.objects.filter(case__project=project, case__state=CaseState.LOCKED)
        .exclude(case__visit__subject__patient_hash__in=held_out)
        .select_related("case__visit__subject")
        .order_by("case__label", "-version")
    )
    newest: dict[UUID, ReferenceStandard] = {}
    for row in rows:
        newest.setdefault(row.case_id, row)
    return [row for row in newest.values() if row.content["assessable"]]


@transaction.atomic
def freeze_dataset(
    *,
    by: User,
    project: Project,
    name: str,
    case_ids: Iterable[UUID] | None = None,
    fractions: dict[str, float] | None = None,
    seed: int = 1,
) -> DatasetVersion:
    """The same references, fractions and seed give the same content hash."""
    require(by, Permission.MANAGE_DATASETS, project)
    if not name.strip():
        raise InvalidInput(None, name=["Give the dataset a name."])
    wanted = None if case_ids is None else {str(c) for c in case_ids}
    references = [
        r for r in usable_references(project) if wanted is None or str(r.case_id) in wanted
    ]
    if not references:
        raise NothingLocked()
    shares = fractions or DEFAULT_FRACTIONS
    splits = split_patients((_patient(r) for r in references), shares, seed)
    content = sorted([r.digest, str(splits[_patient(r)])] for r in references)
    Project.objects.select_for_update().get(pk=project.pk)
    newest = DatasetVersion.objects.filter(project=project, name=name.strip()).aggregate(
        n=Max("version")
    )["n"]
    dataset = DatasetVersion.objects.create(
        project=project,
        name=name.strip()[:80],
        version=(newest or 0) + 1,
        content_hash=digest({"items": content, "fractions": shares, "seed": seed}),
        seed=seed,
        frozen_by=by,
        datasheet=_datasheet(project, references, shares, seed),
    )
    DatasetItem.objects.bulk_create(
        DatasetItem(dataset=dataset, reference=r, split=splits[_patient(r)]) for r in references
    )
    record_in_project(
        project_id=project.pk,
        by=by,
        action="dataset.frozen",
        target_type="dataset",
        target_id=dataset.pk,
        details={"content_hash": dataset.content_hash, "items": len(references)},
    )
    return dataset


def _patient(reference: ReferenceStandard) -> str:
    return reference.case.visit.subject.patient_hash


def _datasheet(
    project: Project, references: list[ReferenceStandard], fractions: dict[str, float], seed: int
) -> dict[str, object]:
    """What a user of the data has to know (after Gebru et al., Datasheets for Datasets)."""
    return {
        "purpose": "Training and testing of ventricular segmentation on short-axis cine MR.",
        "labels": "Signed reference standards; contours at end-diastole and end-systole only.",
        "structures": ["lv_endo", "lv_epi", "rv_endo"],
        "cases": len(references),
        "phantom_cases": sum(r.case.is_phantom for r in references),
        "patients": len({_patient(r) for r in references}),
        "classes": _counted(str(r.content["answers"].get("class", "none")) for r in references),
        "protocols": sorted({str(r.content["protocol"]["id"]) for r in references}),
        "splits": {"fractions": fractions, "seed": seed, "unit": "patient"},
        "project": project.slug,
        "frozen_at": timezone.now().isoformat(),
        "use": "Research only. De-identification as recorded per study.",
    }


def _counted(values: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return counts
