"""Reading datasets, exports and test sets."""

from uuid import UUID

from django.db.models import Count, QuerySet

from portal.accounts.models import User
from portal.core.errors import NotFound
from portal.datasets.models import DatasetExport, DatasetVersion, TestSet
from portal.projects.roles import Permission
from portal.projects.selectors import projects_with


def visible_datasets(user: User) -> QuerySet[DatasetVersion]:
    projects = projects_with(user, [Permission.VIEW_DATASETS])
    return (
        DatasetVersion.objects.filter(project__in=projects)
        .select_related("project", "frozen_by")
        .annotate(n_items=Count("items"))
    )


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
        .annotate(n_items=Count("items"))
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
