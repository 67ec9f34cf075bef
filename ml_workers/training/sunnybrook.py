"""The Sunnybrook Cardiac Data (CC0): a study as an array, and the expert contours on it."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray

from cmrkit.contracts.labels import Polygon
from cmrkit.dicomio.sunnybrook import read_contours
from cmrkit.geometry import rasterise
from ml_workers.training.slices import LabelledSlice, normalise, resample

ARCHIVES = {
    "SC-HF-I-1": "SCD0000101.zip",
    "SC-HF-I-2": "SCD0000201.zip",
    "SC-HF-I-4": "SCD0000301.zip",
}
TRAINING = ("SC-HF-I-1", "SC-HF-I-2")
HELD_OUT = "SC-HF-I-4"
LV, MYOCARDIUM, BACKGROUND = 3, 2, 0


@dataclass(frozen=True)
class Study:
    """pixels: (slice, phase, row, column) float32; contours keyed by (slice, phase)."""

    pixels: NDArray[np.float32]
    pixel_mm: float
    endo: dict[tuple[int, int], Polygon]
    epi: dict[tuple[int, int], Polygon]


def load_study(folder: Path, patient: str) -> Study:
    """One patient of the shared copy; raises FileNotFoundError where it is absent."""
    frames: dict[int, pydicom.Dataset] = {}
    with zipfile.ZipFile(folder / ARCHIVES[patient]) as archive:
        for name in archive.namelist():
            with archive.open(name) as handle:
                frames[int(Path(name).stem)] = pydicom.dcmread(handle)
    first = frames[min(frames)]
    n_phases = int(first.CardiacNumberOfImages)
    n_slices = len(frames) // n_phases
    drawn = {
        (divmod(number - 1, n_phases), structure): contour
        for (number, structure), contour in read_contours(folder / patient).items()
    }
    pixels = np.stack([frames[n].pixel_array for n in sorted(frames)]).astype(np.float32)
    return Study(
        pixels=pixels.reshape(n_slices, n_phases, *pixels.shape[1:]),
        pixel_mm=float(first.PixelSpacing[0]),
        endo={frame: c for (frame, structure), c in drawn.items() if structure == "lv_endo"},
        epi={frame: c for (frame, structure), c in drawn.items() if structure == "lv_epi"},
    )


def mask_of(contour: Polygon, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return rasterise((contour,), (shape[0], shape[1]))


def labelled_slices(folder: Path, *, pixel_mm: float, weight: float) -> list[LabelledSlice]:
    """Slices of the two patients that may be trained on. The right ventricle was never drawn, the
    epicardium on some frames only: what is absent stays unknown."""
    slices = []
    for patient in TRAINING:
        study = load_study(folder, patient)
        for (index, phase), endo in study.endo.items():
            frame = study.pixels[index, phase]
            inside = mask_of(endo, frame.shape)
            label = np.where(inside, LV, BACKGROUND).astype(np.uint8)
            merged: tuple[int, ...] = (0, 1, 2)
            epi = study.epi.get((index, phase))
            if epi is not None:
                label[mask_of(epi, frame.shape) & ~inside] = MYOCARDIUM
                merged = (0, 1)
            factor = study.pixel_mm / pixel_mm
            slices.append(
                LabelledSlice(
                    resample(normalise(frame), factor),
                    resample(label, factor),
                    patient,
                    weight,
                    merged,
                )
            )
    return slices
