"""Seeded damage to DICOM files: what a bad disk, a cut line or an attacker makes of them."""

import random
import struct
from collections.abc import Callable
from io import BytesIO

from pydicom import config, dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian

Mutation = Callable[[bytes, random.Random], bytes]

_VRS = (b"AE AS AT CS DA DS DT FL FD IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL "
        b"UN UR US UT UV ZZ \0\0").split()  # fmt: skip
_MAX_SOURCE = 4 << 20  # bytes: damage is found in small files as well


def flip_bits(data: bytes, rng: random.Random) -> bytes:
    """A few bits anywhere; most of them in the header, where they hurt."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 8, 64))):
        end = min(len(out), 2048) if rng.random() < 0.7 else len(out)
        out[rng.randrange(end)] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def cut_middle(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.choice((1, 2, 7, 128, 4096)) :]


def repeat_middle(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(132, len(data))
    end = start + rng.choice((2, 8, 100, 5000))
    return data[:end] + data[start:end] * rng.choice((1, 3, 50)) + data[end:]


def noise(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(132, len(data))
    length = rng.choice((4, 64, 1024))
    return data[:start] + rng.randbytes(length) + data[start + length :]


def swap_lengths(data: bytes, rng: random.Random) -> bytes:
    """The lengths of two elements exchanged, or one made absurd (undefined length included)."""
    places = _lengths(data)
    if not places:
        return flip_bits(data, rng)
    out = bytearray(data)
    (at, size), (other, other_size) = rng.choice(places), rng.choice(places)
    if rng.random() < 0.4 and size == other_size:
        out[at : at + size], out[other : other + size] = (
            data[other : other + size],
            data[at : at + size],
        )
        return bytes(out)
    absurd = rng.choice((0, 1, 3, 0x7FFF, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF))
    out[at : at + size] = struct.pack("<H" if size == 2 else "<L", absurd & (2 ** (8 * size) - 1))
    return bytes(out)


def odd_vr(data: bytes, rng: random.Random) -> bytes:
    """The VR of one explicit element exchanged for another, or for none that exists."""
    places = [at for at, _, explicit in _elements(data) if explicit]
    if not places:
        return flip_bits(data, rng)
    at = rng.choice(places)
    return data[: at + 4] + rng.choice(_VRS)[:2].ljust(2, b"\0") + data[at + 6 :]


def nested(data: bytes, rng: random.Random) -> bytes:
    """Sequences inside sequences, deeper than any parser's stack, of undefined length."""
    depth = rng.choice((20, 200, 1000, 5000, 50_000))
    opened = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF)
    opened += struct.pack("<HHL", 0xFFFE, 0xE000, 0xFFFFFFFF)
    closed = struct.pack("<HHLHHL", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    where = next((at for at, tag, _ in _elements(data) if tag > 0x00081140), len(data))
    return data[:where] + opened * depth + closed * rng.choice((0, depth)) + data[where:]


def absurd_values(data: bytes, rng: random.Random) -> bytes:
    """A file that parses and whose numbers can't be."""
    return _rewritten(
        data,
        rng,
        rng.choice(
            (
                {"NumberOfFrames": "2147483647"},
                {"NumberOfFrames": "1000000"},
                {"NumberOfFrames": "-3"},
                {"Rows": 65535, "Columns": 65535},
                {"Rows": 1, "Columns": 1},
                {"Rows": 0},
                {"BitsAllocated": 1},
                {"BitsAllocated": 12},
                {"BitsAllocated": 64},
                {"BitsAllocated": 65535},
                {"BitsStored": 40},
                {"SamplesPerPixel": 65535},
                {"SamplesPerPixel": 3, "PlanarConfiguration": 7},
                {"PhotometricInterpretation": "PALETTE COLOR"},
                {"PixelSpacing": ["1e-300", "1e300"]},
                {"PixelSpacing": ["0", "-1"]},
                {"PixelRepresentation": 9},
                {"ImagePositionPatient": ["1e308", "-1e308", "nan"]},
                {"ImageOrientationPatient": ["0"] * 6},
                {"ImageOrientationPatient": ["1", "0", "0"]},
                {"SliceThickness": "inf"},
                {"TriggerTime": "1e308"},
                {"TriggerTime": "nan"},
                {"RescaleSlope": "1e308", "RescaleIntercept": "nan"},
                {"InstanceNumber": "9" * 12},
                {"SeriesNumber": "x"},
                {"SpecificCharacterSet": ["ISO 2022 IR 999", "KLINGON"]},
                {"SeriesDescription": "\\".join("abcdefgh" * 2000)},
                {"StudyDate": "99999999", "PatientBirthDate": "today"},
            )
        ),
    )


def many_elements(data: bytes, rng: random.Random) -> bytes:
    """Tens of thousands of tiny private elements or sequence items."""
    n = rng.choice((1000, 20_000))
    if rng.random() < 0.5:
        extra = b"".join(
            struct.pack("<HH2sH", 0x0009, 0x1000 + k % 0xEFFF, b"LO", 2) + b"x " for k in range(n)
        )
    else:
        item = struct.pack("<HHL", 0xFFFE, 0xE000, 0)
        extra = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 8 * n) + item * n
    where = next((at for at, tag, _ in _elements(data) if tag > 0x00091000), len(data))
    return data[:where] + extra + data[where:]


