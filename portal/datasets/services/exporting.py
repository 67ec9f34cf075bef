"""Exports in the formats of ``cmrkit.contracts.ExportFormat``, made by a worker."""

from typing import Any

from django.db import transaction

from cmrkit.contracts import NEEDS_INSTANCES, ExportFormat, JobKind, complete
from portal.accounts.models import User
from portal.audit.services import record_in_project
from portal.core.errors import InvalidInput
from portal.datasets.models import DatasetExport, DatasetVersion
from portal.datasets.work import dataset_inputs, refuse_withdrawn
from portal.jobs.models import Job
from portal.jobs.registry import LinkInput, Work
from portal.jobs.services.attempts import artifact_of
from portal.jobs.services.queue import enqueue
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.storage.services import share

FORMATS = tuple(name.value for name in ExportFormat)
ARTIFACT = "export.zip"
TIME_LIMIT_S = 6 * 3600.0  # a thousand cases in all formats


@transaction.atomic
def export_dataset(*, by: User, dataset: DatasetVersion, formats: list[str]) -> DatasetExport:
    require(by, Permission.MANAGE_DATASETS, dataset.project_id)
    refuse_withdrawn(dataset)
    if not formats or not set(formats) <= set(FORMATS):
        raise InvalidInput(None, formats=[f"Choose from {', '.join(FORMATS)}."])
    chosen = complete(formats)
    job = enqueue(
        by=by,
        project=dataset.project,
        kind=JobKind.EXPORT,
        title=f"Export {dataset.name} {dataset.version}",
        payload={"dataset": str(dataset.pk), "formats": chosen},
        active_key=f"export:{dataset.pk}:{'+'.join(chosen)}",
    )
    export, made = DatasetExport.objects.get_or_create(
        job=job, defaults={"dataset": dataset, "formats": chosen}
    )
    if made:
        record_in_project(
            project_id=dataset.project_id,
            by=by,
            action="dataset.export_asked",
            target_type="dataset",
            target_id=dataset.pk,
            details={"formats": chosen},
        )
    return export


def fill(job: Job, link: LinkInput) -> Work:
    export = DatasetExport.objects.select_related("dataset").get(job=job)
    dataset = export.dataset
    return Work(
        inputs=dataset_inputs(
            dataset,
            link,
            with_files=bool(NEEDS_INSTANCES & set(export.formats)),
            with_findings=True,
        ),
        params={
            "formats": export.formats,
            "dataset": {
                "name": dataset.name,
                "version": dataset.version,
                "content_hash": dataset.content_hash,
                "datasheet": dataset.datasheet,
                **(
                    {"manifest_url": link("dataset-manifest", str(dataset.pk))}
                    if dataset.manifest
                    else {}
                ),
            },
        },
        time_limit_s=TIME_LIMIT_S,
    )


def finish(job: Job, output: dict[str, Any]) -> None:
    export = DatasetExport.objects.get(job=job)
    export.blob = share(artifact_of(job, ARTIFACT).blob)
    export.save(update_fields=["blob"])
