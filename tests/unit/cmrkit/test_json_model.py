"""The fast DICOM JSON beside pydicom's own, over every real file there is and odd ones."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset

from cmrkit.dicomio.json_model import json_of, storable
from tests.factories.imaging import phantom_files

_BULK = {"OB", "OD", "OF", "OL", "OV", "OW", "UN"}


def pydicoms(dataset: Dataset) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for tag in list(dataset.keys()):
        if tag.group == 0x7FE0:
            continue
        try:
            element = dataset[tag]
            if element.VR not in _BULK:
                out[f"{tag:08X}"] = storable(element.to_json_dict(None, 0))
            elif element.value:
                out[f"{tag:08X}"] = {"vr": element.VR, "BulkDataURI": f"{tag:08X}"}
        except Exception:  # noqa: BLE001 - whatever pydicom raises
            continue
    return without_pixels(out)


def without_pixels(value: Any) -> Any:
    """Pixels of nested icons are left out by ours; pydicom writes them into the JSON."""
    if isinstance(value, dict):
        return {k: without_pixels(v) for k, v in value.items() if not str(k).startswith("7FE0")}
    return [without_pixels(v) for v in value] if isinstance(value, list) else value


def read(path: Path) -> Dataset | None:
    try:
        return dcmread(path, force=True)
    except Exception:  # noqa: BLE001 - whatever pydicom raises
        return None


def files(folder: Path) -> Iterator[Path]:
    yield from (p for p in sorted(folder.rglob("*")) if p.is_file())


@pytest.mark.filterwarnings("ignore")
def test_agrees_with_pydicom_on_the_corpus(shared_data: Path) -> None:
    compared = 0
    for path in files(shared_data / "dicom_corpus"):
        first, second = read(path), read(path)
        if first is None or second is None:
            continue
        assert json_of(first) == pydicoms(second), path.name
        compared += 1
    assert compared > 250


def test_agrees_with_pydicom_on_phantoms() -> None:
    for path in phantom_files()[:5]:
        assert json_of(dcmread(path)) == pydicoms(dcmread(path))


def coded(little: bool = True, implicit: bool = False, **values: Any) -> tuple[Dataset, Dataset]:
    """The same elements twice, undecoded, as a file holds them."""
    made = Dataset()
    for name, value in values.items():
        setattr(made, name, value)
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = little, implicit
    write_dataset(buffer, made)
    found = [read_dataset(DicomBytesIO(buffer.getvalue()), implicit, little) for _ in range(2)]
    return found[0], found[1]


ODD: list[dict[str, Any]] = [
    {"PatientName": "Müller^Jürgen", "SpecificCharacterSet": "ISO_IR 100"},
    {"SeriesDescription": "Herzüberblick", "SpecificCharacterSet": "ISO_IR 100"},
    {"SeriesDescription": "心臓", "SpecificCharacterSet": "ISO_IR 192"},
    {"SeriesDescription": "Сердце", "SpecificCharacterSet": "ISO_IR 144"},
    {"ImageType": ["ORIGINAL", "PRIMARY", "", "M"]},
    {"ImageType": []},
    {"StudyID": ""},
    {"SliceThickness": None, "PixelSpacing": ["1.5", "1.50"]},
    {"RepetitionTime": "1e400"},
    {"InstanceNumber": "7", "TriggerTime": "12.5"},
    {"BitsAllocated": 16, "LargestImagePixelValue": 900},
    {"DiffusionBValue": float("inf"), "VelocityEncodingMaximumValue": 150.0},
    {"PatientComments": "two\\lines" + "x" * 70000},
    {"StudyDescription": "y" * 70000},
    {"FrameTimeVector": ["1", "2", "3"], "ImagePositionPatient": ["-1", "2e-3", "0"]},
]


@pytest.mark.parametrize("values", ODD)
@pytest.mark.parametrize("form", [(True, False), (True, True), (False, False)])
def test_agrees_with_pydicom_on_odd_values(values: dict[str, Any], form: tuple[bool, bool]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first, second = coded(*form, **values)
        assert json_of(first) == pydicoms(second)


def test_the_inner_character_set_counts_inside() -> None:
    inner = Dataset()
    inner.SpecificCharacterSet, inner.CodeMeaning = "ISO_IR 192", "Пример"
    first, second = coded(
        SpecificCharacterSet="ISO_IR 100", StudyDescription="é", ProcedureCodeSequence=[inner]
    )
    found = json_of(first)
    assert found == pydicoms(second)
    assert found["00081032"]["Value"][0]["00080104"]["Value"] == ["Пример"]
