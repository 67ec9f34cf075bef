"""What is measured with: a real short-axis cine where there is one, else a phantom of its size; and
a whole cine in one series, 10 slices × 25 phases of 256² in 16 bit."""

import os
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from pydicom import dcmread
from pydicom.uid import generate_uid

from cmrkit.phantom import HeartParameters, simulate_cine
from cmrkit.phantom.dicom import cine_datasets
from cmrkit.phantom.picture import Scene

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = "SCD0000301.zip"  # SC-HF-I-4, which no shipped model was trained on


@dataclass(frozen=True)
class Material:
    """``source`` says in words what the files are; ``files`` are the DICOM files of one study."""

    source: str
    files: list[bytes]


def material() -> Material:
    folder = Path(os.environ.get("ACCORD_TEST_DATA", ROOT.parent / "shared" / "data"))
    archive = folder / "sunnybrook" / ARCHIVE
    if archive.is_file():
        with zipfile.ZipFile(archive) as opened:
            names = sorted(i.filename for i in opened.infolist() if not i.is_dir())
            return Material("Sunnybrook SC-HF-I-4", [opened.read(name) for name in names])
    phantom = simulate_cine(HeartParameters(), n_slices=12, n_phases=20, seed=1)
    return Material("phantom, 12 slices × 20 phases", [_bytes(d) for d in cine_datasets(phantom)])


@dataclass(frozen=True)
class Cine:
    """The files of one series, with its UIDs in the files' order."""

    patient: str
    study: str
    series: str
    instances: list[str]
    files: list[bytes]
    first_pixels: bytes

    @property
    def pixel_bytes(self) -> int:
        return len(self.first_pixels) * len(self.files)


def cine_series(n_copies: int, *, n_slices: int = 10, n_phases: int = 25) -> list[Cine]:
    """Copies of one synthetic cine under UIDs of their own; no pixel differs between them."""
    scene = Scene(seed=1, matrix=(256, 256), centre_mm=(180.0, 170.0))
    phantom = simulate_cine(
        HeartParameters(), n_slices=n_slices, n_phases=n_phases, seed=1, scene=scene
    )
    datasets = list(cine_datasets(phantom))
    return [_copy(datasets, number) for number in range(n_copies)]


def _copy(datasets: list[Any], number: int) -> Cine:
    study, series = generate_uid(), generate_uid()
    instances, files = [], []
    for dataset in datasets:
        dataset.PatientID = dataset.PatientName = f"CINE{number:04d}"
        dataset.StudyInstanceUID, dataset.SeriesInstanceUID = study, series
        dataset.SeriesNumber, dataset.SOPInstanceUID = 1, generate_uid()
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        instances.append(str(dataset.SOPInstanceUID))
        files.append(_bytes(dataset))
    return Cine(f"CINE{number:04d}", study, series, instances, files, datasets[0].PixelData)


def single_frame_studies(material: Material, n: int) -> list[bytes]:
    """``n`` studies of one file each, for searching."""
    found = []
    for number in range(n):
        dataset = dcmread(BytesIO(material.files[number % len(material.files)]))
        dataset.PatientID = f"BENCH{number:04d}"
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
            setattr(dataset, keyword, generate_uid())
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        found.append(_bytes(dataset))
    return found


def _bytes(dataset: object) -> bytes:
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)  # type: ignore[attr-defined]
    return out.getvalue()
