"""De-identifying one DICOM file as a stream: the header is rewritten, the pixels are copied."""

import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from pydicom.charset import python_encoding
from pydicom.dataelem import RawDataElement, convert_raw_data_element
from pydicom.errors import InvalidDicomError
from pydicom.filereader import data_element_generator, read_preamble
from pydicom.uid import UID, UID_dictionary

from cmrkit.deid import bulk
from cmrkit.deid.bulk import Bulk
from cmrkit.deid.burned import Flag, flags_of
from cmrkit.deid.cleaning import Cleaner, Person
from cmrkit.deid.keys import ProjectKeys
from cmrkit.deid.procedure import Option, Procedure
from cmrkit.deid.writing import Encoding
from cmrkit.dicomio.patients import patient_key
from cmrkit.errors import CmrkitError, UnreadableDicom, UnsupportedInput

IMPLEMENTATION_UID = "2.25.73610.2"
_PIXEL_GROUP = 0x7FE0
_LONGEST = 1 << 22  # bytes of one header element that is read; what is longer is removed
_HEADER = 1 << 28  # bytes before the pixels: beyond any image, below what fills a machine's memory
_CODECS = {
    "1.2.840.10008.1.2.4.50": "jpeg", "1.2.840.10008.1.2.4.51": "jpeg",
    "1.2.840.10008.1.2.4.57": "jpeg", "1.2.840.10008.1.2.4.70": "jpeg",
    "1.2.840.10008.1.2.4.80": "jpeg", "1.2.840.10008.1.2.4.81": "jpeg",
    "1.2.840.10008.1.2.4.90": "jpeg2000", "1.2.840.10008.1.2.4.91": "jpeg2000",
    "1.2.840.10008.1.2.4.92": "jpeg2000", "1.2.840.10008.1.2.4.93": "jpeg2000",
    "1.2.840.10008.1.2.4.201": "jpeg2000", "1.2.840.10008.1.2.4.202": "jpeg2000",
    "1.2.840.10008.1.2.4.203": "jpeg2000", "1.2.840.10008.1.2.5": "rle",
}  # fmt: skip
_NATIVE = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"}
# SOP classes whose content is a document, a waveform or raw data of a maker
_DOCUMENTS = re.compile(r"Encapsulated|Raw Data|Waveform|Video|Stereometric|Spectroscopy")
_NEWER_CLASSES = {"1.2.840.10008.5.1.4.1.1.66.7": "Label Map Segmentation Storage"}
_PATIENT_TOKENS = (
    "00100010",
    "00100020",
    "00100030",
    "00080050",
    "00200010",
    "00101000",
    "00101001",
)
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Identity:
    """What was taken out and a re-identification list needs. Never shown but to who may open it."""

    patient_name: str
    patient_id: str
    issuer_of_patient_id: str
    birth_date: str
    accession_number: str
    study_date: str
    study_uid: str


@dataclass(frozen=True)
class Deidentified:
    """One file, cleaned. ``chunks`` may be taken once more while the source is open.

    ``pseudonym`` is what stands for name and patient id; ``patient_key`` tells patients apart and
    is secret; the ``sent_…`` UIDs are those of the file as it came.
    """

    source: BinaryIO
    header: bytes
    pixels: Bulk | None
    padding: bytes
    identity: Identity
    patient_key: str
    pseudonym: str
    sent_study_uid: str
    sent_series_uid: str
    sent_sop_instance_uid: str
    flags: tuple[Flag, ...]

    def chunks(self) -> Iterator[bytes]:
        """The file to store, piece by piece; pixels are read from the source as they are asked
        for."""
        yield self.header
        if self.pixels is not None:
            yield from self.pixels.chunks(self.source)
        if self.padding:
            yield self.padding


