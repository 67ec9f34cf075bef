"""DICOM that no scanner should write, and that some site will send."""

import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

from pydicom import config, dcmread
from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, generate_uid

from tests.factories.imaging import phantom_files

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
BIDI = "\u202eevil\u202c \u2066left\u2069"
LONG = "Ä" * 32_000  # 64 kB, the most that fits
TEXTS = {"markup": MARKUP, "bidi": BIDI, "long": LONG}


def changed(change: Callable[[Any], None], number: int = 0) -> bytes:
    """A phantom file with one thing changed, whatever pydicom thinks of it."""
    dataset = dcmread(phantom_files()[number])
    out = BytesIO()
    before = config.settings.writing_validation_mode
    config.settings.writing_validation_mode = config.IGNORE
    try:
        change(dataset)
        dataset.save_as(out)
    finally:
        config.settings.writing_validation_mode = before
    return out.getvalue()


def with_text(text: str) -> bytes:
    """The text wherever a person will read it."""

    def change(dataset: Any) -> None:
        dataset.SpecificCharacterSet = "ISO_IR 192"
        for keyword in ("SeriesDescription", "StudyDescription", "PatientName", "ProtocolName"):
            setattr(dataset, keyword, text)

    return changed(change)


def put(**values: Any) -> Callable[[Any], None]:
    def change(dataset: Any) -> None:
        for keyword, value in values.items():
            setattr(dataset, keyword, value)

    return change


def without(*keywords: str) -> Callable[[Any], None]:
    def change(dataset: Any) -> None:
        for keyword in keywords:
            delattr(dataset, keyword)

    return change


def patched(keyword: str, old: bytes, new: bytes) -> bytes:
    """Bytes exchanged in the file for as many others: values that pydicom refuses to write."""
    assert len(old) == len(new)
    data = changed(put(**{keyword: old.decode("ascii")}))
    assert old in data
    return data.replace(old, new, 1)


def deflated_bomb(size: int) -> bytes:
    """A small file that unpacks to ``size`` bytes."""
    dataset = dcmread(phantom_files()[0])
    meta = dataset.file_meta
    meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    head = BytesIO()
    Dataset().save_as(head, implicit_vr=False, little_endian=True)
    out = BytesIO()
    dataset.PixelData = b""
    dataset.save_as(out, enforce_file_format=True)
    data = out.getvalue()
    start = data.rfind(b"DEFLATED") if b"DEFLATED" in data else _dataset_start(data)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = [packer.compress(bytes(1 << 20)) for _ in range(size >> 20)]
    return data[:start] + b"".join(packed) + packer.flush()


def _dataset_start(data: bytes) -> int:
    """Where the file meta information ends: preamble, DICM, group length element, its value."""
    return 144 + int.from_bytes(data[140:144], "little")


def odd_files() -> dict[str, bytes]:
    """Name -> file. Each is stored with what can be used of it, or quarantined with a name."""
    return {
        "uid of 200 characters": changed(put(SeriesInstanceUID="1." + "2" * 200)),
        "study uid of 200 characters": changed(put(StudyInstanceUID="1." + "2" * 200)),
        "sop class that is no uid": changed(put(SOPClassUID="x" * 90)),
        "uid with a slash": changed(put(SeriesInstanceUID="../../1.2")),
        "nul in a text": patched("StudyDescription", b"before0after", b"before\x00after"),
        "nul in a uid": patched("SeriesInstanceUID", b"1.2.3.4.5.6.7.8", b"1.2.3.4\x005.6.7.8"),
        "no pixels": changed(without("PixelData")),
        "no rows": changed(without("Rows")),
        "a billion frames": changed(put(NumberOfFrames="1000000000")),
        "minus one frame": changed(put(NumberOfFrames="-1")),
        "more rows than pixels": changed(put(Rows=65535, Columns=65535)),
        "no bits": changed(put(BitsAllocated=0)),
        "colour": changed(put(SamplesPerPixel=3, PhotometricInterpretation="RGB")),
        "no position": changed(without("ImagePositionPatient")),
        "position that is no number": patched("PatientComments", b"1.25", b"\xff\xfe\xfd\xfc"),
        "infinite spacing": changed(put(PixelSpacing=[float("inf"), float("nan")])),
        "no spacing": changed(put(PixelSpacing=[0, 0])),
        "flat orientation": changed(put(ImageOrientationPatient=[1, 0, 0, 1, 0, 0])),
        "nan position": changed(put(ImagePositionPatient=[float("nan")] * 3)),
        "huge instance number": changed(put(InstanceNumber="99999999999999")),
        "huge trigger time": changed(put(TriggerTime="1e308")),
        "zero rr": changed(put(NominalInterval="0")),
        "unknown character set": changed(put(SpecificCharacterSet="KLINGON")),
        "rescale by nothing": changed(put(RescaleSlope="0", RescaleIntercept="nan")),
        "modality of 300 characters": changed(put(Modality="MR" * 150)),
        "a new uid": changed(put(SOPInstanceUID=generate_uid())),
    }
