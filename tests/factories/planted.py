"""Files with made-up identity in every place of DICOM that can hold one."""

import random
import struct
from io import BytesIO

import numpy as np
from pydicom import config
from pydicom.datadict import DicomDictionary
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.uid import (
    ComprehensiveSRStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    MRImageStorage,
)

PLANTED = (
    "ZEBEDEE", "QUILLFEATHER", "MRN7733911", "7733911", "20190317", "19481102", "Ravensworth",
    "Infirmary", "Okonjo", "HOSTPACS9", "0171-555-0199", "1.2.826.0.1.3680043.9.7733911",
)  # fmt: skip
SENT_ROOT = "1.2.826.0.1.3680043.9.7733911"
NAME = "QUILLFEATHER^ZEBEDEE"
_TEXTS = {
    "AE": "HOSTPACS9", "AS": "077Y", "CS": "ZEBEDEE", "DA": "20190317", "DS": "7733911",
    "DT": "20190317112233", "IS": "7733911", "LO": "Ravensworth MRN7733911",
    "LT": "ZEBEDEE QUILLFEATHER of Ravensworth Infirmary, 0171-555-0199", "PN": NAME,
    "SH": "MRN7733911", "ST": "Dr Okonjo, Infirmary", "TM": "112233",
    "UC": "QUILLFEATHER", "UI": f"{SENT_ROOT}.5", "UR": "http://HOSTPACS9/7733911",
    "UT": "QUILLFEATHER was seen by Okonjo on 20190317",
    "OB": b"ZEBEDEE QUILLFEATHER", "OW": b"ZEBEDEE QUILLFEATHER", "UN": b"ZEBEDEE QUILLFEATHER",
    "OD": b"ZEBEDEE QUILLFEATHER1234", "OF": b"ZEBEDEE QUILLFEATHER", "OL": b"ZEBEDEE QUILLFEATHER",
    "OV": b"ZEBEDEE QUILLFEATHER1234",
}  # fmt: skip
_NOT_PLANTED = {"Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelData",
                "SamplesPerPixel", "PixelRepresentation", "SOPClassUID", "Modality",
                "SpecificCharacterSet", "NumberOfFrames", "FloatPixelData", "PlanarConfiguration",
                "DoubleFloatPixelData", "PhotometricInterpretation"}  # fmt: skip
SYNTAXES = (ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian)


def image(syntax: str = ExplicitVRLittleEndian) -> FileDataset:
    """A small MR image of the planted person."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = f"{SENT_ROOT}.3"
    meta.TransferSyntaxUID = syntax
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.set_original_encoding(
        syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian, "iso8859"
    )
    dataset.SOPClassUID, dataset.Modality = MRImageStorage, "MR"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{SENT_ROOT}.1", f"{SENT_ROOT}.2"
    dataset.SOPInstanceUID = f"{SENT_ROOT}.3"
    dataset.PatientName, dataset.PatientID = NAME, "MRN7733911"
    dataset.PatientBirthDate, dataset.StudyDate = "19481102", "20190317"
    dataset.Rows = dataset.Columns = 8
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation, dataset.SamplesPerPixel = 15, 0, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    pixels = np.arange(64, dtype=">u2" if syntax == ExplicitVRBigEndian else "<u2")
    dataset.PixelData = pixels.tobytes()
    dataset["PixelData"].VR = "OW"
    return dataset


def as_file(dataset: FileDataset) -> bytes:
    out = BytesIO()
    before = config.settings.writing_validation_mode
    config.settings.writing_validation_mode = config.IGNORE
    try:
        dataset.save_as(out, enforce_file_format=True)
    finally:
        config.settings.writing_validation_mode = before
    return out.getvalue()


def plant(dataset: Dataset, rng: random.Random, how_many: int, depth: int = 0) -> None:
    """Put the identity into ``how_many`` attributes of the dictionary, some in sequences."""
    tags = rng.sample(sorted(DicomDictionary), how_many)
    for tag in tags:
        vr, _, _, _, keyword = DicomDictionary[tag]
        if keyword in _NOT_PLANTED or tag >> 16 in (0, 2, 0x7FE0, 0xFFFE, 0x0004) or not keyword:
            continue
        if tag in dataset:
            continue
        if vr == "SQ" and depth < 2:
            item = Dataset()
            plant(item, rng, 8, depth + 1)
            dataset.add_new(tag, "SQ", [item])
        elif vr in _TEXTS:
            dataset.add_new(tag, vr, _TEXTS[vr])
    if depth < 2:
        plant_private(dataset, rng)


def plant_private(dataset: Dataset, rng: random.Random) -> None:
    """Private text under a stranger's name and under the names on the allow-list."""
    for creator, group in (
        (NAME, 0x0009), ("SIEMENS MR HEADER", 0x0019), ("SIEMENS MR HEADER", 0x0051),
        ("GEMS_ACQU_01", 0x0019), ("GEMS_PARM_01", 0x0043), ("Philips Imaging DD 001", 0x2001),
        ("Philips MR Imaging DD 001", 0x2005), ("SIEMENS CSA HEADER", 0x0029),
    ):  # fmt: skip
        block = dataset.private_block(group, creator, create=True)
        for offset in (0x08, 0x0A, 0x14, 0x1A, 0x2F, 0x10, rng.randrange(0x30, 0xFF)):
            vr = rng.choice(["LO", "UN", "OB", "SH"])
            block.add_new(offset, vr, _TEXTS[vr])


