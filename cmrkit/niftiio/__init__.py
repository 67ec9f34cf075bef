"""NIfTI in: images and label maps as volumes in the DICOM patient frame."""

from cmrkit.niftiio.reading import (
    Statement,
    gives_no_spacing,
    mm_per_unit,
    read_image,
    read_labels,
)
from cmrkit.niftiio.volume import ImageVolume, LabelVolume

__all__ = [
    "ImageVolume",
    "LabelVolume",
    "Statement",
    "gives_no_spacing",
    "mm_per_unit",
    "read_image",
    "read_labels",
]
