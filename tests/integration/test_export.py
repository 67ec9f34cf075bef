"""From locked cases to an archive on somebody's disk, through the worker's own contract."""

import hashlib
import json
import zipfile
from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread

from cmrkit.geometry import rasterise
from portal.datasets.models import DatasetExport
from portal.imaging.models import Instance
from tests.factories import reading as f
from tests.factories.locking import heart, lock_case
from tests.factories.portal_worker import run_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked(world: f.World) -> f.World:
    for seed in (31, 32):
        lock_case(world, heart(seed, n_slices=3))
    return world


def freeze(world: f.World) -> str:
    body = {"name": "First", "fractions": {"train": 0.5, "validation": 0.5, "test": 0.0}}
    answer = f.Api(world.scientist).post(f"projects/{world.slug}/datasets/", body)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def test_a_dataset_is_exported_and_downloaded(locked: f.World) -> None:
    api, dataset = f.Api(locked.scientist), freeze(locked)
    asked = api.post(
        f"datasets/{dataset}/exports/", {"formats": ["nnunet", "dicom_seg", "nifti"]}
    ).json()
    job = run_job(asked["id"])
    assert (job.state, job.error_message) == ("succeeded", "")
    export = DatasetExport.objects.get(job=job)
    answer = api.get(f"exports/{export.pk}/download/")
    content = b"".join(answer.streaming_content)
    assert hashlib.sha256(content).hexdigest() == export.blob_id
    archive = zipfile.ZipFile(BytesIO(content))
    assert archive.testzip() is None
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["dataset"]["content_hash"] == export.dataset.content_hash
    assert sorted(c["split"] for c in manifest["cases"]) == ["train", "validation"]
    assert [c["is_phantom"] for c in manifest["cases"]] == [True, True]
    assert b"SECRET" not in b"".join(archive.read(n) for n in archive.namelist())
    again = api.post(f"datasets/{dataset}/exports/", {"formats": ["nnunet", "dicom_seg", "nifti"]})
    assert again.json()["id"] != asked["id"]
    second = DatasetExport.objects.get(job=run_job(again.json()["id"]))
    assert second.blob_id == export.blob_id


def test_segs_refer_to_the_instances_that_the_archive_serves(locked: f.World) -> None:
    api, dataset = f.Api(locked.scientist), freeze(locked)
    job = run_job(api.post(f"datasets/{dataset}/exports/", {"formats": ["dicom_seg"]}).json()["id"])
    export = DatasetExport.objects.get(job=job)
    assert export.blob_id
    content = b"".join(api.get(f"exports/{export.pk}/download/").streaming_content)
    archive = zipfile.ZipFile(BytesIO(content))
    names = [n for n in archive.namelist() if n.endswith(".dcm")]
    assert len(names) == 4
    held = set(Instance.objects.values_list("sop_instance_uid", flat=True))
    truth = {phantom.seed: phantom for phantom in (heart(31, n_slices=3), heart(32, n_slices=3))}
    for name in names:
        seg = dcmread(BytesIO(archive.read(name)))
        phantom = truth[int(seg.StudyInstanceUID.split(".")[-2])]
        phase = 0 if name.endswith("_ed.dcm") else 1
        place = {
            ref.sop_instance_uid: s
            for s, row in enumerate(phantom.meta.frames)
            if (ref := row[phase]) is not None
        }
        for frame, mask in zip(seg.PerFrameFunctionalGroupsSequence, seg.pixel_array, strict=True):
            (source,) = frame.DerivationImageSequence[0].SourceImageSequence
            assert source.ReferencedSOPInstanceUID in held
            if frame.SegmentIdentificationSequence[0].ReferencedSegmentNumber == 3:
                s = place[source.ReferencedSOPInstanceUID]
                drawn = next(
                    x for x in phantom.labels.frames if (x.slice_index, x.phase_index) == (s, phase)
                )
                expected = rasterise(drawn.structures["lv_endo"], mask.shape)
                # contours are stored to a thousandth of a pixel: a centre on the line may turn
                assert np.count_nonzero(mask != expected) <= 1


def test_only_those_who_manage_datasets_may_export(locked: f.World) -> None:
    dataset = freeze(locked)
    for person, status in ((locked.quality, 403), (locked.reader_a, 404)):
        answer = f.Api(person).post(f"datasets/{dataset}/exports/", {"formats": ["nifti"]})
        assert answer.status_code == status
    answer = f.Api(locked.scientist).post(f"datasets/{dataset}/exports/", {"formats": ["vtk"]})
    assert answer.status_code == 422
    assert not DatasetExport.objects.exists()
