"""DICOM in: headers, frame positions in the file, stacks, pixels."""

from pydicom import config

from cmrkit.dicomio.classify import Classification
from cmrkit.dicomio.findings import Finding, Severity
from cmrkit.dicomio.header import InstanceHeader, patient_key_of, read_header
from cmrkit.dicomio.pixels import first_frame, load_pixels
from cmrkit.dicomio.stacks import AssembledStack, assemble_stacks

__all__ = [
    "AssembledStack",
    "Classification",
    "Finding",
    "InstanceHeader",
    "Severity",
    "assemble_stacks",
    "first_frame",
    "load_pixels",
    "patient_key_of",
    "read_header",
]

# values are taken as they are: a warning would quote them, and with them a patient
config.settings.reading_validation_mode = config.IGNORE
