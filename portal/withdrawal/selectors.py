"""Subjects as the data steward sees them: pseudonyms and counts."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet

from portal.accounts.models import User
from portal.cases.models import Subject
from portal.core.errors import NotFound
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import has_permission


def visible_subjects(user: User, project: Project) -> QuerySet[Subject]:
    """Subjects of the project, for those who hold its vault; nobody else is told of them."""
    if not has_permission(user, Permission.OPEN_VAULT, project):
        return Subject.objects.none()
    present = Q(visits__cases__studies__withdrawn_at__isnull=True)
    return (
        Subject.objects.filter(project=project)
        .select_related("site", "withdrawal", "project")
        .annotate(
            n_cases=Count("visits__cases", distinct=True),
            n_studies=Count("visits__cases__studies", filter=present, distinct=True),
        )
        .order_by("label")
    )


def get_subject(user: User, project: Project, subject_id: UUID) -> Subject:
    row = visible_subjects(user, project).filter(pk=subject_id).first()
    if row is None:
        raise NotFound()
    return row


def subject_labelled(user: User, slug: str, label: str) -> Subject:
    """By its pseudonym, for commands."""
    project = Project.objects.filter(slug=slug).first()
    rows = visible_subjects(user, project) if project else Subject.objects.none()
    row = rows.filter(label=label).first()
    if row is None:
        raise NotFound(f"No subject {label!r} in {slug!r} that this person may withdraw.")
    return row