def deidentify(stream: BinaryIO, procedure: Procedure, keys: ProjectKeys) -> Deidentified:
    """Clean one seekable file by the procedure, with the project's keys.

    Whatever can't be read whole is refused: there is no half-cleaned file. Raises UnreadableDicom
    for what is not DICOM, cut short or without identifiers, and UnsupportedInput for what can't be
    cleaned (documents, private SOP classes, deflated or unknown transfer syntaxes).
    """
    try:
        return _deidentify(stream, procedure, keys)
    except CmrkitError:
        raise
    except InvalidDicomError as error:
        raise UnreadableDicom(
            "This is not a DICOM file (no DICM mark). Leave it out of the import."
        ) from error
    except RecursionError as error:
        raise UnreadableDicom("The file's sequences are nested too deeply.") from error
    except Exception as error:
        raise UnreadableDicom(
            f"The file is damaged or cut short ({type(error).__name__}). Export it again."
        ) from error


def _deidentify(stream: BinaryIO, procedure: Procedure, keys: ProjectKeys) -> Deidentified:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    syntax = _transfer_syntax(stream)
    encoding = Encoding(UID(syntax).is_implicit_VR, UID(syntax).is_little_endian)
    implicit = _really_implicit(stream, encoding)
    found = _header_elements(stream, encoding, size, implicit=implicit)
    _refuse_documents(_ascii(found, 0x00080016))
    identity = _identity(found)
    person = _person(found, identity, keys)
    cleaner = Cleaner(procedure, keys, person, encoding)
    written = cleaner.dataset(found.values())
    written.update(_marks(procedure, encoding))
    uids = [_ascii(found, tag) for tag in (0x0020000D, 0x0020000E, 0x00080018)]
    if not all(uids):
        raise UnreadableDicom("The file lacks its UIDs. Export it again.")
    pixels, padding = None, b""
    element = _pixel_element(stream, encoding, size, implicit=implicit)
    if element is not None:
        tag, vr, pixels = _pixels(stream, syntax, size, found, element)
        odd = syntax in _NATIVE and pixels.length % 2
        padding = b"\0" if odd else b""
        length = pixels.length + len(padding) if syntax in _NATIVE else 0xFFFFFFFF
        written[tag] = encoding.head(tag, vr, length)
    body = b"".join(written[tag] for tag in sorted(written))
    meta = _file_meta(_ascii(found, 0x00080016), cleaner.uid(uids[2]), syntax)
    return Deidentified(
        source=stream,
        header=meta + body,
        pixels=pixels,
        padding=padding,
        identity=identity,
        patient_key=person.patient_key,
        pseudonym=person.pseudonym,
        sent_study_uid=uids[0],
        sent_series_uid=uids[1],
        sent_sop_instance_uid=uids[2],
        flags=flags_of(
            sop_class=_ascii(found, 0x00080016),
            burned_in=_ascii(found, 0x00280301),
            image_type=_ascii(found, 0x00080008),
            conversion=_ascii(found, 0x00080064),
            overlay_in_pixels=any(t >> 16 & 0xFF00 == 0x6000 and t & 0xFFFF == 0x0102
                                  and (e.value or b"") not in (b"", b"\0\0")
                                  for t, e in found.items()),
        ),
    )  # fmt: skip


def _transfer_syntax(stream: BinaryIO) -> str:
    read_preamble(stream, force=False)
    meta = {
        int(e.tag): e
        for e in data_element_generator(
            stream, False, True, stop_when=lambda tag, vr, length: tag >> 16 != 2, defer_size=4096
        )
    }
    syntax = _ascii(meta, 0x00020010)
    if syntax not in _NATIVE and syntax not in _CODECS:
        raise UnsupportedInput(
            "Files of this transfer syntax can't be de-identified. Export it uncompressed."
        )
    return syntax


def _header_elements(
    stream: BinaryIO, encoding: Encoding, size: int, *, implicit: bool
) -> dict[int, Any]:
    """Everything before the pixels; each element must be there whole."""
    start = stream.tell()
    found: dict[int, Any] = {}
    elements = data_element_generator(
        stream,
        implicit,
        encoding.little,
        stop_when=lambda tag, vr, length: tag >> 16 >= _PIXEL_GROUP,
        defer_size=_LONGEST,
    )
    for element in elements:
        whole = (
            not isinstance(element, RawDataElement)
            or element.value is None
            or (element.length in (len(element.value), 0xFFFFFFFF))
        )
        if not whole or stream.tell() > size or stream.tell() - start > _HEADER:
            raise UnreadableDicom("The header is cut short or too long. Export the file again.")
        found[int(element.tag)] = element
    return found


