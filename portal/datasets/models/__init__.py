from portal.datasets.models.dataset import DatasetItem, DatasetVersion, PixelHashes
from portal.datasets.models.export import DatasetExport
from portal.datasets.models.test_set import TestSet, TestSetItem

__all__ = [
    "DatasetExport",
    "DatasetItem",
    "DatasetVersion",
    "PixelHashes",
    "TestSet",
    "TestSetItem",
]
