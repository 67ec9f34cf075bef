"""Reading datasets, exports and test sets."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from portal.accounts.models import User
from portal.adjudication.dependants import Dependant
from portal.adjudication.models import ReferenceStandard
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.datasets.comparing import compare_manifests
from portal.datasets.errors import NotComparable, WithoutManifest
from portal.datasets.findings import table_rows
from portal.datasets.manifest import manifest_bytes
from portal.datasets.models import DatasetExport, DatasetVersion, TestSet
from portal.datasets.work import refuse_withdrawn
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import projects_with, require


def visible_datasets(user: User) -> QuerySet[DatasetVersion]:
    projects = projects_with(user, [Permission.VIEW_DATASETS])
    return (
        DatasetVersion.objects.filter(project__in=projects)
        .select_related("project", "frozen_by")
        .annotate(
            n_items=Count("items"),
            n_reopened=Count("items", filter=Q(items__reference__reopened_at__isnull=False)),
        )
    )


def datasets_made_of(reference: ReferenceStandard) -> list[Dependant]:
    """Dataset versions that hold this reference; registered for reopening."""
    rows = DatasetVersion.objects.filter(items__reference=reference).order_by("created_at")
    return [
        Dependant("dataset", row.pk, f"{row.name}, version {row.version}", row.created_at)
        for row in rows
    ]


def test_sets_made_of(reference: ReferenceStandard) -> list[Dependant]:
    """Test sets that hold this reference; registered for reopening."""
    rows = TestSet.objects.filter(items__reference=reference).order_by("created_at")
    return [Dependant("test_set", row.pk, row.name, row.created_at) for row in rows]


def get_dataset(user: User, dataset_id: UUID) -> DatasetVersion:
    row = visible_datasets(user).filter(pk=dataset_id).first()
    if row is None:
        raise NotFound()
    return row


def dataset_named(user: User, slug: str, name: str, version: str = "") -> DatasetVersion:
    """By its name, for commands: that version, else the newest."""
    rows = visible_datasets(user).filter(project__slug=slug, name=name).order_by("-version")
    if version:
        rows = rows.filter(version=version) if version.isdecimal() else rows.none()
    row = rows.first()
    if row is None:
        raise NotFound(f"No dataset {name!r} {version} in {slug!r} that this person may see.")
    return row


def labels_of(project: Project, case_ids: list[UUID]) -> tuple[str, ...]:
    rows = Case.objects.filter(project=project, pk__in=case_ids)
    return tuple(rows.order_by("label").values_list("label", flat=True))


def manifest_of(user: User, dataset_id: UUID) -> bytes:
    """The bytes that the content hash is of. Raises WithoutManifest for an old version."""
    dataset = get_dataset(user, dataset_id)
    if not dataset.manifest:
        raise WithoutManifest()
    return manifest_bytes(dataset.manifest)


def difference(user: User, old_id: UUID, new_id: UUID) -> dict[str, Any]:
    """What changed from one version to another of the same project."""
    old, new = get_dataset(user, old_id), get_dataset(user, new_id)
    if old.project_id != new.project_id or not (old.manifest and new.manifest):
        raise NotComparable()
    return compare_manifests(old.manifest, new.manifest)


def measurements_of(user: User, dataset_id: UUID) -> Iterator[dict[str, Any]]:
    """Rows of numbers and answers, for those who manage datasets. Raises DatasetWithdrawn."""
    dataset = get_dataset(user, dataset_id)
    require(user, Permission.MANAGE_DATASETS, dataset.project_id)
    refuse_withdrawn(dataset)
    return table_rows(dataset)


def get_export(user: User, export_id: UUID) -> DatasetExport:
    """Exports hold images: for those who manage datasets."""
    projects = projects_with(user, [Permission.MANAGE_DATASETS])
    row = (
        DatasetExport.objects.filter(pk=export_id, dataset__project__in=projects)
        .select_related("dataset__project", "job__project")
        .first()
    )
    if row is None:
        raise NotFound()
    return row


def visible_test_sets(user: User) -> QuerySet[TestSet]:
    """As names and counts; what is in them is for quality alone."""
    projects = projects_with(user, [Permission.VIEW_MODELS])
    return (
        TestSet.objects.filter(project__in=projects)
        .select_related("project")
        .annotate(
            n_items=Count("items"),
            n_reopened=Count("items", filter=Q(items__reference__reopened_at__isnull=False)),
        )
    )


def test_set_named(user: User, slug: str, name: str) -> TestSet:
    """By its name, for commands."""
    row = visible_test_sets(user).filter(project__slug=slug, name=name).first()
    if row is None:
        raise NotFound(f"No test set {name!r} in {slug!r} that this person may see.")
    return row


def get_test_set(user: User, test_set_id: UUID) -> TestSet:
    row = visible_test_sets(user).filter(pk=test_set_id).first()
    if row is None:
        raise NotFound()
    return row
