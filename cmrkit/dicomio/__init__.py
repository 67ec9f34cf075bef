"""DICOM in: headers, frame positions in the file, stacks, pixels."""

from cmrkit.dicomio.classify import Classification
from cmrkit.dicomio.findings import Finding, Severity
from cmrkit.dicomio.header import InstanceHeader, read_header
from cmrkit.dicomio.pixels import load_pixels
from cmrkit.dicomio.stacks import AssembledStack, assemble_stacks

__all__ = [
    "AssembledStack",
    "Classification",
    "Finding",
    "InstanceHeader",
    "Severity",
    "assemble_stacks",
    "load_pixels",
    "read_header",
]
