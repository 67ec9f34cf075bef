"""Annotations made elsewhere: DICOM SEG, RTSTRUCT, NIfTI labels, Sunnybrook contours and cvi42
workspaces become contours on the frames of a stack, with a report of what was not understood."""

from cmrkit.annotations_in.files import AnnotationFile, Options, read_annotations
from cmrkit.annotations_in.model import ImportedContour, ImportedLabels, Note
from cmrkit.annotations_in.references import referenced_uids
from cmrkit.annotations_in.targets import Targets
from cmrkit.annotations_in.tissues import Tissue, parse_mapping
from cmrkit.annotations_in.volumes import contours_of_labels

__all__ = [
    "AnnotationFile",
    "ImportedContour",
    "ImportedLabels",
    "Note",
    "Options",
    "Targets",
    "Tissue",
    "contours_of_labels",
    "parse_mapping",
    "read_annotations",
    "referenced_uids",
]
