"""A phantom, its images, and the stacks that annotations of elsewhere are placed on."""

import pytest
from pydicom.dataset import Dataset

from cmrkit.annotations_in import (
    Targets,
)
from cmrkit.phantom import CinePhantom
from cmrkit.phantom.dicom import cine_datasets
from tests.factories.annotating import targets_of
from tests.factories.imaging import small_phantom


@pytest.fixture(scope="module")
def phantom() -> CinePhantom:
    return small_phantom()


@pytest.fixture(scope="module")
def sources(phantom: CinePhantom) -> dict[str, Dataset]:
    return {str(d.SOPInstanceUID): d for d in cine_datasets(phantom)}


@pytest.fixture(scope="module")
def targets(phantom: CinePhantom) -> Targets:
    return targets_of(phantom.meta)
