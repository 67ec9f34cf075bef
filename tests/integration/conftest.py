import pytest

from tests.factories.reading import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A project with two readers, two adjudicators and everyone else."""
    return make_world()