def _really_implicit(stream: BinaryIO, encoding: Encoding) -> bool:
    """Some writers call implicit what they write explicitly, and the other way round: the first
    element tells (its VR is two capital letters)."""
    head = stream.read(6)
    stream.seek(-len(head), os.SEEK_CUR)
    return (
        not head[4:6].isalpha() or not head[4:6].isupper()
        if len(head) == 6
        else (encoding.implicit)
    )


def _refuse_documents(sop_class: str) -> None:
    name, kind, *_ = UID_dictionary.get(sop_class, (_NEWER_CLASSES.get(sop_class, ""), ""))
    if not (kind == "SOP Class" or sop_class in _NEWER_CLASSES) or _DOCUMENTS.search(name):
        raise UnsupportedInput(
            "Files of this kind (documents, raw data, private classes) can't be de-identified. "
            "Leave it out of the import."
        )


def _ascii(found: dict[int, Any], tag: int) -> str:
    element = found.get(tag)
    value = element.value if isinstance(element, RawDataElement) else None
    return (value or b"").strip(b"\0 ").decode("latin-1").strip()


def _text(found: dict[int, Any], tag: int) -> str:
    """The value as pydicom reads it, so that keys of patients agree with files stored as sent."""
    element = found.get(tag)
    if not isinstance(element, RawDataElement) or element.value is None:
        return ""
    vr = "PN" if tag == 0x00100010 else "LO"
    plain = element._replace(VR=vr)
    value = convert_raw_data_element(plain, encoding=_encodings(found)).value
    return "" if value is None else str(value)


def _encodings(found: dict[int, Any]) -> list[str]:
    names = [name.strip() for name in _ascii(found, 0x00080005).split("\\")]
    known = [python_encoding[name] for name in names if name in python_encoding]
    return known or ["iso8859"]


def _identity(found: dict[int, Any]) -> Identity:
    return Identity(
        patient_name=_text(found, 0x00100010),
        patient_id=_text(found, 0x00100020),
        issuer_of_patient_id=_text(found, 0x00100021),
        birth_date=_ascii(found, 0x00100030)[:16],
        accession_number=_text(found, 0x00080050),
        study_date=_ascii(found, 0x00080020)[:16],
        study_uid=_ascii(found, 0x0020000D)[:64],
    )


def _person(found: dict[int, Any], identity: Identity, keys: ProjectKeys) -> Person:
    key = patient_key(
        issuer=identity.issuer_of_patient_id,
        patient_id=identity.patient_id,
        name=identity.patient_name,
        study_uid=identity.study_uid,
    )
    texts = [_text(found, int(tag, 16)) for tag in _PATIENT_TOKENS]
    parts = {part.lower() for text in texts for part in _TOKEN.findall(text)}
    parts |= {run for part in parts for run in re.findall(r"\d+", part)}  # MRN12345 and 12345
    tokens = {p for p in parts if len(p) >= (5 if p.isdigit() else 4)}
    names = {part.lower() for part in _TOKEN.findall(identity.patient_name) if len(part) > 2}
    return Person(
        patient_key=key,
        pseudonym=keys.pseudonym(key),
        shift_days=keys.shift_days(key),
        tokens=frozenset(tokens),
        names=frozenset(names),
    )


def _marks(procedure: Procedure, encoding: Encoding) -> dict[int, bytes]:
    """What says that, and how, the file was de-identified (PS3.3 C.7.1.1)."""
    items = []
    for value, meaning in procedure.codes:
        item = [(0x00080100, "SH", value), (0x00080102, "SH", "DCM"), (0x00080104, "LO", meaning)]
        items.append(b"".join(encoding.element(t, vr, s[:64].encode()) for t, vr, s in item))
    dates = "MODIFIED" if Option.DATES in procedure.options else "REMOVED"
    texts = [
        (0x00120062, "CS", "YES"),
        (0x00120063, "LO", f"Accord {procedure.name}"[:64]),
        (0x00280303, "CS", dates),
    ]
    out = {tag: encoding.element(tag, vr, text.encode()) for tag, vr, text in texts}
    out[0x00120064] = encoding.sequence(0x00120064, items)
    return out


