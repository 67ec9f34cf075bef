"""Phantom files that carry a made-up identity wherever DICOM lets a site write one."""

from functools import lru_cache
from io import BytesIO

from pydicom import dcmread
from pydicom.dataset import Dataset

from tests.factories.imaging import phantom_files

SECRET = "SECRET"
BIRTH_DATE = "19011231"
_TEXTS = (
    "PatientName PatientID OtherPatientNames PatientAddress PatientMotherBirthName AccessionNumber "
    "InstitutionName InstitutionAddress ReferringPhysicianName OperatorsName StudyID "
    "PerformingPhysicianName StationName DeviceSerialNumber PatientComments ImageComments "
    "StudyDescription ProtocolName RequestedProcedureDescription MedicalRecordLocator "
    "AdditionalPatientHistory PerformedProcedureStepDescription"
)
_KEYWORDS = tuple(_TEXTS.split())


def with_identity(data: bytes) -> Dataset:
    dataset = dcmread(BytesIO(data))
    for keyword in _KEYWORDS:
        setattr(dataset, keyword, f"{SECRET} {keyword[:9]}")
    dataset.PatientBirthDate = BIRTH_DATE
    other = Dataset()
    other.PatientID = f"{SECRET} other"
    other.TypeOfPatientID = "TEXT"
    dataset.OtherPatientIDsSequence = [other]
    evidence = Dataset()
    evidence.PatientName = f"{SECRET}^nested"
    dataset.SourceImageSequence = [evidence]
    block = dataset.private_block(0x0019, "ACCORD TEST", create=True)
    block.add_new(0x01, "LO", f"{SECRET} private")
    return dataset


def as_bytes(dataset: Dataset) -> bytes:
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


@lru_cache
def files_with_identity(n: int = 12) -> tuple[bytes, ...]:
    return tuple(as_bytes(with_identity(p.read_bytes())) for p in phantom_files(3)[:n])
