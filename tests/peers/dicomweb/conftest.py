"""Everything that the tests ask for, stored by the client in an installation of each file's own."""

from io import BytesIO

import pytest
from dicomweb_client import DICOMwebClient
from pydicom import Dataset, dcmread

from tests.factories.installation import SLUG, Installation
from tests.peers.material import Files, compressed, multi_frame


@pytest.fixture(scope="module")
def captures() -> Files:
    return multi_frame()


@pytest.fixture(scope="module")
def squeezed() -> Files:
    return compressed()


@pytest.fixture(scope="module")
def stored(
    accord: Installation, heart: Files, other_heart: Files, captures: Files, squeezed: Files
) -> list[Dataset]:
    """Everything stored by the client, study by study; what it was answered."""
    client = DICOMwebClient(accord.root, headers=accord.bearer)
    return [
        client.store_instances([dcmread(BytesIO(data)) for data in files.contents])
        for files in (heart, other_heart, captures, squeezed)
    ]


@pytest.fixture(scope="module", params=["dicomweb", "web"])
def client(request: pytest.FixtureRequest, accord: Installation) -> DICOMwebClient:
    """A client of either server: the one for DICOMweb alone, and the one of the pages."""
    address = {"dicomweb": accord.dicomweb, "web": accord.web}[request.param]
    return DICOMwebClient(f"{address}/dicomweb/{SLUG}", headers=accord.bearer)
