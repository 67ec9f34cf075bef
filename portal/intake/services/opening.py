"""Opening an import: a person's, or one that no person's request carries."""

from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.intake.models import ImportBatch
from portal.projects.models import Project


@transaction.atomic
def open_import(
    *,
    project: Project,
    label: str,
    by: User | None = None,
    expected_files: int | None = None,
    details: dict[str, Any] | None = None,
) -> ImportBatch:
    """An import that receives at once. ``by`` is who asked for it, if anybody did; what is
    permitted was decided before. ``details`` (an AE title, an archive's id) go into the audit."""
    batch = ImportBatch.objects.create(
        project=project, label=label[:120], expected_files=expected_files, started_by=by
    )
    record_in_project(
        project_id=project.pk,
        by=by,
        action="import.started",
        target_type="import",
        target_id=batch.pk,
        details=details,
    )
    return batch
