from uuid import UUID

from django.db.models import F

from portal.accounts.models import User
from portal.projects.models import Membership, Project


def bump_permission_epoch(project_id: UUID) -> None:
    """Let every cached permission decision of the project die on the next request."""
    Project.objects.filter(pk=project_id).update(permission_epoch=F("permission_epoch") + 1)


def bump_epochs_of(user: User) -> None:
    """Hook: an account is closed; whatever its projects still hold open for it is asked anew."""
    held = Membership.objects.filter(user=user).values("project")
    Project.objects.filter(pk__in=held).update(permission_epoch=F("permission_epoch") + 1)
