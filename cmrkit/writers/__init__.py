"""Reference labels in other people's formats. Arrays and descriptions in; bytes, datasets and
JSON-ready dicts out. Nothing here touches a disk."""

from cmrkit.writers.dicom_seg import SEGMENTS, SegAbout, write_segmentation
from cmrkit.writers.masks import LABEL_VALUES, label_volume
from cmrkit.writers.nifti import image_nifti, labels_nifti
from cmrkit.writers.nnunet import dataset_json, safe_name, splits_final

__all__ = [
    "LABEL_VALUES",
    "SEGMENTS",
    "SegAbout",
    "dataset_json",
    "image_nifti",
    "label_volume",
    "labels_nifti",
    "safe_name",
    "splits_final",
    "write_segmentation",
]
