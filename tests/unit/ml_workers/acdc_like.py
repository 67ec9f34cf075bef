"""A folder laid out as the ACDC copy, of phantoms."""

import csv
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from cmrkit.contracts import StackLabels
from cmrkit.geometry import rasterise
from cmrkit.phantom import CinePhantom, random_parameters, simulate_cine
from cmrkit.phantom.picture import Scene

GROUPS = {0: "DCM", 2: "HCM", 4: "MINF", 6: "NOR", 8: "RV"}
CODES = (("rv_endo", 1), ("lv_epi", 2), ("lv_endo", 3))


def write_acdc_like(folder: Path, numbers: list[int]) -> Path:
    """Patients of those numbers, ED and ES of three slices each."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number in numbers:
        phantom = simulate_cine(
            random_parameters(np.random.default_rng(number)),
            n_slices=3,
            n_phases=2,
            slice_spacing_mm=20.0,
            seed=number,
            scene=Scene(number, matrix=(136, 136), centre_mm=(95.0, 95.0)),
        )
        for phase, name in enumerate(("ED", "ES")):
            file = f"patient{number:03d}_frame{phase + 1:02d}.h5"
            with h5py.File(folder / file, "w") as target:
                target["image"] = phantom.pixels[:, phase].clip(0, 60_000).astype(np.uint16)
                target["label"] = _labels(phantom, phantom.labels, phase)
            group = GROUPS[(number - 1) // 20 * 2]
            rows.append([f"patient{number:03d}", group, name, phase + 1, file])
    with (folder / "index.csv").open("w", newline="") as handle:
        csv.writer(handle).writerows([["patient", "group", "phase", "frame", "file"], *rows])
    return folder


def _labels(phantom: CinePhantom, labels: StackLabels, phase: int) -> NDArray[np.uint8]:
    shape = (phantom.meta.rows, phantom.meta.columns)
    found = np.zeros((phantom.meta.n_slices, *shape), dtype=np.uint8)
    for frame in labels.frames:
        if frame.phase_index == phase:
            for code, value in CODES:
                if code in frame.structures:
                    found[frame.slice_index][rasterise(frame.structures[code], shape)] = value
    return found