def as_mr(data: bytes, rng: random.Random) -> bytes:
    """Any image said to be MR with a place in the patient, so that its pixels are gone into."""
    return _rewritten(
        data,
        rng,
        {
            "Modality": "MR",
            "StudyInstanceUID": f"1.2.3.{rng.randrange(10**9)}",
            "SeriesInstanceUID": f"1.2.4.{rng.randrange(10**9)}",
            "ImagePositionPatient": ["0", "0", "0"],
            "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
            "PixelSpacing": ["1", "1"],
        },
    )


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    cut,
    cut_middle,
    repeat_middle,
    noise,
    swap_lengths,
    odd_vr,
    nested,
    absurd_values,
    many_elements,
    as_mr,
)


def mutated(sources: list[bytes], number: int, seed: int = 1) -> tuple[str, bytes]:
    """(what was done, the damaged file), the same for the same number and seed."""
    rng = random.Random(f"{seed}:{number}")
    usable = [s for s in sources if 200 < len(s) < _MAX_SOURCE]
    data = rng.choice(usable)
    mutation = MUTATIONS[number % len(MUTATIONS)]
    out = mutation(data, rng)
    if mutation in (as_mr, absurd_values) and rng.random() < 0.5:
        out = flip_bits(out, rng)
    return mutation.__name__, out


def _rewritten(data: bytes, rng: random.Random, values: dict[str, object]) -> bytes:
    before = config.settings.writing_validation_mode
    config.settings.writing_validation_mode = config.IGNORE
    out = BytesIO()
    try:
        dataset = dcmread(BytesIO(data), force=True)
        for keyword, value in values.items():
            setattr(dataset, keyword, value)
        dataset.save_as(out)
    except Exception:  # noqa: BLE001 - a source that can't be written again is damaged otherwise
        return flip_bits(data, rng)
    finally:
        config.settings.writing_validation_mode = before
    return out.getvalue()


def _elements(data: bytes) -> list[tuple[int, int, bool]]:
    """(offset, tag, explicit) of the elements at the top, as far as they can be followed."""
    found: list[tuple[int, int, bool]] = []
    at = 132 if data[128:132] == b"DICM" else 0
    implicit = _is_implicit(data)
    while at + 8 <= len(data) and len(found) < 400:
        group, element = struct.unpack_from("<HH", data, at)
        explicit = group == 2 or not implicit
        if explicit:
            long = data[at + 4 : at + 6] in (b"OB", b"OW", b"SQ", b"UN", b"UT", b"OF", b"OD", b"UC")
            head = 12 if long else 8
            if at + head > len(data):
                break
            length = struct.unpack_from("<L" if long else "<H", data, at + (8 if long else 6))[0]
        else:
            head, length = 8, struct.unpack_from("<L", data, at + 4)[0]
        found.append((at, group << 16 | element, explicit))
        if length == 0xFFFFFFFF:
            break
        at += head + length
    return found


def _is_implicit(data: bytes) -> bool:
    return str(ImplicitVRLittleEndian).encode() + b"\0" in data[:1000]


def _lengths(data: bytes) -> list[tuple[int, int]]:
    """(offset, bytes) of the length fields of the elements at the top."""
    found = []
    for at, _, explicit in _elements(data):
        if not explicit:
            found.append((at + 4, 4))
        elif data[at + 4 : at + 6] in (b"OB", b"OW", b"SQ", b"UN", b"UT", b"OF", b"OD", b"UC"):
            found.append((at + 8, 4))
        else:
            found.append((at + 6, 2))
    return found


def nested_dataset(depth: int) -> Dataset:
    """A dataset with sequences inside sequences, written by the rules."""
    inner = Dataset()
    inner.PatientComments = "deep"
    for _ in range(depth):
        outer = Dataset()
        outer.ReferencedImageSequence = [inner]
        inner = outer
    return inner
