"""DICOM in: headers, frame positions in the file, stacks, pixels."""

from cmrkit.dicomio.header import InstanceHeader, read_header
from cmrkit.dicomio.pixels import first_frame, load_pixels
from cmrkit.dicomio.stacks import AssembledStack, Finding, assemble_stacks

__all__ = [
    "AssembledStack",
    "Finding",
    "InstanceHeader",
    "assemble_stacks",
    "first_frame",
    "load_pixels",
    "read_header",
]
