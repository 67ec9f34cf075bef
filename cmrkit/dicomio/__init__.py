"""DICOM in: headers, frame positions in the file, stacks, pixels."""

from pydicom import config

from cmrkit.dicomio.header import InstanceHeader, read_header
from cmrkit.dicomio.pixels import load_pixels
from cmrkit.dicomio.stacks import AssembledStack, Finding, assemble_stacks

__all__ = [
    "AssembledStack",
    "Finding",
    "InstanceHeader",
    "assemble_stacks",
    "load_pixels",
    "read_header",
]

# values are taken as they are: a warning would quote them, and with them a patient
config.settings.reading_validation_mode = config.IGNORE