def everywhere(seed: int, syntax: str) -> bytes:
    """A random file of the planted person: attributes, sequences, private blocks, file meta,
    preamble, overlays and curves, unknown elements, and elements after the pixels."""
    rng = random.Random(seed)
    dataset = image(syntax)
    plant(dataset, rng, 150)
    for group in (0x6000, 0x6002, 0x5000):
        dataset.add_new(group << 16 | 0x0022, "LO", "QUILLFEATHER")
        dataset.add_new(group << 16 | 0x3000, "OW", b"ZEBEDEE QUILLFEATHER")
    dataset.add_new(0x00190099 | 0x00080000, "UN", b"ZEBEDEE QUILLFEATHER")
    dataset.add_new(0x7FE00020, "OB", b"QUILLFEATHER")
    dataset.add_new(0xFFFCFFFC, "OB", b"ZEBEDEE QUILLFEATHER")
    dataset.add_new(0x00080041, "UN", _unknown_sequence())
    if rng.random() < 0.5:
        dataset.SpecificCharacterSet = rng.choice(["ISO_IR 192", "QUILLFEATHER", "ISO_IR 100"])
    dataset.PixelData = dataset.PixelData + b"ZEBEDEE QUILLFEATHER"
    meta = dataset.file_meta
    meta.SourceApplicationEntityTitle = "HOSTPACS9"
    meta.SendingApplicationEntityTitle = "HOSTPACS9"
    meta.PrivateInformationCreatorUID = f"{SENT_ROOT}.9"
    meta.PrivateInformation = b"ZEBEDEE QUILLFEATHER"
    meta.ImplementationVersionName = "MRN7733911"
    data = bytearray(as_file(dataset))
    data[:20] = b"ZEBEDEE QUILLFEATHER"
    return bytes(data)


def _unknown_sequence() -> bytes:
    """An item as UN holds it: implicit, little endian."""
    item = Dataset()
    item.PatientName = NAME
    out = DicomBytesIO()
    out.is_implicit_VR, out.is_little_endian = True, True
    write_dataset(out, item)
    body = out.getvalue()
    return struct.pack("<HHL", 0xFFFE, 0xE000, len(body)) + body


def report(syntax: str = ExplicitVRLittleEndian) -> bytes:
    """A structured report that tells of the person in texts, names, codes and dates."""
    dataset = image(syntax)
    del dataset.PixelData
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = ComprehensiveSRStorage
    dataset.Modality, dataset.ValueType = "SR", "CONTAINER"
    dataset.ConceptNameCodeSequence = [code("126000", "DCM", "QUILLFEATHER's report")]
    content = []
    for value_type, fields in (
        ("TEXT", {"TextValue": "ZEBEDEE QUILLFEATHER of Ravensworth"}),
        ("PNAME", {"PersonName": NAME}),
        ("DATE", {"Date": "20190317"}),
        ("UIDREF", {"UID": f"{SENT_ROOT}.7"}),
        ("CODE", {"ConceptCodeSequence": [code("7733911", "99HOSP", "Ravensworth")]}),
        ("CODE", {"ConceptCodeSequence": [code("80891009", "SCT", "QUILLFEATHER")]}),
        ("NUM", {"MeasuredValueSequence": [measured("61.5")]}),
    ):
        item = Dataset()
        item.RelationshipType, item.ValueType = "CONTAINS", value_type
        for keyword, value in fields.items():
            setattr(item, keyword, value)
        content.append(item)
    dataset.ContentSequence = content
    return as_file(dataset)


def code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def measured(value: str) -> Dataset:
    item = Dataset()
    item.NumericValue = value
    item.MeasurementUnitsCodeSequence = [code("ml", "UCUM", "millilitres of QUILLFEATHER")]
    return item


def traces(data: bytes, planted: tuple[str, ...] = PLANTED) -> list[str]:
    """Which planted texts the bytes hold, in any case, as ASCII or UTF-16."""
    lower = data.lower()
    return [
        text
        for text in planted
        if text.lower().encode() in lower or text.lower().encode("utf-16-le") in lower
    ]
