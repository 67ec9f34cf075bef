"""What is measured with: a real short-axis cine where there is one, else a phantom of its size."""

import os
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pydicom import dcmread
from pydicom.uid import generate_uid

from cmrkit.phantom import HeartParameters, simulate_cine
from cmrkit.phantom.dicom import cine_datasets

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
