"""Who may delete, and who may ask at all."""

from collections.abc import Iterator
from io import BytesIO

import pytest
import requests
from dicomweb_client import DICOMwebClient
from dicomweb_client.session_utils import create_session_from_user_pass
from pydicom import dcmread
from pydicom.uid import generate_uid

from tests.factories.installation import EMAIL, PASSWORD, SLUG, Installation
from tests.peers.dicomweb.comparing import same
from tests.peers.material import Files, multi_frame

pytestmark = pytest.mark.usefixtures("stored")


# ---- delete

STEWARD = f"""
from portal.accounts.services.tokens import make_token
from portal.accounts.services.users import create_user
from portal.projects.models import Membership, Project
steward = create_user(email="stig@example.org", display_name="Stig", password="{PASSWORD}")
Membership.objects.create(project=Project.objects.get(slug="{SLUG}"), user=steward,
                          role="data_steward")
print(make_token(by=steward, name="test")[1])
"""


def test_deleting_takes_the_right_to(client: DICOMwebClient, heart: Files) -> None:
    """Who coordinates, reads and administers may store, and delete nothing."""
    for delete in (
        lambda: client.delete_study(heart.study),
        lambda: client.delete_series(heart.study, heart.series),
        lambda: client.delete_instance(*heart.address),
    ):
        with pytest.raises(requests.HTTPError) as refused:
            delete()
        assert refused.value.response.status_code == 403
    assert len(client.search_for_instances(heart.study)) == len(heart.contents)


@pytest.fixture(scope="module")
def steward(accord: Installation) -> DICOMwebClient:
    token = accord.shell(STEWARD)
    return DICOMwebClient(accord.root, headers={"Authorization": f"Bearer {token}"})


def test_a_data_steward_deletes(client: DICOMwebClient, steward: DICOMwebClient) -> None:
    gone = multi_frame()
    study, series, instance = gone.address
    for delete in (
        lambda: steward.delete_instance(study, series, instance),
        lambda: steward.delete_series(study, series),
        lambda: steward.delete_study(study),
    ):
        client.store_instances(gone.datasets)
        assert len(client.search_for_instances(study)) == 1
        delete()
        rows = client.search_for_instances(search_filters={"SOPInstanceUID": instance})
        assert rows == []
        assert client.search_for_studies(search_filters={"StudyInstanceUID": study}) == []


# ---- who asks


@pytest.fixture
def signed_in(accord: Installation) -> Iterator[requests.Session]:
    """A session as a browser has it: cookies, and the token against forged requests."""
    session = requests.Session()
    api = f"{accord.web}/api/v1/session/"
    token = {"X-CSRFToken": session.get(api, timeout=20).cookies.get("csrftoken", "")}
    who = {"email": EMAIL, "password": PASSWORD}
    answer = session.post(api, json=who, headers=token, timeout=20)
    assert answer.ok, answer.text
    session.headers["X-CSRFToken"] = session.cookies["csrftoken"]
    yield session
    session.close()


def test_a_session_may_ask_and_store(
    accord: Installation, signed_in: requests.Session, heart: Files
) -> None:
    client = DICOMwebClient(f"{accord.web}/dicomweb/{SLUG}", session=signed_in)
    assert same(client.retrieve_instance(*heart.address), heart.first)
    assert len(client.store_instances([heart.first]).ReferencedSOPSequence) == 1
    del signed_in.headers["X-CSRFToken"]
    with pytest.raises(requests.HTTPError) as forged:
        client.store_instances([heart.first])
    assert forged.value.response.status_code == 403


def test_a_token_may_come_as_the_password(accord: Installation, heart: Files) -> None:
    session = create_session_from_user_pass("anything", accord.token)
    client = DICOMwebClient(accord.root, session=session)
    assert same(client.retrieve_instance(*heart.address), heart.first)
    assert len(client.store_instances([heart.first]).ReferencedSOPSequence) == 1


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_nobody_else_may_ask_anything(
    accord: Installation, heart: Files, headers: dict[str, str]
) -> None:
    client = DICOMwebClient(accord.root, headers=headers)
    for ask in (
        client.search_for_studies,
        lambda: client.retrieve_study(heart.study),
        lambda: client.retrieve_instance_frames(*heart.address, [1]),
        lambda: client.retrieve_series_metadata(heart.study, heart.series),
        lambda: client.retrieve_instance_rendered(*heart.address),
        lambda: client.store_instances([heart.first]),
    ):
        with pytest.raises(requests.HTTPError) as refused:
            ask()
        assert refused.value.response.status_code == 401


# ---- last, since a server that takes it would hold more than the others expect


def test_an_instance_of_another_study_is_refused(accord: Installation, heart: Files) -> None:
    client = DICOMwebClient(accord.root, headers=accord.bearer)
    stranger = dcmread(BytesIO(heart.contents[0]))
    stranger.SOPInstanceUID = stranger.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    with pytest.raises(requests.HTTPError) as refused:
        client.store_instances([stranger], study_instance_uid=generate_uid())
    assert refused.value.response.status_code == 409
    (failed,) = refused.value.response.json()["00081198"]["Value"]
    assert failed["00081155"]["Value"] == [stranger.SOPInstanceUID]
    assert client.search_for_instances(search_filters={"00080018": stranger.SOPInstanceUID}) == []
