from uuid import UUID

from django.db.models import F

from portal.projects.models import Project


def bump_permission_epoch(project_id: UUID) -> None:
    """Let every cached permission decision of the project die on the next request."""
    Project.objects.filter(pk=project_id).update(permission_epoch=F("permission_epoch") + 1)
