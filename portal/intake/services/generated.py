"""Studies that the portal makes itself (phantoms), through the same door as all others."""

from portal.imaging.models import Study
from portal.imaging.services.assembling import assemble_study
from portal.intake.models import ImportBatch, ImportState
from portal.intake.services.receiving import receive_file
from portal.projects.models import Project


def import_generated(*, project: Project, contents: list[bytes], label: str) -> Study:
    """Store one generated study. It has no case: nobody reads it. The caller writes the audit row
    that tells why; call inside its transaction."""
    batch = ImportBatch.objects.create(
        project=project, label=label, expected_files=len(contents), started_by=None
    )
    for sequence, data in enumerate(contents):
        receive_file(batch=batch, sequence=sequence, chunks=[data], into_case=False)
    study = Study.objects.filter(series__instances__import_items__batch=batch).distinct().get()
    assemble_study(study=study)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.FINISHED)
    return study
