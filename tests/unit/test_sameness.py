"""One object in two files, and two objects that only look alike."""

from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

from portal.intake.services.sameness import same_object
from portal.storage import files
from tests.factories.imaging import phantom_files


@pytest.fixture
def stored() -> str:
    with files.receive([phantom_files(1)[0].read_bytes()]) as draft:
        draft.keep()
        return draft.sha256


def same(path: Path, stored: str) -> bool:
    with files.receive([path.read_bytes()]) as draft:
        return same_object(draft, stored)


def written(out: Path, **values: Any) -> Path:
    dataset = pydicom.dcmread(phantom_files(1)[0])
    for name, value in values.items():
        setattr(dataset, name, value)
    dataset.save_as(out)
    return out


def test_another_head_is_the_same_object(stored: str, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(phantom_files(1)[0])
    dataset.file_meta.ImplementationVersionName = "ANOTHER"
    dataset.save_as(tmp_path / "head")
    assert (tmp_path / "head").read_bytes() != phantom_files(1)[0].read_bytes()
    assert same(tmp_path / "head", stored)


def test_implicit_and_explicit_say_the_same(stored: str, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(phantom_files(1)[0])
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.save_as(tmp_path / "implicit", implicit_vr=True, little_endian=True)
    assert same(tmp_path / "implicit", stored)


@pytest.mark.parametrize(
    "values", [{"PatientName": "Another"}, {"RescaleSlope": "2"}, {"SeriesNumber": 77}]
)
def test_another_value_is_another_object(
    stored: str, tmp_path: Path, values: dict[str, Any]
) -> None:
    assert not same(written(tmp_path / "value", **values), stored)


def test_another_pixel_is_another_object(stored: str, tmp_path: Path) -> None:
    pixels = bytearray(pydicom.dcmread(phantom_files(1)[0]).PixelData)
    pixels[-1] ^= 1
    assert not same(written(tmp_path / "pixel", PixelData=bytes(pixels)), stored)


def test_compressed_is_not_taken_for_the_same(stored: str, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(phantom_files(1)[0])
    dataset.compress(RLELossless)
    dataset.save_as(tmp_path / "rle")
    assert not same(tmp_path / "rle", stored)


def test_what_cannot_be_told_is_not_the_same(stored: str, tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"junk")
    assert not same(tmp_path / "junk", stored)
    assert not same(phantom_files(1)[0], "0" * 64)
