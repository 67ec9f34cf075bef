"""Two more ways that identity could go: in by a pull from an archive, out by a dataset's export.
Run inside the installation of ``identity_run``."""

import tempfile
import threading
from pathlib import Path
from typing import Any

from tests.factories.bad_archive import BadArchive, serving
from tests.factories.planted import NAME


def pull(world: Any, files: list[bytes], outside: Path) -> int:
    """An archive's studies, found by the patient's name and pulled; answers how many files were
    stored. The archive keeps its files ``outside``, where nobody scans; what it answers to a search
    is shown and not kept."""
    from portal.intake.models import ImportItem, Pull
    from portal.jobs.services.portal_work import perform, take_portal_job
    from tests.factories import reading as f

    with tempfile.TemporaryDirectory(dir=outside) as folder:
        archive = BadArchive(_written(Path(folder), files))
        with serving(archive) as url:
            root = f"projects/{world.slug}/remote-archives/"
            owner, api = f.Api(world.owner), f.Api(world.coordinator)
            added = owner.post(root, {"name": "Hospital", "base_url": url, "auth": "none"}).json()
            api.post(f"{root}{added['id']}/search/", {"patient_name": NAME[:6]})
            asked = api.post(f"{root}{added['id']}/pull/", {"study_uids": archive.studies})
            assert asked.status_code < 300, asked.content
            while (job := take_portal_job("scan")) is not None:
                perform(job, threading.Event(), pulse=False)
    (row,) = Pull.objects.all()
    return ImportItem.objects.filter(batch=row.batch, instance__isnull=False).count()


def _written(folder: Path, files: list[bytes]) -> list[Path]:
    paths = [folder / f"{number}.dcm" for number in range(len(files))]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    return paths


def export(world: Any) -> bytes:
    """Two cases read, settled and signed; a dataset of them; its archive in every form."""
    from portal.datasets.models import DatasetExport
    from portal.datasets.services.exporting import FORMATS
    from tests.factories import reading as f
    from tests.factories.locking import heart, lock_case
    from tests.factories.portal_worker import run_job

    for seed in (41, 42):
        lock_case(world, heart(seed, n_slices=3), dress=_planted)
    api = f.Api(world.scientist)
    body = {"name": "First", "fractions": {"train": 0.5, "validation": 0.5, "test": 0.0}}
    dataset = api.post(f"projects/{world.slug}/datasets/", body).json()["id"]
    asked = api.post(f"datasets/{dataset}/exports/", {"formats": list(FORMATS)}).json()
    job = run_job(asked["id"])
    assert job.state == "succeeded", job.error_message
    row = DatasetExport.objects.get(job=job)
    answer = api.get(f"exports/{row.pk}/download/")
    content = b"".join(answer.streaming_content)
    return content + b"\n" + api.get(f"datasets/{dataset}/").content


def _planted(dataset: Any) -> None:
    """The planted person, one of two, in the header of a heart."""
    dataset.PatientName, dataset.PatientBirthDate = NAME, "19481102"
    dataset.PatientID = f"MRN7733911.{dataset.StudyInstanceUID[-6:]}"
    dataset.InstitutionName, dataset.OperatorsName = "Ravensworth Infirmary", "Okonjo"
    dataset.StudyDate = dataset.SeriesDate = "20190317"
