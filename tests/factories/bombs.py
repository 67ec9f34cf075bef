"""Small files that would make a careless reader ask for all the memory, or for all the time."""

import struct
from io import BytesIO
from typing import Any

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless, generate_uid

from tests.factories.imaging import phantom_files
from tests.factories.mutations import nested_dataset


def bombs() -> dict[str, bytes]:
    """Name -> file."""
    return {
        "a million frames of one pixel": _frames(1_000_000, b"\0\0" * 1_000_000),
        "twenty thousand frames of one pixel": _frames(20_000, b"\0\0" * 20_000),
        "frames that unpack to gigabytes": _rle_bomb(frames=60, side=4096),
        "a plane for every frame": _planes(2000),
        "jpeg 2000 that claims gigapixels": _lying(JPEG2000Lossless, _jpeg2000_head(60_000)),
        "jpeg-ls that claims gigapixels": _lying(JPEGLSLossless, _jpegls_head(65_500)),
        "sequences 40 deep": _with(_nest(40)),
        "sequences 200 deep": _with(_nest(200)),
        "an integer without end": _with(lambda d: d.add_new(0x00200012, "IS", "1"), _long_integer),
        "half a character": _with(lambda d: d.add_new(0x00104000, "LT", "x"), _half_character),
        "negative rows, no pixels": _with(_negative_rows),
    }


def _base() -> Dataset:
    dataset = dcmread(phantom_files()[0])
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = generate_uid(), generate_uid()
    return dataset


def _written(dataset: Dataset) -> bytes:
    out = BytesIO()
    dataset.save_as(out)
    return out.getvalue()


def _with(change: Any, patch: Any = None) -> bytes:
    dataset = _base()
    change(dataset)
    data = _written(dataset)
    return patch(data) if patch else data


def _nest(depth: int) -> Any:
    def change(dataset: Dataset) -> None:
        dataset.ReferencedImageSequence = [nested_dataset(depth)]

    return change


def _negative_rows(dataset: Dataset) -> None:
    del dataset.PixelData
    del dataset.Rows
    dataset.add_new(0x00280010, "SS", -5)


def _long_integer(data: bytes) -> bytes:
    digits = b"1" * 40
    return data.replace(
        struct.pack("<HH2sH", 0x20, 0x12, b"IS", 2) + b"1 ",
        struct.pack("<HH2sH", 0x20, 0x12, b"IS", len(digits)) + digits,
    )


def _half_character(data: bytes) -> bytes:
    text = b"\xed\xa0\x80 \xff\xfe"
    return data.replace(
        struct.pack("<HH2sH", 0x10, 0x4000, b"LT", 2) + b"x ",
        struct.pack("<HH2sH", 0x10, 0x4000, b"LT", len(text)) + text,
    )


def _frames(n: int, pixels: bytes) -> bytes:
    dataset = _base()
    dataset.Rows = dataset.Columns = 1
    dataset.NumberOfFrames = n
    dataset.PixelData = pixels
    return _written(dataset)


def _rle_bomb(frames: int, side: int) -> bytes:
    """Frames of zeros, run-length coded: 128 pixels in two bytes (PS3.5 G)."""
    run = bytes([0x81, 0]) * (side * side // 128)
    header = struct.pack("<16L", 2, 64, 64 + len(run), *[0] * 13)
    dataset = _base()
    dataset.Rows = dataset.Columns = side
    dataset.NumberOfFrames = frames
    dataset.file_meta.TransferSyntaxUID = RLELossless
    dataset.PixelData = encapsulate([header + run + run] * frames)
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return _written(dataset)


def _planes(n: int) -> bytes:
    """An enhanced file in which every frame has an orientation of its own: a stack each."""
    dataset = _base()
    dataset.Rows = dataset.Columns = 2
    dataset.NumberOfFrames = n
    dataset.PixelData = np.arange(4 * n, dtype="<u2").tobytes()
    groups = []
    for angle in np.linspace(0, 3.1, n):
        orientation, place, group = Dataset(), Dataset(), Dataset()
        cosine, sine = round(float(np.cos(angle)), 4), round(float(np.sin(angle)), 4)
        orientation.ImageOrientationPatient = [cosine, sine, 0, -sine, cosine, 0]
        place.ImagePositionPatient = [0, 0, 0]
        group.PlaneOrientationSequence, group.PlanePositionSequence = [orientation], [place]
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = groups
    return _written(dataset)


def _lying(syntax: str, codestream: bytes) -> bytes:
    dataset = _base()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.PixelData = encapsulate([codestream])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    return _written(dataset)


def _jpeg2000_head(side: int) -> bytes:
    siz = struct.pack(">HHLLLLLLLLH", 41, 0, side, side, 0, 0, side, side, 0, 0, 1)
    return b"\xff\x4f\xff\x51" + siz + b"\x0f\x01\x01" + bytes(200)


def _jpegls_head(side: int) -> bytes:
    frame = b"\xff\xf7" + struct.pack(">HBHHB", 11, 16, side, side, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\x00\x00\x00\x00"
    return b"\xff\xd8" + frame + scan + bytes(200) + b"\xff\xd9"
