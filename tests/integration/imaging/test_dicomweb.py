"""DICOMweb with a real peer, dicomweb-client, against a live server."""

from io import BytesIO

import numpy as np
import pytest
import requests
from dicomweb_client import DICOMwebClient
from dicomweb_client.session_utils import create_session_from_user_pass
from pydicom import dcmread

from portal.imaging.models import Instance
from portal.projects.roles import Role
from tests.factories.imaging import import_phantom, phantom_files
from tests.factories.people import add, make_project
from tests.factories.tokens import token_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project():
    return make_project()


@pytest.fixture
def client(live_server, project):
    coordinator = add(project, "cora", Role.COORDINATOR)
    session = create_session_from_user_pass("token", token_for(coordinator))
    return DICOMwebClient(f"{live_server.url}/dicomweb/trial", session=session)


@pytest.fixture
def study(project, client):
    return import_phantom(project, add(project, "cora", Role.COORDINATOR))


def test_search(client, study) -> None:
    (found,) = client.search_for_studies()
    assert found["0020000D"]["Value"] == [study.study_uid]
    assert found["00201208"]["Value"] == [40]
    assert found["00080061"]["Value"] == ["MR"]
    assert client.search_for_studies(search_filters={"PatientID": "SECRET*"})
    assert not client.search_for_studies(search_filters={"PatientID": "nobody"})
    assert not client.search_for_studies(search_filters={"StudyDate": "20270101-"})
    assert len(client.search_for_series(study.study_uid)) == 5
    assert len(client.search_for_instances(study.study_uid, limit=7)) == 7


def test_retrieve(client, study) -> None:
    dataset = dcmread(phantom_files()[0])
    uids = (study.study_uid, dataset.SeriesInstanceUID, dataset.SOPInstanceUID)
    metadata = client.retrieve_instance_metadata(*uids)
    assert metadata["00280010"]["Value"] == [64]
    assert metadata["7FE00010"]["BulkDataURI"].endswith(f"{uids[2]}/bulkdata/7FE00010")
    assert len(client.retrieve_study_metadata(study.study_uid)) == 40
    (frame,) = client.retrieve_instance_frames(*uids, frame_numbers=[1])
    assert (np.frombuffer(frame, "<u2") == dataset.pixel_array.ravel()).all()
    whole = client.retrieve_instance(*uids)
    assert whole.PixelData == dataset.PixelData
    assert len(client.retrieve_series(*uids[:2])) == 8


def test_store_gives_back_what_was_stored(client, project) -> None:
    datasets = [dcmread(p) for p in phantom_files(2)[:6]]
    client.store_instances(datasets)
    assert Instance.objects.count() == 6
    for dataset in datasets:
        again = client.retrieve_instance(
            dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID
        )
        assert again == dataset


def test_store_refuses_a_cut_request_and_keeps_nothing(live_server, project) -> None:
    token = token_for(add(project, "cora", Role.COORDINATOR))
    body = b"--x\r\nContent-Type: application/dicom\r\n\r\n" + phantom_files()[0].read_bytes()[:900]
    answer = requests.post(
        f"{live_server.url}/dicomweb/trial/studies",
        data=BytesIO(body).read(),
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": 'multipart/related; type="application/dicom"; boundary=x',
        },
        timeout=20,
    )
    assert answer.status_code == 422
    assert "cut" in answer.json()["error"]["message"]
    assert Instance.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("studies/1.2.3/metadata", 404),
        ("studies/1.2.3/series/4/instances/5/frames/1", 404),
        ("studies?NoSuchAttribute=1", 400),
        ("studies?limit=-1", 400),
    ],
)
def test_errors_have_a_name(live_server, study, project, path: str, status: int) -> None:
    headers = {"Authorization": f"Bearer {token_for(add(project, 'cora', Role.COORDINATOR))}"}
    answer = requests.get(f"{live_server.url}/dicomweb/trial/{path}", headers=headers, timeout=20)
    assert answer.status_code == status
    assert answer.json()["error"]["code"]


def test_nobody_sees_anything_without_signing_in(live_server, study) -> None:
    for path in ("studies", f"studies/{study.study_uid}/metadata"):
        assert (
            requests.get(f"{live_server.url}/dicomweb/trial/{path}", timeout=20).status_code == 401
        )