def _file_meta(sop_class: str, sop_instance: str, syntax: str) -> bytes:
    """An empty preamble and group 2 with nothing but what the standard demands."""
    plain = Encoding(implicit=False, little=True)
    elements = b"".join(
        plain.element(tag, vr, value)
        for tag, vr, value in (
            (0x00020001, "OB", b"\0\1"),
            (0x00020002, "UI", sop_class.encode()),
            (0x00020003, "UI", sop_instance.encode()),
            (0x00020010, "UI", syntax.encode()),
            (0x00020012, "UI", IMPLEMENTATION_UID.encode()),
            (0x00020013, "SH", b"ACCORD"),
        )
    )
    length = plain.element(0x00020000, "UL", struct.pack("<L", len(elements)))
    return b"\0" * 128 + b"DICM" + length + elements


@dataclass(frozen=True)
class _PixelElement:
    tag: int
    vr: str
    start: int
    length: int


def _pixel_element(
    stream: BinaryIO, encoding: Encoding, size: int, *, implicit: bool
) -> _PixelElement | None:
    """The first pixel element; what else group 7FE0 holds before it, is left out."""
    order = "<" if encoding.little else ">"
    while stream.tell() + 8 <= size:
        group, number, second = struct.unpack(f"{order}HH4s", stream.read(8))
        vr, length = "OW", struct.unpack(f"{order}L", second)[0]
        if not implicit:
            vr, (length,) = second[:2].decode("latin-1"), struct.unpack(f"{order}H", second[2:])
            if vr in ("OB", "OW", "OF", "OD", "OV", "UN"):
                (length,) = struct.unpack(f"{order}L", stream.read(4))
        tag, start = group << 16 | number, stream.tell()
        if tag in (0x7FE00008, 0x7FE00009, 0x7FE00010):
            usual = {0x7FE00008: "OF", 0x7FE00009: "OD"}.get(
                tag, vr if vr in ("OB", "OW") else "OW"
            )
            return _PixelElement(tag, usual, start, length)
        if group != _PIXEL_GROUP or length == 0xFFFFFFFF:
            return None
        stream.seek(start + length)
    return None


def _pixels(
    stream: BinaryIO, syntax: str, size: int, found: dict[int, Any], element: _PixelElement
) -> tuple[int, str, Bulk]:
    if syntax in _CODECS:
        taken = bulk.encapsulated(stream, element.start, size, codec=_CODECS[syntax])
        return element.tag, "OB", taken
    expected = _expected_bytes(found, element.tag)
    taken = bulk.native(element.start, element.length, expected, size)
    return element.tag, element.vr, taken


def _expected_bytes(found: dict[int, Any], tag: int) -> int:
    rows, columns, bits = (_unsigned(found, t) for t in (0x00280010, 0x00280011, 0x00280100))
    samples = _unsigned(found, 0x00280002) or 1
    bits = {0x7FE00008: 32, 0x7FE00009: 64}.get(tag, bits)
    frames = int(_ascii(found, 0x00280008) or 1)
    if min(rows, columns, bits, frames) < 1:
        raise UnreadableDicom("The size of the image is missing or zero. Export the file again.")
    if _ascii(found, 0x00280004) == "YBR_FULL_422":
        samples = 2
    return (rows * columns * samples * bits * frames + 7) // 8


def _unsigned(found: dict[int, Any], tag: int) -> int:
    element = found.get(tag)
    value = element.value if isinstance(element, RawDataElement) else None
    order = "little" if element is not None and element.is_little_endian else "big"
    return int.from_bytes((value or b"")[:2], order)  # type: ignore[arg-type]
