"""A live installation, and hearts for the peers to store in it and fetch from it."""

import os
from collections.abc import Iterator

import pytest

from tests.conftest import find_shared_data
from tests.factories.installation import Installation, running_installation
from tests.factories.live import Live
from tests.factories.required import absent
from tests.factories.team import team_mode
from tests.peers.material import Files, phantom, sunnybrook

SERVERS = ("web", "dicomweb")


@pytest.fixture(scope="module")
def accord(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Both servers of an empty installation; on PostgreSQL and Redis in team mode."""
    data = tmp_path_factory.mktemp("accord")
    with running_installation(data, SERVERS, team=team_mode(), copied=True) as running:
        yield running


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Migrated once: the installations of several processes begin as a copy of it."""
    installation = Live(tmp_path_factory.mktemp("template"))
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


def _heart(patient: int, n_slices: int) -> Files:
    shared = find_shared_data()
    if shared is not None and shared.is_dir():
        return sunnybrook(shared, patient, n_slices)
    if os.environ.get("ACCORD_REQUIRE") == "all":
        absent("there are no real images: set ACCORD_TEST_DATA to their folder")
    return phantom(patient, n_slices)


@pytest.fixture(scope="session")
def heart() -> Files:
    """Two slices of twenty phases each: real ones where there are, else a phantom's."""
    return _heart(301, 2)


@pytest.fixture(scope="session")
def other_heart() -> Files:
    """One slice of another patient."""
    return _heart(101, 1)
