from portal.datasets.models.dataset import DatasetItem, DatasetVersion
from portal.datasets.models.export import DatasetExport
from portal.datasets.models.test_set import TestSet, TestSetItem

__all__ = ["DatasetExport", "DatasetItem", "DatasetVersion", "TestSet", "TestSetItem"]
