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
    "AdditionalPatientHistory PerformedProcedureStepDescription ClinicalTrialSponsorName "
    "ClinicalTrialProtocolID ClinicalTrialSiteID ClinicalTrialSiteName ClinicalTrialSubjectID "
    "ClinicalTrialSubjectReadingID ClinicalTrialTimePointID ClinicalTrialTimePointDescription "
    "ClinicalTrialCoordinatingCenterName RetrieveAETitle StationAETitle StorageMediaFileSetID "
    "TopicAuthor SOPAuthorizationComment AuthorizationEquipmentCertificationNumber "
    "ResultsID InterpretationID DistributionAddress"
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
    dataset.OriginalAttributesSequence = [_changed()]
    dataset.RealWorldValueMappingSequence = [_mapping()]
    block = dataset.private_block(0x0019, "ACCORD TEST", create=True)
    block.add_new(0x01, "LO", f"{SECRET} private")
    return dataset


def _changed() -> Dataset:
    """What another system wrote when it changed the file."""
    item, before = Dataset(), Dataset()
    before.PatientID = f"{SECRET} before"
    item.ModifiedAttributesSequence = [before]
    item.ModifyingSystem = f"{SECRET} system"
    item.SourceOfPreviousValues = f"{SECRET} source"
    item.ReasonForTheAttributeModification = "COERCE"
    return item


def _mapping() -> Dataset:
    """How stored values become milliseconds, under a label of the site's own."""
    item, unit = Dataset(), Dataset()
    unit.CodeValue, unit.CodingSchemeDesignator, unit.CodeMeaning = "ms", "UCUM", "millisecond"
    item.LUTLabel = f"{SECRET} label"
    item.RealWorldValueIntercept, item.RealWorldValueSlope = 0.0, 0.5
    item.MeasurementUnitsCodeSequence = [unit]
    return item


def as_bytes(dataset: Dataset) -> bytes:
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


@lru_cache
def files_with_identity(n: int = 12) -> tuple[bytes, ...]:
    return tuple(as_bytes(with_identity(p.read_bytes())) for p in phantom_files(3)[:n])
