"""Research volumes become MR DICOM: NIfTI, and sets in the layouts of ACDC and nnU-Net."""

from cmrkit.convert.dicom import ConvertedStudy, SeriesToWrite, StudyAbout, convert_study
from cmrkit.convert.layouts import set_items
from cmrkit.convert.sets import LabelledVolume, LoadedItem, SetItem, SetLayout, SetOptions

__all__ = [
    "ConvertedStudy",
    "LabelledVolume",
    "LoadedItem",
    "SeriesToWrite",
    "SetItem",
    "SetLayout",
    "SetOptions",
    "StudyAbout",
    "convert_study",
    "set_items",
]
