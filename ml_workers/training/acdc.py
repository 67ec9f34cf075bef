"""The ACDC training set as the shared copy holds it: one HDF5 file per patient and phase.

Bernard O. et al., Deep Learning Techniques for Automatic MRI Cardiac Multi-Structures Segmentation
and Diagnosis, IEEE TMI 37(11), 2018. CC BY-NC-SA 4.0: what is trained on it is non-commercial.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml_workers.training.slices import LabelledSlice, normalise

HELD_OUT = tuple(f"patient{n:03d}" for base in (13, 33, 53, 73, 93) for n in range(base, base + 3))


@dataclass(frozen=True)
class AcdcVolume:
    """image (slice, row, column); label of the same shape: 1 RV, 2 myocardium, 3 LV cavity; group:
    NOR, DCM, HCM, MINF or RV."""

    patient: str
    group: str
    phase: str
    image: NDArray[Any]
    label: NDArray[np.uint8]


def acdc_index(folder: Path) -> list[dict[str, str]]:
    """One row per patient and phase: patient, group, phase, file."""
    with (folder / "index.csv").open(newline="") as handle:
        return list(csv.DictReader(handle))


def acdc_volume(folder: Path, row: dict[str, str]) -> AcdcVolume:
    """The volume of a row of the index."""
    with _open(folder / row["file"]) as file:
        image, label = file["image"][:], file["label"][:].astype("u1")
    return AcdcVolume(row["patient"], row["group"], row["phase"], image, label)


def acdc_volumes(folder: Path, *, held_out: bool) -> Iterator[AcdcVolume]:
    """The held-out patients' volumes, or all the others'."""
    for row in acdc_index(folder):
        if (row["patient"] in HELD_OUT) is held_out:
            yield acdc_volume(folder, row)


def _open(path: Path) -> Any:
    import h5py  # a development package: only those who train on ACDC need it

    return h5py.File(path)  # type: ignore[no-untyped-call, attr-defined]


def labelled_slices(folder: Path) -> list[LabelledSlice]:
    """Slices of all patients to train on."""
    volumes = acdc_volumes(folder, held_out=False)
    return [found for volume in volumes for found in slices_of(volume)]


def slices_of(volume: AcdcVolume) -> list[LabelledSlice]:
    """Slices to train on; those at the ends of the heart and at ES weigh more, because that is
    where networks fail."""
    slices = []
    last = len(volume.image) - 1
    for index, (image, label) in enumerate(zip(volume.image, volume.label, strict=True)):
        end = 1.6 if min(index, last - index) < 2 else 1.0
        weight = end * (1.3 if volume.phase == "ES" else 1.0)
        slices.append(LabelledSlice(normalise(image), label, volume.patient, weight))
    return slices
