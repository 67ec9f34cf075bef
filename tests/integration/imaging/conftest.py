"""A trial with a coordinator, and the stack of one phantom."""

import pytest

from portal.imaging.models import Stack
from portal.projects.roles import Role
from tests.factories.imaging import import_phantom
from tests.factories.people import add, make_project


@pytest.fixture
def project():
    return make_project("trial")


@pytest.fixture
def coordinator(project):
    return add(project, "cora", Role.COORDINATOR)


@pytest.fixture
def stack(project, coordinator) -> Stack:
    import_phantom(project, coordinator)
    return Stack.objects.get()
